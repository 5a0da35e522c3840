// Nanoseconds per recorded latency, of the histogram alone and of the classes around it.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "stats/batches.hpp"
#include "stats/histogram.hpp"
#include "stats/random.hpp"
#include "stats/series.hpp"
#include "stats/time_average.hpp"

using namespace windtunnel;

namespace {

constexpr int kValues = 1 << 20;
constexpr int kRounds = 20;

template <typename Record>
void measure(const char* name, const std::vector<std::int64_t>& values, Record record) {
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < kRounds; ++round)
    for (const std::int64_t value : values) record(value);
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
  std::printf("%-44s %6.2f ns\n", name, elapsed.count() / kRounds / kValues);
}

}  // namespace

int main() {
  Random random(1);
  std::vector<std::int64_t> values(kValues);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(std::exp(15 + random.normal()));

  LatencyHistogram histogram;
  measure("LatencyHistogram::record, lognormal", values, [&](std::int64_t x) { histogram.record(x); });
  BatchQuantiles quantiles;
  measure("BatchQuantiles::record", values, [&](std::int64_t x) { quantiles.record(x); });
  BatchMeans means;
  measure("BatchMeans::add", values, [&](std::int64_t x) { means.add(static_cast<double>(x)); });
  std::int64_t now = 0;
  TimeAverage queue;
  measure("TimeAverage::add", values, [&](std::int64_t x) { queue.add(now += 1000, (x & 2) - 1); });
  std::int64_t time = 0;
  TimeSeries series(1'000'000, 512, true);
  measure("TimeSeries::add, with percentiles", values, [&](std::int64_t x) { series.add(time += 1000, x); });

  std::printf("p99 of %lld values: %.0f ns; %zu bytes\n", static_cast<long long>(histogram.count()),
              histogram.quantile(0.99), histogram.memory_bytes());
  std::printf("checks: %.6g %.6g %.6g %.6g\n", quantiles.estimate(0.99).high, means.estimate().value,
              queue.average(now), series.steps()[0].mean());
}
