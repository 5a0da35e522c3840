#include "stats/warmup.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "stats/random.hpp"

using namespace windtunnel;

namespace {

// Noise around 1 with an initial transient `height` * exp(-i / length); one observation per microsecond.
WarmupDetector with_transient(std::uint64_t seed, int n, double height, double length) {
  WarmupDetector detector;
  Random random(seed);
  for (int i = 0; i < n; ++i)
    detector.add(1000 * i, 1 + height * std::exp(-i / length) + 0.5 * random.normal());
  return detector;
}

}  // namespace

TEST_CASE("MSER cuts exactly a step that stands out") {
  std::vector<double> values(200, 1.0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += i % 2 == 0 ? 0.01 : -0.01;
  for (std::size_t i = 0; i < 30; ++i) values[i] = 5;
  CHECK(mser(values) == 30);
}

TEST_CASE("MSER minimises the statistic of its definition") {
  Random random(6);
  std::vector<double> values(60);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = random.exponential() + (i < 12 ? 3.0 : 0.0);
  std::size_t best = 0;
  double least = 1e300;
  for (std::size_t d = 0; d + 5 < values.size(); ++d) {
    const auto n = static_cast<double>(values.size() - d);
    double mean = 0;
    for (std::size_t i = d; i < values.size(); ++i) mean += values[i] / n;
    double z = 0;
    for (std::size_t i = d; i < values.size(); ++i) z += (values[i] - mean) * (values[i] - mean) / (n * n);
    if (z < least) least = z, best = d;
  }
  CHECK(mser(values) == best);
}

TEST_CASE("a transient is cut where it has sunk into the noise") {
  // exp(-i / 1000) * 5 falls to the size of a mean's uncertainty within about 2,000 to 7,000 observations.
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Warmup warmup = with_transient(seed, 50'000, 5, 1000).detect();
    CAPTURE(seed);
    CHECK(warmup.trustworthy);
    CHECK(warmup.observations >= 2'000);
    CHECK(warmup.observations <= 8'000);
    CHECK(warmup.time == 1000 * warmup.observations);
  }
}

TEST_CASE("a stationary run loses little") {
  int cut = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Warmup warmup = with_transient(seed, 50'000, 0, 1).detect();
    cut += warmup.observations > 5'000;
  }
  CHECK(cut <= 2);
}

TEST_CASE("a run that still is in its transient is not trusted") {
  CHECK_FALSE(with_transient(1, 2'000, 50, 1000).detect().trustworthy);  // two time constants
  const Warmup warmup = with_transient(1, 2'000, 50, 1000).detect();
  CHECK(warmup.observations <= 1'000);
}

TEST_CASE("a handful of observations is not trusted") {
  CHECK_FALSE(WarmupDetector().detect().trustworthy);
  CHECK_FALSE(with_transient(1, 90, 0, 1).detect().trustworthy);
}

TEST_CASE("a long run costs no more memory and is cut at the same place") {
  const Warmup warmup = with_transient(3, 2'000'000, 50, 10'000).detect();
  CHECK(warmup.trustworthy);
  CHECK(warmup.observations >= 40'000);
  CHECK(warmup.observations <= 120'000);
}
