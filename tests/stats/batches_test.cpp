#include "stats/batches.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "stats/random.hpp"

using namespace windtunnel;

namespace {

struct Count {
  int value = 0;
  void merge(const Count& other) { value += other.value; }
};

// x[i] = r x[i - 1] + noise: successive values are correlated by r.
template <typename Add>
void autoregressive(double r, int n, Add add) {
  Random random(9);
  double x = 0;
  for (int i = 0; i < n; ++i) add(x = r * x + random.normal());
}

}  // namespace

TEST_CASE("batches stay equally long and few, whatever the length of the run") {
  Batches<Count> batches;
  int length = 1;
  int added = 0;
  for (int i = 0; i < 1'000; ++i) {
    ++batches.current().value;
    ++added;
    if (batches.current().value == length && !batches.end_batch()) length *= 2;
    REQUIRE(batches.closed().size() <= kMaxBatches);
    for (const Count& batch : batches.closed()) REQUIRE(batch.value == length);
    REQUIRE(batches.total().value == added);
  }
  CHECK(length == 32);
  CHECK(batches.closed().size() == 31);  // 1,000 / 32
}

TEST_CASE("a clock ends batches by time and keeps step with their merging") {
  Batches<Count> batches;
  BatchClock clock(100, 10);
  for (int now = 101; now <= 100 + 2'000; ++now) {
    ++batches.current().value;
    if (now < clock.next_end()) continue;
    batches.end_batch();
    clock.advance();
    for (const Count& batch : batches.closed()) REQUIRE(batch.value == clock.length());
  }
  CHECK(clock.length() == 80);  // 2,000 / 80 = 25 batches
  CHECK(batches.closed().size() == 25);
}

TEST_CASE("periods merge into batches without losing any") {
  for (const std::size_t n : {0, 1, 31, 32, 33, 50, 100, 125, 1'000}) {
    CAPTURE(n);
    const std::vector<double> ones(n, 1.0);
    const std::vector<double> batches = into_batches(std::span<const double>(ones));
    CHECK(batches.size() == (n == 0 ? 0 : n / ((n + 31) / 32)));
    CHECK(batches.size() <= kMaxBatches);
    double sum = 0;
    for (const double batch : batches) sum += batch;
    CHECK(sum == static_cast<double>(n));
  }
  std::vector<LatencyHistogram> periods(40);
  for (LatencyHistogram& period : periods) period.record(7);
  const auto batches = into_batches(std::span<const LatencyHistogram>(periods));
  CHECK(batches.size() == 20);
  CHECK(batches[19].count() == 2);
}

TEST_CASE("the mean counts every value, also of the batch that is still open") {
  BatchMeans means;
  for (int i = 1; i <= 1'001; ++i) means.add(i);
  CHECK(means.count() == 1'001);
  CHECK(means.estimate().value == 501);
}

TEST_CASE("a skipped start does not count") {
  BatchMeans means;
  BatchQuantiles quantiles;
  for (int i = 0; i < 10'000; ++i) {
    means.add(i < 1'000 ? 100 : i % 2);
    quantiles.record(i < 1'000 ? 100'000 : 400 + i % 2);
  }
  CHECK(means.estimate(0.95, 1'000).value == doctest::Approx(0.5));
  CHECK(means.estimate(0.95, 0).value > 5);
  CHECK(quantiles.estimate(0.99, 0.95, 1'000).value == 401);
  CHECK(quantiles.estimate(0.99, 0.95, 0).value == doctest::Approx(100'000));
}

TEST_CASE("an interval needs ten batches") {
  BatchMeans means;
  for (int i = 0; i < 39; ++i) means.add(i % 3);
  CHECK_FALSE(means.estimate().has_interval());
  means.add(0);
  CHECK(means.estimate().has_interval());
  CHECK_FALSE(BatchMeans().estimate().has_value());
}

TEST_CASE("correlation is paid for: the interval is as wide as theory says") {
  // Variance of the mean of an AR(1) process: (1 / (1 - r))^2 / n times that of the noise. The standard
  // deviation from 16 to 32 batches has a relative error of about 16%.
  for (const double r : {0.0, 0.5, 0.9}) {
    const int n = 100'000;
    BatchMeans means;
    autoregressive(r, n, [&](double x) { means.add(x); });
    const Estimate estimate = means.estimate();
    const double expected = 2.06 / (1 - r) / std::sqrt(n);
    CAPTURE(r);
    CHECK((estimate.high - estimate.low) / 2 == doctest::Approx(expected).epsilon(0.4));
    CHECK(estimate.covers(0));
  }
}

TEST_CASE("batches that are shorter than the memory of the run widen the interval") {
  // Neighbouring sums of two go up and down together, and their pattern repeats: lag-1 correlation 0.5.
  std::vector<double> correlated;
  for (int i = 0; i < 30; ++i) correlated.push_back(std::floor(i / 5) - 5 * std::floor(i / 25));
  std::vector<double> shuffled;
  for (std::size_t i = 0; i < 30; ++i) shuffled.push_back(correlated[i * 7 % 30]);
  const std::vector<double> ones(30, 1.0);
  const Estimate wide = batch_ratio_estimate(correlated, ones);
  const Estimate narrow = batch_ratio_estimate(shuffled, ones);
  CHECK(wide.value == doctest::Approx(narrow.value));
  CHECK(wide.high - wide.low > 1.5 * (narrow.high - narrow.low));
}

TEST_CASE("the effective sample of correlated values is smaller by what theory says") {
  // The sign of an AR(1) process has the autocorrelation 2 / pi asin(r^k) (Sheppard's formula), which gives
  // the factor by which the variance of its average, and hence of the median, is larger.
  const double r = 0.9;
  double inflation = 1;
  for (int k = 1; k < 1'000; ++k) inflation += 2 * 2 / std::acos(-1.0) * std::asin(std::pow(r, k));
  const int n = 200'000;
  BatchQuantiles quantiles;
  autoregressive(r, n, [&](double x) { quantiles.record(static_cast<std::int64_t>(1e6 * (x + 100))); });
  CHECK(effective_samples(quantiles.batches(), 0.5) == doctest::Approx(n / inflation).epsilon(0.6));
}

TEST_CASE("a constant has an interval of no width") {
  BatchQuantiles quantiles;
  BatchMeans means;
  for (int i = 0; i < 5'000; ++i) quantiles.record(123'456'789), means.add(0.1);
  const Estimate p99 = quantiles.estimate(0.99);
  CHECK(p99.low == 123'456'789);
  CHECK(p99.high == 123'456'789);
  CHECK(p99.relative_half_width() == 0);
  CHECK(means.estimate().relative_half_width() < 1e-12);
}
