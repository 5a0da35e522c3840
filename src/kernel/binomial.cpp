#include "kernel/binomial.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/elementary.hpp"

namespace windtunnel {
namespace {

constexpr double fewest_for_rejection = 10;  // expected successes; BTRS needs as many

std::uint32_t by_inversion(std::uint32_t n, double p, RandomStream& stream) {
  const double odds = p / (1 - p);
  const double none = elementary::exp(n * elementary::log(1 - p));
  for (;;) {
    double left = stream.uniform();
    double chance = none;
    for (std::uint32_t successes = 0; successes <= n; ++successes) {
      if (left < chance) return successes;
      left -= chance;
      chance *= odds * (n - successes) / (successes + 1);
    }
  }
}

/// log k! less Stirling's main part (k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2.
double stirling_rest(double k) {
  static constexpr double small[] = {0.08106146679532726, 0.04134069595540929, 0.02767792568499834,
                                     0.02079067210376509, 0.01664469118982119, 0.01387612882307075,
                                     0.01189670994589177, 0.01041126526197209, 0.009255462182712733,
                                     0.008330563433362871};
  if (k < 10) return small[static_cast<int>(k)];
  const double inverse = 1 / (k + 1);
  const double square = inverse * inverse;
  return (1.0 / 12 - (1.0 / 360 - square / 1260) * square) * inverse;
}

/// For p <= 1/2 and n p >= 10. Names as in the paper, algorithm BTRS.
std::uint32_t by_rejection(std::uint32_t trials, double p, RandomStream& stream) {
  const double n = trials;
  const double deviation = std::sqrt(n * p * (1 - p));
  const double b = 1.15 + 2.53 * deviation;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = n * p + 0.5;
  const double sure = 0.92 - 4.2 / b;
  for (;;) {
    const double u = stream.uniform() - 0.5;
    double v = stream.uniform_positive();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + c);
    if (us >= 0.07 && v <= sure) return static_cast<std::uint32_t>(k);
    if (!(k >= 0 && k <= n)) continue;
    const double alpha = (2.83 + 5.1 / b) * deviation;
    const double odds = p / (1 - p);
    const double mode = std::floor((n + 1) * p);
    v = elementary::log(v * alpha / (a / (us * us) + b));
    const double bound = (mode + 0.5) * elementary::log((mode + 1) / (odds * (n - mode + 1))) +
                         (n + 1) * elementary::log((n - mode + 1) / (n - k + 1)) +
                         (k + 0.5) * elementary::log(odds * (n - k + 1) / (k + 1)) + stirling_rest(mode) +
                         stirling_rest(n - mode) - stirling_rest(k) - stirling_rest(n - k);
    if (v <= bound) return static_cast<std::uint32_t>(k);
  }
}

}  // namespace

std::uint32_t binomial(std::uint32_t n, double probability, RandomStream& stream) {
  const double p = std::clamp(probability, 0.0, 1.0);
  if (p > 0.5) return n - binomial(n, 1 - p, stream);
  if (n == 0 || p == 0) return 0;
  return n * p < fewest_for_rejection ? by_inversion(n, p, stream) : by_rejection(n, p, stream);
}

}  // namespace windtunnel
