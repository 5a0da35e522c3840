#include "kernel/zipf.hpp"

#include <algorithm>
#include <cassert>

#include "kernel/elementary.hpp"

namespace windtunnel {
namespace {

// (e^x - 1) / x, by its series where the difference would cancel.
double expm1_over_x(double x) {
  if (x > 0.1 || x < -0.1) return (elementary::exp(x) - 1.0) / x;
  double sum = 1.0;
  for (int k = 10; k >= 2; --k) sum = 1.0 + x / k * sum;
  return sum;
}

// log(1 + x) / x, by 2 atanh(x / (2 + x)) where 1 + x would lose digits.
double log1p_over_x(double x) {
  if (x > 0.1 || x < -0.1) return elementary::log(1.0 + x) / x;
  const double z2 = (x / (2.0 + x)) * (x / (2.0 + x));
  double sum = 0.0;
  for (int k = 13; k >= 1; k -= 2) sum = sum * z2 + 1.0 / k;
  return 2.0 * sum / (2.0 + x);
}

}  // namespace

ZipfSampler::ZipfSampler(std::uint64_t n, double s) : n_(n), s_(s) {
  assert(n >= 1 && s >= 0.0);
  integral_first_ = integral(1.5) - 1.0;
  integral_last_ = integral(static_cast<double>(n) + 0.5);
  sure_ = 2.0 - integral_inverse(integral(2.5) - density(2.0));
}

double ZipfSampler::density(double x) const { return elementary::exp(-s_ * elementary::log(x)); }

double ZipfSampler::integral(double x) const {
  const double log_x = elementary::log(x);
  return expm1_over_x((1.0 - s_) * log_x) * log_x;
}

double ZipfSampler::integral_inverse(double y) const {
  const double t = std::max(y * (1.0 - s_), -1.0);
  return elementary::exp(log1p_over_x(t) * y);
}

std::uint64_t ZipfSampler::sample(RandomStream& stream) const {
  while (true) {
    const double y = integral_last_ + stream.uniform() * (integral_first_ - integral_last_);
    const double x = integral_inverse(y);
    const double k =
        std::clamp(static_cast<double>(static_cast<std::uint64_t>(x + 0.5)), 1.0, static_cast<double>(n_));
    if (k - x <= sure_ || y >= integral(k + 0.5) - density(k)) return static_cast<std::uint64_t>(k);
  }
}

}  // namespace windtunnel
