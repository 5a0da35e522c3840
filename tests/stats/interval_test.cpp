#include "stats/interval.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "stats/batches.hpp"

using namespace windtunnel;

TEST_CASE("Student's interval of a mean") {
  // NIST/SEMATECH e-Handbook, 1.3.5.2, heat flow data ZARR13: n = 195, mean 9.261460, sd 0.022789 gives
  // (9.258242, 9.264679). Two values at mean +- d have sd d * sqrt(n / (n - 1)) when repeated.
  const double d = 0.022789 * std::sqrt(194.0 / 195);
  std::vector<double> values(195, 9.261460);
  for (std::size_t i = 0; i < 97; ++i) values[i] += d, values[97 + i] -= d;
  const double shortfall = std::sqrt(194.0 / 195);  // one of the 195 values lies at the mean
  const Estimate estimate = mean_estimate(values);
  CHECK(estimate.value == doctest::Approx(9.261460).epsilon(1e-9));
  CHECK(estimate.high - estimate.value == doctest::Approx(0.0032186 * shortfall).epsilon(2e-4));
  CHECK(estimate.value - estimate.low == doctest::Approx(0.0032186 * shortfall).epsilon(2e-4));
}

TEST_CASE("too few values give no interval, none no figure") {
  CHECK_FALSE(mean_estimate({}).has_value());
  const std::vector<double> one = {3};
  CHECK(mean_estimate(one).value == 3);
  CHECK_FALSE(mean_estimate(one).has_interval());
  CHECK(std::isnan(mean_estimate(one).relative_half_width()));
}

TEST_CASE("a paired difference does not see what both have in common") {
  const std::vector<double> a = {10, 50, 90, 30};
  const std::vector<double> b = {12, 52, 92, 32};
  const Estimate difference = paired_difference(a, b);
  CHECK(difference.value == 2);
  CHECK(difference.low == 2);
  CHECK(difference.high == 2);
}

TEST_CASE("a ratio with equal denominators is a mean") {
  const std::vector<double> numerators = {4, 6, 8, 10};
  const std::vector<double> denominators = {2, 2, 2, 2};
  const Estimate ratio = ratio_estimate(numerators, denominators);
  const Estimate mean = mean_estimate(std::vector<double>{2, 3, 4, 5});
  CHECK(ratio.value == doctest::Approx(mean.value));
  CHECK(ratio.low == doctest::Approx(mean.low));
  CHECK(ratio.high == doctest::Approx(mean.high));
  CHECK_FALSE(ratio_estimate(numerators, std::vector<double>(4, 0.0)).has_value());
}

TEST_CASE("Wilson's interval agrees with published values") {
  // Newcombe 1998, Statistics in Medicine 17, Table I, method 3 (score, no continuity correction).
  struct Row {
    std::int64_t successes, trials;
    double low, high;
  };
  for (const Row& row : {Row{81, 263, 0.2553, 0.3662}, Row{15, 148, 0.0624, 0.1605}, Row{0, 20, 0.0, 0.1611},
                         Row{1, 29, 0.0061, 0.1718}}) {
    const Estimate estimate = proportion_estimate(row.successes, row.trials);
    CHECK(estimate.low == doctest::Approx(row.low).scale(1).epsilon(5e-5));
    CHECK(estimate.high == doctest::Approx(row.high).scale(1).epsilon(5e-5));
  }
  CHECK(proportion_estimate(20, 20).high == 1);
  CHECK_FALSE(proportion_estimate(0, 0).has_value());
}

TEST_CASE("the ranks that enclose a quantile") {
  // Whole ranks with at least 95% for the median: n = 10: 2 and 9 (97.9%), n = 20: 6 and 15 (95.9%), n = 100:
  // 40 and 61 (Conover, Practical Nonparametric Statistics, section 3.2, from the binomial distribution).
  // Fractional ranks lie less than one inside of them.
  struct Row {
    double n, low, high;
  };
  for (const Row& row : {Row{10, 2, 9}, Row{20, 6, 15}, Row{100, 40, 61}}) {
    const RankInterval ranks = quantile_ranks(0.5, row.n);
    CHECK(ranks.low >= row.low);
    CHECK(ranks.low < row.low + 1);
    CHECK(ranks.high <= row.high);
    CHECK(ranks.high > row.high - 1);
  }
}

TEST_CASE("exact and approximate ranks meet where one takes over from the other") {
  const RankInterval exact = quantile_ranks(0.99, 1.0100e6);        // n q (1 - q) just below 10,000
  const RankInterval approximate = quantile_ranks(0.99, 1.0102e6);  // just above
  CHECK((approximate.low - exact.low) == doctest::Approx(0.99 * 200).epsilon(0.02));
  CHECK((approximate.high - exact.high) == doctest::Approx(0.99 * 200).epsilon(0.02));
}

TEST_CASE("a sample that is too small for a percentile says so") {
  CHECK(enough_samples(0.5, 20));
  CHECK(enough_samples(0.99, 1'000));
  CHECK_FALSE(enough_samples(0.99, 999));
  CHECK(enough_samples(0.999, 10'000));
  CHECK_FALSE(enough_samples(0.999, 9'999));
  CHECK(enough_samples(0.01, 1'000));
  for (const double q : {0.5, 0.95, 0.99, 0.999, 0.9999}) {
    const std::int64_t n = samples_needed(q);
    CHECK(enough_samples(q, static_cast<double>(n)));
    CHECK_FALSE(enough_samples(q, static_cast<double>(n - 1)));
    CHECK_FALSE(std::isnan(quantile_ranks(q, static_cast<double>(n)).high));
  }
  CHECK(std::isnan(quantile_ranks(0.99, 300).high));

  LatencyHistogram histogram;
  BatchQuantiles batches;
  for (int i = 0; i < 999; ++i) histogram.record(1000 + i), batches.record(1000 + i);
  CHECK_FALSE(histogram.quantile_estimate(0.99).has_value());
  CHECK_FALSE(batches.estimate(0.99).has_value());
  CHECK(histogram.quantile_estimate(0.9).has_interval());
}
