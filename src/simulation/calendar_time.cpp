#include "simulation/calendar_time.hpp"

#include <array>
#include <chrono>
#include <string>

#include "catalog/csv.hpp"

namespace windtunnel {
namespace {

std::optional<int> digits(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<double> seconds_of_date(std::string_view text) {
  if (!text.empty() && text.back() == 'Z') text.remove_suffix(1);
  // YYYY-MM-DD hh:mm:ss[.fraction]
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  if (text[10] != ' ' && text[10] != 'T') return std::nullopt;
  constexpr std::array<std::pair<int, int>, 6> parts = {{{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
  std::array<int, 6> values{};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const auto value = digits(text.substr(static_cast<std::size_t>(parts[part].first),
                                          static_cast<std::size_t>(parts[part].second)));
    if (!value) return std::nullopt;
    values[part] = *value;
  }
  double fraction = 0;
  if (text.size() > 19) {
    const auto rest = number_of("0" + std::string(text.substr(19)));
    if (text[19] != '.' || !rest) return std::nullopt;
    fraction = *rest;
  }
  using namespace std::chrono;
  const year_month_day date(year(values[0]), month(static_cast<unsigned>(values[1])),
                            day(static_cast<unsigned>(values[2])));
  if (!date.ok() || values[3] > 23 || values[4] > 59 || values[5] > 60) return std::nullopt;
  const auto days = sys_days(date).time_since_epoch().count();
  return static_cast<double>(days) * 86400.0 + values[3] * 3600 + values[4] * 60 + values[5] + fraction;
}

}  // namespace

std::optional<double> seconds_of(std::string_view text, std::string_view unit) {
  const std::optional<double> number = number_of(text);
  if (!number) return seconds_of_date(text);
  if (*number < 0) return std::nullopt;
  if (unit == "ms") return *number * 1e-3;
  if (unit == "us") return *number * 1e-6;
  if (unit == "ns") return *number * 1e-9;
  return *number;
}

}  // namespace windtunnel
