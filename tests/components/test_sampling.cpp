#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "components/distribution_functions.hpp"
#include "components/sampling.hpp"

using namespace windtunnel;

namespace {

const char* const laws[] = {
    "exp(15ms)",
    "lognormal(p50=2ms p99=9ms)",
    "lognormal(mean=3ms cv=0.8)",
    "gamma(mean=4ms cv=0.5)",
    "gamma(mean=4ms cv=2)",
    "erlang(4 mean=10ms)",
    "weibull(mean=5ms shape=0.7)",
    "pareto(min=2ms alpha=5)",
    "pareto(min=1ms alpha=1 max=1s)",
    "uniform(1ms 5ms)",
    "normal(mean=10ms sd=3ms)",
    "hyperexp(mean=5ms cv=3)",
    "mixture(90% exp(1ms) 10% exp(50ms))",
    "mixture(50% uniform(1ms 2ms) 50% uniform(3ms 4ms))",
};
constexpr int draw_count = 100'000;

Distribution law_of(const std::string& text) { return *parse_distribution(text, duration_units); }

}  // namespace

TEST_CASE("A law's sampler has the law's mean, and its distribution function") {
  for (const char* text : laws) {
    CAPTURE(std::string(text));
    const Distribution d = law_of(text);
    const Sampler sampler = make_sampler(d);
    RandomStream stream(1, 0, text);
    std::vector<double> draws(draw_count);
    for (double& x : draws) x = sampler.sample(stream);
    double sum = 0.0;
    for (const double x : draws) sum += x;
    CHECK(std::abs(sum / draw_count - mean(d)) < 4.0 * std::sqrt(variance(d) / draw_count));
    std::ranges::sort(draws);
    double distance = 0.0;
    for (int i = 0; i < draw_count; ++i) {
      distance = std::max(distance, std::abs(cdf(d, draws[i]) - (i + 0.5) / draw_count));
    }
    CHECK(distance * std::sqrt(draw_count) < 1.95);  // Kolmogorov-Smirnov at 0.1%
  }
}

TEST_CASE("Quantiles invert distribution functions") {
  for (const char* text : laws) {
    CAPTURE(std::string(text));
    const Distribution d = law_of(text);
    for (const double q : {1e-4, 0.01, 0.3, 0.5 - 1e-9, 0.9, 0.99, 0.9999}) {
      CAPTURE(q);
      CHECK(cdf(d, quantile(d, q)) == doctest::Approx(q).epsilon(1e-7));
    }
  }
  const Distribution d = law_of("lognormal(p50=2ms p99=9ms)");
  CHECK(quantile(d, 0.5) == doctest::Approx(0.002).epsilon(1e-10));
  CHECK(quantile(d, 0.99) == doctest::Approx(0.009).epsilon(1e-10));
}

TEST_CASE("Quantiles of laws with jumps are where the jump is") {
  CHECK(quantile(law_of("2ms"), 0.1) == 0.002);
  const Distribution d = law_of("mixture(90% 1ms 10% 50ms)");
  CHECK(quantile(d, 0.5) == doctest::Approx(0.001).epsilon(1e-9));
  CHECK(quantile(d, 0.95) == doctest::Approx(0.05).epsilon(1e-9));
}

TEST_CASE("Empirical laws interpolate times and resample counts") {
  Distribution times = law_of("empirical(file.csv)");
  times.values = {0.001, 0.002, 0.004};
  CHECK(quantile(times, 0.25) == doctest::Approx(0.0015));
  CHECK(cdf(times, 0.003) == doctest::Approx(0.75));
  CHECK(cdf(times, 0.0005) == 0.0);
  CHECK(cdf(times, 0.004) == 1.0);
  Distribution counts = times;
  counts.unit = &count_units;
  counts.values = {1, 2, 4};
  CHECK(quantile(counts, 0.5) == 2);
  CHECK(cdf(counts, 2.5) == doctest::Approx(2.0 / 3));
  RandomStream stream(1, 0, "test");
  const Sampler sampler = make_sampler(counts);
  for (int i = 0; i < 100; ++i) CHECK(std::ranges::count(counts.values, sampler.sample(stream)) == 1);
}

TEST_CASE("Keys of one name are the same keys whoever draws them") {
  RandomStream stream(1, 0, "test");
  RandomStream same = stream;
  const KeyLaw law = *parse_key_law("zipf(50M s=0.8)");
  const KeySampler users = make_key_sampler(law, "user");
  const KeySampler items = make_key_sampler(law, "item");
  const std::uint64_t key = users.key(stream);
  CHECK(key == make_key_sampler(law, "user").key(same));
  CHECK(users.key_at(0, 0) != items.key_at(0, 0));
  CHECK(users.population() == 50'000'000);
  CHECK(make_key_sampler(*parse_key_law("hotspot(10 hot=95% share=50%)"), "user").population() == 10);
}
