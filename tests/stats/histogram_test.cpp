#include "stats/histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/random.hpp"

using namespace windtunnel;

namespace {

LatencyHistogram of(const std::vector<std::int64_t>& values) {
  LatencyHistogram histogram;
  for (const std::int64_t value : values) histogram.record(value);
  return histogram;
}

}  // namespace

TEST_CASE("an empty histogram has no quantiles and takes no memory") {
  const LatencyHistogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.memory_bytes() == 0);
  CHECK(std::isnan(histogram.mean()));
  CHECK(std::isnan(histogram.quantile(0.5)));
  CHECK_FALSE(histogram.quantile_estimate(0.5).has_value());
}

TEST_CASE("count, mean, min and max are exact") {
  const LatencyHistogram histogram = of({7, 1'000'003, 999'999'999'937, 0});
  CHECK(histogram.count() == 4);
  CHECK(histogram.sum() == 1'000'000'999'947.0);
  CHECK(histogram.mean() == 1'000'000'999'947.0 / 4);
  CHECK(histogram.min() == 0);
  CHECK(histogram.max() == 999'999'999'937);
}

TEST_CASE("every value from 1 ns to 292 years is known to within the stated error") {
  Random random(1);
  for (int bits = 0; bits < 63; ++bits) {
    for (int i = 0; i < 200; ++i) {
      const auto low = std::int64_t{1} << bits;
      const std::int64_t value = low + static_cast<std::int64_t>(random.uniform() * static_cast<double>(low));
      // Neighbours of the value keep min and max from giving it away.
      const double found = of({0, value, std::numeric_limits<std::int64_t>::max()}).quantile(0.5);
      CHECK(std::fabs(found - static_cast<double>(value)) <=
            LatencyHistogram::kRelativeError * static_cast<double>(value));
      if (value < 512) CHECK(found == static_cast<double>(value));
    }
  }
}

TEST_CASE("quantiles agree with the sorted sample") {
  Random random(2);
  std::vector<std::int64_t> values(20'000);
  for (std::int64_t& value : values)
    value = static_cast<std::int64_t>(std::exp(12 + 2 * random.normal()));  // lognormal, 0.2 ms in the middle
  const LatencyHistogram histogram = of(values);
  std::sort(values.begin(), values.end());
  for (const double q : {0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const double rank = std::clamp(q * 20'000 + 0.5, 1.0, 20'000.0) - 1;
    const auto below = static_cast<double>(values[static_cast<std::size_t>(std::floor(rank))]);
    const auto above = static_cast<double>(values[static_cast<std::size_t>(std::ceil(rank))]);
    const double exact = below + (rank - std::floor(rank)) * (above - below);
    CHECK(histogram.quantile(q) == doctest::Approx(exact).epsilon(LatencyHistogram::kRelativeError));
  }
}

TEST_CASE("where values are dense, quantiles are far better than a bucket is wide") {
  LatencyHistogram histogram;
  for (std::int64_t value = 1; value <= 1'000'000; ++value) histogram.record(value);
  for (double q = 0.0005; q < 1; q += 0.0007) {
    CAPTURE(q);
    CHECK(std::fabs(histogram.quantile(q) - (q * 1e6 + 0.5)) <= 1);
  }
}

TEST_CASE("a fractional rank lies between its neighbours") {
  const LatencyHistogram histogram = of({10, 20, 400});
  CHECK(histogram.order_statistic(1) == 10);
  CHECK(histogram.order_statistic(2) == 20);
  CHECK(histogram.order_statistic(2.25) == 115);
  CHECK(histogram.order_statistic(9) == 400);
  CHECK(histogram.quantile(0.5) == 20);
}

TEST_CASE("a constant is returned as it is") {
  LatencyHistogram histogram;
  histogram.record(123'456'789, 5'000'000'000);
  CHECK(histogram.count() == 5'000'000'000);
  CHECK(histogram.mean() == 123'456'789);
  CHECK(histogram.quantile(0.999) == 123'456'789);
}

TEST_CASE("merging is the same as recording together, in any order and grouping") {
  Random random(3);
  std::vector<LatencyHistogram> parts(3);
  LatencyHistogram together;
  for (int i = 0; i < 30'000; ++i) {
    const auto value = static_cast<std::int64_t>(random.exponential() * 1e6);
    parts[static_cast<std::size_t>(i) % 3].record(value);
    together.record(value);
  }
  LatencyHistogram left = parts[0];
  left.merge(parts[1]);
  left.merge(parts[2]);
  LatencyHistogram right = parts[2];
  right.merge(parts[1]);
  LatencyHistogram grouped = parts[0];
  grouped.merge(right);
  CHECK(left == together);
  CHECK(grouped == together);
  CHECK_FALSE(parts[0] == parts[1]);
  left.merge(LatencyHistogram{});
  CHECK(left == together);
}

TEST_CASE("counts up to the end of a bucket are exact") {
  Random random(4);
  std::vector<std::int64_t> values(5'000);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(random.exponential() * 1e5);
  const LatencyHistogram histogram = of(values);
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{511}, values[0], values[1], values[2]}) {
    const std::int64_t end = LatencyHistogram::bucket_end(value);
    const auto exact = std::count_if(values.begin(), values.end(), [&](std::int64_t x) { return x <= end; });
    CHECK(end >= value);
    CHECK(histogram.count_up_to(value) == exact);
    CHECK(histogram.count_up_to(end) == exact);
  }
  CHECK(histogram.count_up_to(-1) == 0);
}

TEST_CASE("memory follows the octaves in use") {
  LatencyHistogram histogram;
  histogram.record(1'000'000);
  CHECK(histogram.memory_bytes() == 2'048);
  for (std::int64_t value = 1'000'000; value < 1'048'576; value += 100) histogram.record(value);
  CHECK(histogram.memory_bytes() == 2'048);
  histogram.record(10);
  CHECK(histogram.memory_bytes() == 4'096);
}
