#include "stats/series.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "stats/random.hpp"

using namespace windtunnel;

TEST_CASE("values are counted in the step of their time") {
  TimeSeries series(10, 4);
  series.add(0, 5);
  series.add(9, 7);
  series.add(35, 1);
  series.add(10, 2);  // late
  REQUIRE(series.steps().size() == 4);
  CHECK(series.steps()[0] == TimeSeries::Step{2, 12, 7});
  CHECK(series.steps()[0].mean() == 6);
  CHECK(series.steps()[1] == TimeSeries::Step{1, 2, 2});
  CHECK(std::isnan(series.steps()[2].mean()));
  CHECK(series.steps()[3] == TimeSeries::Step{1, 1, 1});
}

TEST_CASE("beyond the last step neighbours merge and nothing is lost") {
  TimeSeries series(10, 4);
  for (int time = 0; time < 400; ++time) series.add(time, 1);
  CHECK(series.step() == 160);  // 10 steps of 40 exceed four, five of 80 too
  REQUIRE(series.steps().size() == 3);
  CHECK(series.steps()[0].count == 160);
  CHECK(series.steps()[1].count == 160);
  CHECK(series.steps()[2].count == 80);
}

TEST_CASE("a late value after a merge finds its step") {
  TimeSeries series(10, 2);
  series.add(15, 1);
  series.add(25, 1);
  series.add(16, 1);
  CHECK(series.step() == 20);
  CHECK(series.steps()[0].count == 2);
  CHECK(series.steps()[1].count == 1);
}

TEST_CASE("percentiles per step are known to within 3%") {
  TimeSeries series(1'000'000, 8, true);
  Random random(5);
  for (int i = 0; i < 40'000; ++i) {
    const auto time = static_cast<std::int64_t>(random.uniform() * 1.6e7);  // 16 steps: merges once
    const double scale = time < 8'000'000 ? 1e6 : 3e6;
    series.add(time, static_cast<std::int64_t>(scale * random.exponential()));
  }
  REQUIRE(series.step() == 2'000'000);
  // 5,000 values per step: 1/3.1% of resolution and 4 standard errors of a median.
  for (std::size_t step = 0; step < 8; ++step) {
    const double median = (step < 4 ? 1e6 : 3e6) * std::log(2);
    CHECK(series.quantile(step, 0.5) == doctest::Approx(median).epsilon(0.031 + 4 / std::sqrt(5000) / 0.69));
  }
  CHECK(std::isnan(series.quantile(99, 0.5)));
  CHECK(std::isnan(TimeSeries(1).quantile(0, 0.5)));
}

TEST_CASE("series of different length merge at the coarser step") {
  TimeSeries one(10, 4, true);
  TimeSeries two(10, 4, true);
  TimeSeries both(10, 4, true);
  for (int time = 0; time < 100; time += 3) {
    (time < 30 ? one : two).add(time, time);
    both.add(time, time);
  }
  TimeSeries merged = one;
  merged.merge(two);
  CHECK(merged.step() == both.step());
  CHECK(merged.steps() == both.steps());
  CHECK(merged.quantile(1, 0.9) == both.quantile(1, 0.9));
  TimeSeries reversed = two;
  reversed.merge(one);
  CHECK(reversed.steps() == both.steps());
}
