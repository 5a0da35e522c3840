#include "stats/coverage.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace windtunnel;

// A 95% interval must contain the truth 93% to 97% of the time. Over 1,000 seeds the share has a standard
// error of 0.7%. tests/benchmarks/bench_coverage.cpp
// prints more cases, shorter runs among them; docs/statistics.md shows its table.

namespace {

constexpr int kRuns = 1'000;

void check_nominal(const Coverage& coverage) {
  CAPTURE(coverage.share());
  CAPTURE(coverage.without);
  CHECK(coverage.share() >= 0.93);
  CHECK(coverage.share() <= 0.97);
  CHECK(coverage.without <= kRuns / 100);
}

}  // namespace

TEST_CASE("coverage: the mean of independent replications") { check_nominal(cover_replications(10, kRuns)); }

TEST_CASE("coverage: independent values by batches") {
  const SingleRunCoverage coverage = cover_single_runs(0, 8'000, kRuns);
  check_nominal(coverage.mean);
  for (const Coverage& percentile : coverage.percentiles) check_nominal(percentile);
}

TEST_CASE("coverage: p99 from the histograms of ten replications") {
  check_nominal(cover_replicated_percentile(10, 1'000, kRuns));
}

TEST_CASE("coverage: M/M/1 at 50% by batches, mean and percentiles up to p99") {
  const SingleRunCoverage coverage = cover_single_runs(0.5, 40'000, kRuns);
  check_nominal(coverage.mean);
  for (const Coverage& percentile : coverage.percentiles) check_nominal(percentile);
}

TEST_CASE("coverage: M/M/1 at 80% by batches, mean and percentiles up to p95") {
  const SingleRunCoverage coverage = cover_single_runs(0.8, 60'000, kRuns);
  check_nominal(coverage.mean);
  check_nominal(coverage.percentiles[0]);
  check_nominal(coverage.percentiles[1]);
}

TEST_CASE("coverage: runs too short for a p99 rather say so than print a wrong interval") {
  const Coverage p99 = cover_single_runs(0.8, 20'000, kRuns).percentiles[2];
  CHECK(p99.without > kRuns / 2);
  CHECK(p99.missed < 0.07 * kRuns);
}

TEST_CASE("coverage: differences of designs under common random numbers, which narrow them") {
  const DifferenceCoverage coverage = cover_differences(20, kRuns);
  check_nominal(coverage.paired);
  check_nominal(coverage.independent);
  CHECK(coverage.paired.mean_width() < 0.6 * coverage.independent.mean_width());
}

TEST_CASE("coverage: stopping at a precision costs little of it") {
  // Sequential intervals reach 95% only as the precision goes to zero (Glynn and Whitt 1992).
  const Coverage mean = cover_sequential_mean(0.5, 0.05, kRuns);
  CHECK(mean.share() >= 0.91);
  CHECK(mean.share() <= 0.97);
}

TEST_CASE("cutting the warm-up removes most of the bias of a start with a backlog") {
  const WarmupEffect effect = measure_warmup(0.8, 100, 10'000, 200);
  CHECK(effect.bias_before > 0.10);
  CHECK(std::fabs(effect.bias_after) < 0.25 * effect.bias_before);
  CHECK(effect.share_trusted > 0.8);
}
