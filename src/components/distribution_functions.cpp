#include "components/distribution_functions.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "stats/probability.hpp"

namespace windtunnel {
namespace {

// P(X <= x) of an empirical law: straight between neighbouring values, or steps at the values.
double empirical_cdf(const Distribution& d, double x) {
  const std::vector<double>& values = d.values;
  const auto above = std::ranges::upper_bound(values, x);
  const auto count = static_cast<double>(above - values.begin());
  if (!is_interpolated(d)) return count / static_cast<double>(values.size());
  if (above == values.begin()) return 0.0;
  if (above == values.end()) return 1.0;
  const double below = *(above - 1);
  return (count - 1.0 + (x - below) / (*above - below)) / static_cast<double>(values.size() - 1);
}

double empirical_quantile(const Distribution& d, double q) {
  const auto n = d.values.size();
  if (!is_interpolated(d)) {
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(n)));
    return d.values[std::clamp(rank, std::size_t{1}, n) - 1];
  }
  const double position = q * static_cast<double>(n - 1);
  const auto i = std::min(static_cast<std::size_t>(position), n - 1);
  const double next = d.values[std::min(i + 1, n - 1)];
  return d.values[i] + (position - static_cast<double>(i)) * (next - d.values[i]);
}

double mixture_cdf(const Distribution& d, double x) {
  double sum = 0.0;
  for (std::size_t i = 0; i < d.parts.size(); ++i) sum += d.weights[i] * cdf(d.parts[i], x);
  return std::min(sum, 1.0);
}

// The share of an unbounded Pareto law that lies below its maximum.
double pareto_mass(const Distribution& d) { return 1.0 - std::pow(d.scale / d.maximum, d.shape); }

// Smallest x with cdf(x) >= q for laws on x >= 0, by bisection; the middle is geometric so that the error is
// relative.
double invert(const Distribution& d, double q) {
  if (cdf(d, 0.0) >= q) return 0.0;
  double high = std::max(mean(d), 1e-9);
  while (cdf(d, high) < q) high *= 2.0;
  double low = high;
  while (low > 1e-300 && cdf(d, low) >= q) low /= 2.0;
  while (high > low * (1.0 + 1e-10)) {
    const double middle = std::sqrt(low) * std::sqrt(high);
    (cdf(d, middle) >= q ? high : low) = middle;
  }
  return high;
}

}  // namespace

// Closed forms as in language/distribution.cpp.
double cdf(const Distribution& d, double x) {
  if (x < 0.0) return 0.0;
  switch (d.law) {
    case Law::constant:
      return x >= d.location ? 1.0 : 0.0;
    case Law::exponential:
      return -std::expm1(-x / d.scale);
    case Law::lognormal:
      return x == 0.0 ? 0.0 : normal_cdf(std::log(x / d.scale) / d.shape);
    case Law::gamma:
      return 1.0 - upper_incomplete_gamma(d.shape, x / d.scale);
    case Law::weibull:
      return -std::expm1(-std::pow(x / d.scale, d.shape));
    case Law::pareto:
      if (x <= d.scale) return 0.0;
      return x >= d.maximum ? 1.0 : (1.0 - std::pow(d.scale / x, d.shape)) / pareto_mass(d);
    case Law::uniform:
      return std::clamp((x - d.location) / (d.maximum - d.location), 0.0, 1.0);
    case Law::normal: {
      const double below_zero = normal_cdf(-d.location / d.scale);
      return (normal_cdf((x - d.location) / d.scale) - below_zero) / (1.0 - below_zero);
    }
    case Law::mixture:
      return mixture_cdf(d, x);
    case Law::empirical:
      return empirical_cdf(d, x);
  }
  return 0.0;
}

double quantile(const Distribution& d, double q) {
  assert(q > 0.0 && q < 1.0);
  switch (d.law) {
    case Law::constant:
      return d.location;
    case Law::exponential:
      return -d.scale * std::log1p(-q);
    case Law::lognormal:
      return d.scale * std::exp(d.shape * normal_quantile(q));
    case Law::weibull:
      return d.scale * std::pow(-std::log1p(-q), 1.0 / d.shape);
    case Law::pareto:
      return d.scale * std::pow(1.0 - q * pareto_mass(d), -1.0 / d.shape);
    case Law::uniform:
      return d.location + q * (d.maximum - d.location);
    case Law::empirical:
      return empirical_quantile(d, q);
    case Law::gamma:
    case Law::normal:
    case Law::mixture:
      return invert(d, q);
  }
  return 0.0;
}

}  // namespace windtunnel
