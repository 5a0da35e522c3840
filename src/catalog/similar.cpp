#include "catalog/similar.hpp"

#include <algorithm>

#include "language/suggest.hpp"

namespace windtunnel {
namespace {

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

}  // namespace

std::vector<std::string> similar_names(std::string_view name, const std::vector<std::string>& names,
                                       std::size_t limit) {
  std::vector<std::string> similar;
  const auto add = [&](const std::string& candidate) {
    const bool known = std::find(similar.begin(), similar.end(), candidate) != similar.end();
    if (!known && similar.size() < limit) similar.push_back(candidate);
  };
  if (name.empty()) return similar;
  if (const auto nearest = nearest_name(name, names)) add(*nearest);
  const std::string wanted = lower_case(name);
  for (const std::string& candidate : names) {
    if (lower_case(candidate).starts_with(wanted)) add(candidate);
  }
  for (const std::string& candidate : names) {
    if (lower_case(candidate).find(wanted) != std::string::npos) add(candidate);
  }
  return similar;
}

}  // namespace windtunnel
