#include "report/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <span>

namespace windtunnel {
namespace {

// One way to write a figure: from the magnitude `from` (in base units) on, as a number of `size` base units.
struct Scale {
  double from;
  double size;
  std::string_view suffix;
  std::string_view arm_suffix =
      "";  // what follows the numbers of an interval, where the value's unit is not enough
};

constexpr Scale number_scales[] = {
    {0, 1, ""}, {1e4, 1e3, "k", "k"}, {1e6, 1e6, "M", "M"}, {1e9, 1e9, "G", "G"}, {1e12, 1e12, "T", "T"}};
constexpr Scale second_scales[] = {{0, 1e-9, " ns"},  {1e-6, 1e-6, " µs"}, {1e-3, 1e-3, " ms"},  {1, 1, " s"},
                                   {600, 60, " min"}, {7200, 3600, " h"},  {172800, 86400, " d"}};
constexpr Scale per_second_scales[] = {
    {0, 1, "/s"}, {1e3, 1e3, "k/s", "k"}, {1e6, 1e6, "M/s", "M"}, {1e9, 1e9, "G/s", "G"}};
constexpr Scale ratio_scales[] = {{0, 0.01, "%"}};
constexpr Scale byte_scales[] = {{0, 1, " B"},      {1e3, 1e3, " KB"},   {1e6, 1e6, " MB"},
                                 {1e9, 1e9, " GB"}, {1e12, 1e12, " TB"}, {1e15, 1e15, " PB"}};
constexpr Scale byte_rate_scales[] = {
    {0, 1, " B/s"}, {1e3, 1e3, " KB/s"}, {1e6, 1e6, " MB/s"}, {1e9, 1e9, " GB/s"}, {1e12, 1e12, " TB/s"}};
constexpr Scale usd_scales[] = {{0, 1, ""}, {1e4, 1e3, "k", "k"}, {1e6, 1e6, "M", "M"}, {1e9, 1e9, "B", "B"}};
constexpr Scale usd_per_month_scales[] = {
    {0, 1, "/month"}, {1e4, 1e3, "k/month", "k"}, {1e6, 1e6, "M/month", "M"}, {1e9, 1e9, "B/month", "B"}};

std::span<const Scale> scales_of(FigureUnit unit) {
  switch (unit) {
    case FigureUnit::seconds:
      return second_scales;
    case FigureUnit::per_second:
      return per_second_scales;
    case FigureUnit::ratio:
      return ratio_scales;
    case FigureUnit::bytes:
      return byte_scales;
    case FigureUnit::bytes_per_second:
      return byte_rate_scales;
    case FigureUnit::usd:
      return usd_scales;
    case FigureUnit::usd_per_month:
      return usd_per_month_scales;
    case FigureUnit::number:
      break;
  }
  return number_scales;
}

bool is_money(FigureUnit unit) { return unit == FigureUnit::usd || unit == FigureUnit::usd_per_month; }

struct Rounded {
  double value;
  int exponent;  // of its first digit
};

Rounded rounded(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", value, digits - 1);
  Rounded result{value, 0};
  std::from_chars(text.data(), text.data() + text.size(), result.value);
  result.exponent = std::atoi(text.c_str() + text.find('e') + 1);
  return result;
}

// Decides on the rounded value, so that 999.7 ms reads 1 s and not 1000 ms.
const Scale& scale_for(double magnitude, FigureUnit unit, int digits) {
  const std::span<const Scale> scales = scales_of(unit);
  const double decisive = rounded(magnitude, digits).value;
  std::size_t chosen = 0;
  while (chosen + 1 < scales.size() && scales[chosen + 1].from <= decisive) ++chosen;
  return scales[chosen];
}

// How many decimals show `digits` significant digits.
int decimals_for(double value, int digits) {
  if (value == 0) return 0;
  return std::clamp(digits - 1 - rounded(value, digits).exponent, 0, 9);
}

int ratio_decimals(double percent, int decimals) {
  while (decimals < 6 && percent < 100 && percent > 90 &&
         fmt::format("{:.{}f}", percent, decimals)[0] == '1') {
    ++decimals;
  }
  return decimals;
}

// Keeps `least` decimals of those that are there.
std::string without_trailing_zeros(std::string number, std::size_t least = 0) {
  const std::size_t point = number.find('.');
  if (point == std::string::npos) return number;
  while (number.back() == '0' && number.size() > point + 1 + least) number.pop_back();
  if (number.back() == '.') number.pop_back();
  return number;
}

// The digits that an interval's arm deserves: two where the first is small, else one (the rounding rule of
// the Particle Data Group, Review of Particle Physics, introduction, section 5.3).
int arm_digits(double arm) {
  return arm > 0 && rounded(arm, 1).value < 3 * std::pow(10.0, rounded(arm, 1).exponent) ? 2 : 1;
}

// Too large or too small for plain digits.
bool needs_exponent(double magnitude) { return magnitude >= 1e7 || (magnitude > 0 && magnitude < 1e-6); }

std::string with_unit(double value, std::string_view number, const Scale& scale, FigureUnit unit) {
  return fmt::format("{}{}{}{}", value < 0 ? "-" : "", is_money(unit) ? "$" : "", number, scale.suffix);
}

// An interval in the value's unit: both arms beside the value's text.
struct Interval {
  double value, low, high;  // in the scale's unit
  int decimals;
  std::string_view suffix;
};

std::string interval_text(const Interval& i) {
  const double below = i.value - i.low;
  const double above = i.high - i.value;
  const double arm = std::max(below, above);
  const double step = std::pow(10.0, -i.decimals);
  if (arm < step / 2) return fmt::format(" ± <{:.{}f}{}", step, i.decimals, i.suffix);
  const bool lopsided = arm > 2 * std::min(below, above) && arm >= 1.5 * step;
  if (!lopsided) return fmt::format(" ± {:.{}f}{}", arm, i.decimals, i.suffix);
  const auto end = [&](double x) {
    return x == 0 ? std::string("0") : fmt::format("{:.{}f}{}", x, i.decimals, i.suffix);
  };
  return fmt::format(" ({}–{})", end(i.low), end(i.high));
}

}  // namespace

FigureUnit unit_of(std::string_view name) {
  struct Ending {
    std::string_view word;
    FigureUnit unit;
  };
  // Longest first: bytes_per_second is no per_second.
  constexpr Ending endings[] = {{"usd_per_month", FigureUnit::usd_per_month},
                                {"bytes_per_second", FigureUnit::bytes_per_second},
                                {"per_second", FigureUnit::per_second},
                                {"seconds", FigureUnit::seconds},
                                {"ratio", FigureUnit::ratio},
                                {"bytes", FigureUnit::bytes},
                                {"usd", FigureUnit::usd}};
  for (const Ending& ending : endings) {
    if (!name.ends_with(ending.word)) continue;
    if (name.size() == ending.word.size() || name[name.size() - ending.word.size() - 1] == '_')
      return ending.unit;
  }
  return FigureUnit::number;
}

std::string label_of(std::string_view name) {
  for (const std::string_view ending :
       {"_usd_per_month", "_bytes_per_second", "_per_second", "_seconds", "_bytes", "_usd", "_ratio"}) {
    if (!name.ends_with(ending)) continue;
    const std::string_view rest = name.substr(0, name.size() - ending.size());
    if (ending != "_ratio" || rest.find('_') != std::string_view::npos) name = rest;
    break;
  }
  std::string label(name);
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

std::string figure_text(double value, FigureUnit unit, int digits) {
  if (std::isnan(value)) return std::string(no_figure);
  if (std::fabs(value) > 1e300) return "unbounded";
  const double magnitude = std::fabs(value);
  if (magnitude == 0)
    return with_unit(0, "0", unit == FigureUnit::seconds ? second_scales[3] : scales_of(unit)[0], unit);
  const Scale& scale = scale_for(magnitude, unit, digits);
  const double scaled = magnitude / scale.size;
  if (needs_exponent(scaled)) return with_unit(value, fmt::format("{:.{}g}", scaled, digits), scale, unit);
  int decimals = decimals_for(scaled, digits);
  if (unit == FigureUnit::ratio) decimals = ratio_decimals(scaled, decimals);
  const bool cents = is_money(unit) && scale.size == 1;
  if (cents && decimals == 1) decimals = 2;
  const std::string number = fmt::format("{:.{}f}", scaled, decimals);
  return with_unit(value, without_trailing_zeros(number, cents ? 2 : 0), scale, unit);
}

std::string figure_text(const Estimate& estimate, FigureUnit unit, int digits) {
  const double low = std::fmin(estimate.low, estimate.value);
  const double high = std::fmax(estimate.high, estimate.value);
  const double arm = std::max(estimate.value - low, high - estimate.value);
  if (!estimate.has_interval() || !std::isfinite(arm) || arm == 0)
    return figure_text(estimate.value, unit, digits);
  const Scale& scale = scale_for(std::max(std::fabs(estimate.value), arm), unit, digits);
  const double value = estimate.value / scale.size;
  const double scaled_arm = arm / scale.size;
  if (needs_exponent(std::fabs(value)) || needs_exponent(scaled_arm))
    return figure_text(estimate.value, unit, digits);
  // Digits that the interval makes meaningless are left out; one more than asked for is given where the
  // interval is that narrow.
  int decimals = std::min(value == 0 ? 9 : decimals_for(std::fabs(value), digits),
                          decimals_for(scaled_arm, arm_digits(scaled_arm)));
  if (scaled_arm < 0.5 * std::pow(10.0, -decimals)) {
    const int needed = decimals_for(scaled_arm, 1);
    if (needed == decimals + 1) decimals = needed;
  }
  if (unit == FigureUnit::ratio) decimals = ratio_decimals(value, decimals);
  const std::string number = value == 0 ? "0" : fmt::format("{:.{}f}", std::fabs(value), decimals);
  return with_unit(estimate.value, number, scale, unit) +
         interval_text({value, low / scale.size, high / scale.size, decimals, scale.arm_suffix});
}

std::string duration_text(double seconds) { return figure_text(seconds, FigureUnit::seconds); }
std::string rate_text(double per_second) { return figure_text(per_second, FigureUnit::per_second); }
std::string ratio_text(double ratio) { return figure_text(ratio, FigureUnit::ratio); }
std::string bytes_text(double bytes) { return figure_text(bytes, FigureUnit::bytes); }
std::string usd_text(double usd) { return figure_text(usd, FigureUnit::usd); }
std::string usd_per_month_text(double usd_per_month) {
  return figure_text(usd_per_month, FigureUnit::usd_per_month);
}
std::string count_text(double count) { return figure_text(count, FigureUnit::number); }

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace windtunnel
