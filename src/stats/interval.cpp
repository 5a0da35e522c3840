#include "stats/interval.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "stats/probability.hpp"

namespace windtunnel {
namespace {

constexpr double kValuesBeyond = 10;

// Above this many expected values beyond the quantile the normal approximation of the ranks is off by less
// than 1% of the interval's width.
constexpr double kNormalApproximationFrom = 10'000;

Estimate around(double value, double half_width) { return {value, value - half_width, value + half_width}; }

double two_sided(double confidence) { return 0.5 + confidence / 2; }

// The rank r for which the fractional order statistic r of n uniform values, Beta(r, n + 1 - r), lies at or
// below q with the given probability. Decreases in r.
double rank_with(double q, double n, double probability) {
  double low = 0;
  double high = n + 1;
  for (int i = 0; i < 80 && high - low > 1e-9 * n; ++i) {
    const double middle = (low + high) / 2;
    (incomplete_beta(middle, n + 1 - middle, q) > probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Estimate mean_estimate(std::span<const double> values, double confidence) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  if (values.size() < 2) return {mean};
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double t = student_t_quantile(two_sided(confidence), n - 1);
  return around(mean, t * std::sqrt(squares / (n - 1) / n));
}

Estimate paired_difference(std::span<const double> a, std::span<const double> b, double confidence) {
  assert(a.size() == b.size());
  std::vector<double> differences(a.size());
  std::transform(b.begin(), b.end(), a.begin(), differences.begin(), std::minus<>());
  return mean_estimate(differences, confidence);
}

Estimate ratio_estimate(std::span<const double> numerators, std::span<const double> denominators,
                        double confidence) {
  assert(numerators.size() == denominators.size());
  const auto n = static_cast<double>(numerators.size());
  double numerator = 0;
  double denominator = 0;
  for (const double x : numerators) numerator += x;
  for (const double x : denominators) denominator += x;
  if (denominator == 0) return {};
  const double ratio = numerator / denominator;
  if (numerators.size() < 2) return {ratio};
  double squares = 0;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    const double residual = numerators[i] - ratio * denominators[i];
    squares += residual * residual;
  }
  const double t = student_t_quantile(two_sided(confidence), n - 1);
  return around(ratio, t * std::sqrt(squares / (n - 1) * n) / std::fabs(denominator));
}

Estimate proportion_estimate(std::int64_t successes, std::int64_t trials, double confidence) {
  assert(successes >= 0 && successes <= trials);
  if (trials == 0) return {};
  const auto n = static_cast<double>(trials);
  const double share = static_cast<double>(successes) / n;
  const double z = normal_quantile(two_sided(confidence));
  const double center = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return {share, successes == 0 ? 0 : center - half, successes == trials ? 1 : center + half};
}

RankInterval quantile_ranks(double q, double n, double confidence) {
  assert(q > 0 && q < 1);
  RankInterval ranks;
  if (n * q * (1 - q) > kNormalApproximationFrom) {
    const double half = normal_quantile(two_sided(confidence)) * std::sqrt(n * q * (1 - q));
    ranks = {q * n + 0.5 - half, q * n + 0.5 + half};
  } else {
    const double tail = (1 - confidence) / 2;
    ranks = {rank_with(q, n, 1 - tail), rank_with(q, n, tail)};
  }
  if (ranks.low < 1 || ranks.high > n) return {};
  return ranks;
}

bool enough_samples(double q, double n) { return n * std::min(q, 1 - q) > kValuesBeyond * (1 - 1e-9); }

std::int64_t samples_needed(double q) {
  return static_cast<std::int64_t>(std::ceil(kValuesBeyond / std::min(q, 1 - q) * (1 - 1e-9)));
}

}  // namespace windtunnel
