#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "language/parsed.hpp"

/// Quantities as strong types over a double in base units. Every parse_… reads the text of a scenario; every
/// to_text writes a text that reads back to the same value.
namespace windtunnel {

inline constexpr double hours_per_month = 730.0;  ///< 365 days / 12, as the clouds bill

struct Duration {
  double seconds = 0.0;
  friend auto operator<=>(const Duration&, const Duration&) = default;
};
struct Rate {
  double per_second = 0.0;
  friend auto operator<=>(const Rate&, const Rate&) = default;
};
struct Bytes {
  double bytes = 0.0;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};
struct Bandwidth {
  double bytes_per_second = 0.0;
  friend auto operator<=>(const Bandwidth&, const Bandwidth&) = default;
};
/// A share: 85% is 0.85.
struct Ratio {
  double value = 0.0;
  friend auto operator<=>(const Ratio&, const Ratio&) = default;
};
/// A multiple: 10x is 10.
struct Factor {
  double value = 0.0;
  friend auto operator<=>(const Factor&, const Factor&) = default;
};
/// A whole number of things.
struct Count {
  double value = 0.0;
  friend auto operator<=>(const Count&, const Count&) = default;
};
struct Money {
  double usd = 0.0;
  friend auto operator<=>(const Money&, const Money&) = default;
};
struct MoneyRate {
  double usd_per_hour = 0.0;
  friend auto operator<=>(const MoneyRate&, const MoneyRate&) = default;
};
/// The price of moving or keeping data.
struct SizePrice {
  double usd_per_byte = 0.0;
  friend auto operator<=>(const SizePrice&, const SizePrice&) = default;
};

Parsed<Duration> parse_duration(std::string_view text);     ///< 500us, 1.5ms, 30s, 10m, 24h, 30d, 1month, 1y
Parsed<Rate> parse_rate(std::string_view text);             ///< 100k/s, 30/min, 2M/day
Parsed<Bytes> parse_bytes(std::string_view text);           ///< 512B, 24KB, 64GiB
Parsed<Bandwidth> parse_bandwidth(std::string_view text);   ///< 10Gbps, 3.35TB/s
Parsed<Ratio> parse_ratio(std::string_view text);           ///< 85%
Parsed<Factor> parse_factor(std::string_view text);         ///< 10x
Parsed<Count> parse_count(std::string_view text);           ///< 500, 10k, 20M items; whole numbers only
Parsed<Money> parse_money(std::string_view text);           ///< $1.20, 300k USD
Parsed<MoneyRate> parse_money_rate(std::string_view text);  ///< $1.20/h, 300k USD/month
Parsed<SizePrice> parse_size_price(std::string_view text);  ///< $0.09/GB
Parsed<double> parse_number(std::string_view text);         ///< 0.8, of either sign, finite, without unit

std::string to_text(Duration quantity);
std::string to_text(Rate quantity);
std::string to_text(Bytes quantity);
std::string to_text(Bandwidth quantity);
std::string to_text(Ratio quantity);
std::string to_text(Factor quantity);
std::string to_text(Count quantity);
std::string to_text(Money quantity);
std::string to_text(MoneyRate quantity);
std::string to_text(SizePrice quantity);
std::string to_text(double number);

}  // namespace windtunnel
