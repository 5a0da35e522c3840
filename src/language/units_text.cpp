#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "language/units.hpp"

namespace windtunnel {
namespace {

// The fewest digits that read back as the value: value = 0.d1d2d3… * 10^point.
struct Decimal {
  std::string digits;
  int point = 0;
};

Decimal shortest_decimal(double value) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(result.ptr - buffer));
  const std::size_t e = text.find('e');
  Decimal decimal;
  for (const char c : text.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  const std::size_t exponent_at = text[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(text.data() + exponent_at, text.data() + text.size(), decimal.point);
  decimal.point += 1;
  return decimal;
}

std::string plain_text(const Decimal& decimal) {
  const auto size = static_cast<int>(decimal.digits.size());
  if (decimal.point < -8 || decimal.point > 18) {
    return fmt::format("{}{}{}e{}", decimal.digits[0], size > 1 ? "." : "", decimal.digits.substr(1),
                       decimal.point - 1);
  }
  if (decimal.point <= 0) return fmt::format("0.{:0>{}}", decimal.digits, size - decimal.point);
  const auto point = static_cast<std::size_t>(decimal.point);
  if (decimal.point >= size) return fmt::format("{:0<{}}", decimal.digits, decimal.point);
  return fmt::format("{}.{}", decimal.digits.substr(0, point), decimal.digits.substr(point));
}

// $1.2 reads better as $1.20.
std::string with_cents(std::string number) {
  const std::size_t point = number.find('.');
  return point != std::string::npos && number.size() - point == 2 ? fmt::format("{}0", number) : number;
}

std::string assemble(const std::string& number, std::string_view prefix, const Unit& unit,
                     const UnitFamily& family) {
  if (family.dollars) return fmt::format("${}{}{}", with_cents(number), prefix, unit.name.substr(3));
  return fmt::format("{}{}{}", number, prefix, unit.name);
}

bool reads_back(const std::string& text, double value, const UnitFamily& family) {
  const Parsed<double> back = parse_with_unit(text, family);
  return back && *back == value;
}

// The text in one unit, when it reads back; units that are no power of ten may have none.
std::optional<std::string> text_in_unit(double value, std::string_view prefix, int exponent, const Unit& unit,
                                        const UnitFamily& family) {
  if (unit.times == 1.0 && unit.per == 1.0) {
    Decimal decimal = shortest_decimal(value);
    decimal.point -= exponent + unit.exponent;
    return assemble(plain_text(decimal), prefix, unit, family);
  }
  const double in_unit = value * unit.per / unit.times / std::pow(10.0, exponent + unit.exponent);
  if (!std::isfinite(in_unit) || in_unit == 0.0) return std::nullopt;
  const std::string twelve_digits = fmt::format("{:.12e}", in_unit);
  double rounded = 0.0;
  std::from_chars(twelve_digits.data(), twelve_digits.data() + twelve_digits.size(), rounded);
  for (const double candidate : {rounded, in_unit}) {
    std::string text = assemble(plain_text(shortest_decimal(candidate)), prefix, unit, family);
    if (reads_back(text, value, family)) return text;
  }
  return std::nullopt;
}

// Short texts win; a number below one costs three characters more, so that 500ms stays 500ms and not 0.5s,
// and one with an exponent six.
std::size_t ugliness(const std::string& text, const UnitFamily& family) {
  const bool below_one = text.starts_with("0.") && !family.dollars;
  const std::size_t e = text.find('e');
  const bool has_exponent = e != std::string::npos && e > 0 && text[e - 1] >= '0' && text[e - 1] <= '9';
  return text.size() + (below_one ? 3 : 0) + (has_exponent ? 6 : 0);
}

constexpr Unit no_unit{""};

const Unit& base_unit(const UnitFamily& family) {
  for (const Unit& unit : family.units) {
    if (unit.printed && unit.exponent == 0 && unit.times == 1.0 && unit.per == 1.0) return unit;
  }
  return family.units.empty() ? no_unit : family.units.front();
}

}  // namespace

std::string to_text(double value, const UnitFamily& family) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  if (value == 0.0) return assemble("0", "", base_unit(family), family);
  if (value < 0.0) return fmt::format("-{}", to_text(-value, family));
  struct Prefix {
    std::string_view letter;
    int exponent;
  };
  const Prefix prefixes[] = {{"T", 12}, {family.dollars ? "B" : "G", 9}, {"M", 6}, {"k", 3}, {"", 0}};
  std::string best;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const Unit& unit : family.units) {
    if (!unit.printed) continue;
    for (const Prefix& prefix : prefixes) {
      if (!family.scaled && prefix.exponent != 0) continue;
      const auto text = text_in_unit(value, prefix.letter, prefix.exponent, unit, family);
      if (text && ugliness(*text, family) < least) {
        least = ugliness(*text, family);
        best = *text;
      }
    }
  }
  return best;
}

}  // namespace windtunnel
