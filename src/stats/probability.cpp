#include "stats/probability.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

namespace windtunnel {
namespace {

constexpr double kEpsilon = 1e-16;
constexpr double kTiny =
    1e-300;  // keeps the fractions below from dividing by zero (Lentz 1976, Thompson 1986)
constexpr int kMaxIterations = 1'000'000;

double away_from_zero(double x) { return std::fabs(x) < kTiny ? kTiny : x; }

// The continued fraction of DLMF 8.17.22 by the modified Lentz algorithm; converges fast for
// x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double value = d;
  for (int m = 1; m < kMaxIterations; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    value *= d * c;
    if (std::fabs(d * c - 1) < 4 * kEpsilon) break;
  }
  return value;
}

double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

double normal_tail(double x) { return std::erfc(x / std::numbers::sqrt2) / 2; }

// P(T > t) for t >= 0, without the cancellation of 1 - P(T <= t).
double student_t_tail(double t, double degrees) {
  return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2;
}

double student_t_density(double t, double degrees) {
  const double log_constant = log_gamma((degrees + 1) / 2) - log_gamma(degrees / 2);
  return std::exp(log_constant - (degrees + 1) / 2 * std::log1p(t * t / degrees)) /
         std::sqrt(degrees * std::numbers::pi);
}

}  // namespace

double log_gamma(double x) {
  assert(x > 0);
  double shift = 0;
  for (; x < 15; ++x) shift += std::log(x);
  const double y = 1 / (x * x);
  const double series = (1. / 12 - y * (1. / 360 - y * (1. / 1260 - y * (1. / 1680 - y / 1188)))) / x;
  return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) + series - shift;
}

double incomplete_beta(double a, double b, double x) {
  assert(a > 0 && b > 0);
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double log_front =
      log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x);
  const double front = std::exp(log_front);
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double upper_incomplete_gamma(double a, double x) {
  assert(a > 0);
  if (x <= 0) return 1;
  const double front = std::exp(a * std::log(x) - x - log_gamma(a));
  if (x < a + 1) {
    double term = 1 / a;
    double sum = term;
    for (double k = a + 1; term > sum * kEpsilon; ++k) {
      term *= x / k;
      sum += term;
    }
    return 1 - front * sum;
  }
  double b = x + 1 - a;
  double c = 1 / kTiny;
  double d = 1 / b;
  double value = d;
  for (int k = 1; k < kMaxIterations; ++k) {
    const double numerator = -k * (k - a);
    b += 2;
    d = 1 / away_from_zero(b + numerator * d);
    c = away_from_zero(b + numerator / c);
    value *= c * d;
    if (std::fabs(c * d - 1) < 4 * kEpsilon) break;
  }
  return front * value;
}

double normal_cdf(double x) { return normal_tail(-x); }

double normal_quantile(double p) {
  assert(p > 0 && p < 1);
  if (p == 0.5) return 0;
  // ln(tail) is concave, so that Newton's method converges monotonically from the right of the root.
  const double tail = std::fmin(p, 1 - p);
  double x = std::sqrt(-2 * std::log(tail));
  for (int i = 0; i < 100; ++i) {
    const double step = std::log(normal_tail(x) / tail) * normal_tail(x) / normal_density(x);
    x += step;
    if (std::fabs(step) < 1e-15 * (1 + x)) break;
  }
  return p < 0.5 ? -x : x;
}

double student_t_cdf(double t, double degrees) {
  const double tail = student_t_tail(std::fabs(t), degrees);
  return t < 0 ? tail : 1 - tail;
}

double student_t_quantile(double p, double degrees) {
  assert(p > 0 && p < 1 && degrees > 0);
  if (degrees > 1e8) return normal_quantile(p);
  if (p == 0.5) return 0;
  // The distribution function is concave to the right of 0 and the normal quantile lies left of the root, so
  // that Newton's method converges monotonically.
  const double tail = std::fmin(p, 1 - p);
  double t = normal_quantile(1 - tail);
  for (int i = 0; i < 1000; ++i) {
    const double step = (student_t_tail(t, degrees) - tail) / student_t_density(t, degrees);
    t += step;
    if (std::fabs(step) < 1e-13 * t) break;
  }
  return p < 0.5 ? -t : t;
}

}  // namespace windtunnel
