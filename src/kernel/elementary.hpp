#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

/// Exponential, logarithm and power with the same bits on every IEEE 754 machine.
///
/// A C library may choose other instructions (fused multiply-add) on other processors and so another last
/// bit; simulated time must not depend on that. Only +, -, *, / and table look-ups are used here, each
/// rounded as IEEE 754 says (the build forbids contraction). Errors are below 1.5 units in the last place for
/// exp and log. Method: table-driven reduction, P. T. P. Tang, ACM TOMS 15(2) 1989 (exp) and 16(4) 1990
/// (log).
namespace windtunnel::elementary {

struct Tables {
  double exp2_fraction[32];  ///< 2^(i/32)
  double log_centre[96];     ///< log(i/64), for i from 45 to 91
};
extern const Tables tables;

inline constexpr double ln2_high =
    0x1.62e42feep-1;  ///< 32 bits of ln 2: its product with an exponent is exact
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

/// e^x. Overflows to infinity above 709.78; flushed to 0 below -708 (a subnormal is no length of time).
inline double exp(double x) {
  if (!(x > -708.0)) return std::isnan(x) ? x : 0.0;
  if (x > 709.0)
    return x > 709.782712893384 ? std::numeric_limits<double>::infinity() : exp(x - 1.0) * 2.718281828459045;
  constexpr double steps_per_unit = 0x1.71547652b82fep+5;  // 32 / ln 2
  constexpr double round_to_integer = 0x1.8p52;
  const double shifted = x * steps_per_unit + round_to_integer;
  const double steps = shifted - round_to_integer;
  const auto k = static_cast<std::int64_t>(steps);
  const double r = (x - steps * (ln2_high / 32)) - steps * (ln2_low / 32);  // |r| <= ln 2 / 64
  const double tail = r * r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720)))));
  const double fraction = tables.exp2_fraction[k & 31];
  const double mantissa = fraction + fraction * (r + tail);
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(mantissa) +
                               (static_cast<std::uint64_t>(k >> 5) << 52));
}

/// Natural logarithm. log(0) is -infinity, of a negative number NaN.
inline double log(double x) {
  double exponent_shift = 0.0;
  if (!(x >= std::numeric_limits<double>::min() && x <= std::numeric_limits<double>::max())) {
    if (x == 0.0) return -std::numeric_limits<double>::infinity();
    if (!(x > 0.0)) return std::numeric_limits<double>::quiet_NaN();
    if (x > 1.0) return x;
    x *= 0x1p54;  // subnormal
    exponent_shift = -54.0;
  }
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::int64_t e = static_cast<std::int64_t>(bits - sqrt_half) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(e) << 52));  // [sqrt 1/2, sqrt 2)
  const int i = static_cast<int>(m * 64.0 + 0.5);
  const double centre = i / 64.0;
  const double difference = m - centre;  // exact
  const double z = difference / (m + centre);
  const double z2 = z * z;
  // log(m/centre) = 2 atanh z = difference/centre - ..., written so that near 1 the first term is exact:
  // 2z = difference - difference*z when centre is 1.
  const double series = z * z2 * (2.0 / 3 + z2 * (2.0 / 5 + z2 * (2.0 / 7)));
  const double scale = static_cast<double>(e) + exponent_shift;
  if (i == 64 && scale == 0.0) return difference - (difference * z - series);
  return scale * ln2_high + (tables.log_centre[i] + (2.0 * z + (series + scale * ln2_low)));
}

/// x^y for x >= 0, as exp(y log x): relative error about |y log x| units in the last place.
inline double pow(double x, double y) {
  if (y == 0.0) return 1.0;
  if (x == 0.0) return y > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
  return exp(y * log(x));
}

}  // namespace windtunnel::elementary
