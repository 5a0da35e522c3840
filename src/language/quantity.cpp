#include "language/quantity.hpp"

#include <fmt/format.h>

#include <cmath>

#include "language/units.hpp"

namespace windtunnel {
namespace {

template <class Quantity>
Parsed<Quantity> parse_as(std::string_view text, const UnitFamily& family) {
  const Parsed<double> number = parse_with_unit(text, family);
  if (!number) return problem_of<Quantity>(number);
  return parsed(Quantity{*number});
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) { return parse_as<Duration>(text, duration_units); }
Parsed<Rate> parse_rate(std::string_view text) { return parse_as<Rate>(text, rate_units); }
Parsed<Bytes> parse_bytes(std::string_view text) { return parse_as<Bytes>(text, size_units); }
Parsed<Bandwidth> parse_bandwidth(std::string_view text) {
  return parse_as<Bandwidth>(text, bandwidth_units);
}
Parsed<Ratio> parse_ratio(std::string_view text) { return parse_as<Ratio>(text, ratio_units); }
Parsed<Factor> parse_factor(std::string_view text) { return parse_as<Factor>(text, factor_units); }
Parsed<Money> parse_money(std::string_view text) { return parse_as<Money>(text, money_units); }
Parsed<MoneyRate> parse_money_rate(std::string_view text) {
  return parse_as<MoneyRate>(text, money_rate_units);
}
Parsed<SizePrice> parse_size_price(std::string_view text) {
  return parse_as<SizePrice>(text, size_price_units);
}
Parsed<double> parse_number(std::string_view text) { return parse_with_unit(text, number_units); }

Parsed<Count> parse_count(std::string_view text) {
  const Parsed<Count> count = parse_as<Count>(text, count_units);
  if (!count || count->value == std::floor(count->value)) return count;
  return {std::nullopt, fmt::format("`{}` is not a whole number", text), "", 0};
}

std::string to_text(Duration quantity) { return to_text(quantity.seconds, duration_units); }
std::string to_text(Rate quantity) { return to_text(quantity.per_second, rate_units); }
std::string to_text(Bytes quantity) { return to_text(quantity.bytes, size_units); }
std::string to_text(Bandwidth quantity) { return to_text(quantity.bytes_per_second, bandwidth_units); }
std::string to_text(Ratio quantity) { return to_text(quantity.value, ratio_units); }
std::string to_text(Factor quantity) { return to_text(quantity.value, factor_units); }
std::string to_text(Count quantity) { return to_text(quantity.value, count_units); }
std::string to_text(Money quantity) { return to_text(quantity.usd, money_units); }
std::string to_text(MoneyRate quantity) { return to_text(quantity.usd_per_hour, money_rate_units); }
std::string to_text(SizePrice quantity) { return to_text(quantity.usd_per_byte, size_price_units); }
std::string to_text(double number) { return to_text(number, number_units); }

}  // namespace windtunnel
