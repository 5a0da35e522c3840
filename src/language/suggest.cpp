#include "language/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace windtunnel {
namespace {

constexpr std::size_t longest_name =
    64;  // longer ones are compared by their beginnings: the cost is quadratic
constexpr std::size_t most_listed = 12;

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, longest_name))
    out += c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string wanted = folded(name);
  const std::string* best = nullptr;
  int least = 0;
  for (const std::string& candidate : candidates) {
    const std::string other = folded(candidate);
    const int longer = static_cast<int>(std::max(wanted.size(), other.size()));
    const int distance = edit_distance(wanted, other);
    if (distance > std::max(1, longer / 3) || distance == longer) continue;
    if (!best || distance < least) {
      best = &candidate;
      least = distance;
    }
  }
  return best ? std::optional(*best) : std::nullopt;
}

std::string enumerate(const std::vector<std::string>& names, std::string_view conjunction) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? fmt::format(" {} ", conjunction) : ", ";
    out += fmt::format("`{}`", names[i]);
  }
  return out;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  if (const auto near = nearest_name(name, candidates)) return fmt::format("did you mean `{}`?", *near);
  if (candidates.empty()) return {};
  if (candidates.size() == 1) return fmt::format("`{}` is possible", candidates.front());
  if (candidates.size() <= most_listed) return enumerate(candidates) + " are possible";
  const std::vector<std::string> first(candidates.begin(), candidates.begin() + most_listed);
  return fmt::format("`{}` and {} more are possible", fmt::join(first, "`, `"),
                     candidates.size() - most_listed);
}

}  // namespace windtunnel
