#include "stats/tests.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "stats/probability.hpp"

namespace windtunnel {

double chi_square_tail(double x, double degrees) { return upper_incomplete_gamma(degrees / 2, x / 2); }

TestResult chi_square_test(const std::vector<double>& observed, const std::vector<double>& expected,
                           int estimated) {
  assert(observed.size() == expected.size());
  double statistic = 0;
  for (std::size_t i = 0; i < observed.size(); ++i)
    statistic += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
  const int degrees = static_cast<int>(observed.size()) - 1 - estimated;
  assert(degrees > 0);
  return {statistic, chi_square_tail(statistic, degrees)};
}

double kolmogorov_tail(double x) {
  if (x <= 0) return 1;
  if (x < 1) {  // Jacobi's transformation of the series below, which converges fast near 0
    const double scale = std::numbers::pi * std::numbers::pi / (8 * x * x);
    double sum = 0;
    for (int k = 1; k <= 9; k += 2) sum += std::exp(-k * k * scale);
    return 1 - std::sqrt(2 * std::numbers::pi) / x * sum;
  }
  double sum = 0;
  for (int k = 1; k <= 8; ++k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2 * k * k * x * x);
  return sum;
}

TestResult kolmogorov_smirnov_test(std::vector<double> a, std::vector<double> b) {
  assert(!a.empty() && !b.empty());
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  double distance = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const double x = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == x) ++i;
    while (j < b.size() && b[j] == x) ++j;
    distance = std::max(distance, std::fabs(static_cast<double>(i) / n - static_cast<double>(j) / m));
  }
  const double root = std::sqrt(n * m / (n + m));
  return {distance, kolmogorov_tail((root + 0.12 + 0.11 / root) * distance)};
}

}  // namespace windtunnel
