// Composed laws against closed forms: the error that estimates inherit from the grid.
#include "queueing/time_law.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "queueing/networks.hpp"
#include "queueing/stations.hpp"

namespace windtunnel::queueing {
namespace {

constexpr double quantiles[] = {0.5, 0.9, 0.99, 0.999};
constexpr double grid_error = 0.005;

TEST_CASE("A sum of exponentials: mean and variance exact, percentiles within the grid's error") {
  const std::vector<double> rates = {5, 3, 7};
  TimeLaw sum;
  for (const double rate : rates) sum = sum.then(TimeLaw::exponential(1 / rate));
  CHECK(sum.mean() == doctest::Approx(1.0 / 5 + 1.0 / 3 + 1.0 / 7).epsilon(1e-12));
  CHECK(sum.variance() == doctest::Approx(1.0 / 25 + 1.0 / 9 + 1.0 / 49).epsilon(1e-12));
  for (const double q : quantiles) {
    CHECK(sum.quantile(q) == doctest::Approx(hypoexponential_quantile(rates, q)).epsilon(grid_error));
  }
}

TEST_CASE("Many parts: splitting mass does not widen the law") {
  // 64 exponentials: an Erlang law, nearly normal, with a spread of an eighth of its mean.
  const TimeLaw sum = TimeLaw::exponential(0.01).repeated(64, 0);
  const std::vector<double> rates(64, 100.0);
  for (const double q : quantiles) {
    CHECK(sum.quantile(q) == doctest::Approx(hypoexponential_quantile(rates, q)).epsilon(grid_error));
  }
}

TEST_CASE("A wait and a service: M/M/c's response") {
  for (const MMc& station : {MMc{8, 0.1, 1}, MMc{3.2, 1, 4}, MMc{90, 1, 100}}) {
    const double waits = station.probability_of_wait();
    const TimeLaw wait = TimeLaw::maybe(waits, TimeLaw::exponential(station.mean_wait() / waits));
    const TimeLaw response = wait.then(TimeLaw::exponential(station.service_seconds));
    CHECK(response.mean() == doctest::Approx(station.mean_sojourn()));
    for (const double q : quantiles) {
      CHECK(response.quantile(q) == doctest::Approx(station.sojourn_quantile(q)).epsilon(grid_error));
    }
  }
}

TEST_CASE("The slowest of many, and the fourth of ten") {
  const TimeLaw leaf = TimeLaw::exponential(1);
  const std::vector<TimeLaw> leaves(10, leaf);
  const TimeLaw all = TimeLaw::when_done(leaves, 10);
  CHECK(all.mean() == doctest::Approx(harmonic(10)).epsilon(1e-3));
  CHECK(all.quantile(0.99) == doctest::Approx(largest_exponential_quantile(10, 0.99)).epsilon(grid_error));
  CHECK(leaf.largest_of(10).mean() == doctest::Approx(all.mean()).epsilon(1e-9));
  // The k-th of n exponentials takes 1/n + … + 1/(n - k + 1) on average.
  CHECK(TimeLaw::when_done(leaves, 4).mean() ==
        doctest::Approx(1.0 / 10 + 1.0 / 9 + 1.0 / 8 + 1.0 / 7).epsilon(1e-3));
  // An endless one is waited for only where it is needed.
  const std::vector<TimeLaw> hung = {leaf, TimeLaw::endless()};
  CHECK(TimeLaw::when_done(hung, 1).mean() == doctest::Approx(1).epsilon(1e-3));
  CHECK(TimeLaw::when_done(hung, 2).is_endless());
}

TEST_CASE("Constants stay sharp in sums; mixtures keep both of their peaks") {
  const TimeLaw sum = TimeLaw::constant(0.010).then(TimeLaw::constant(0.005)).then(TimeLaw());
  CHECK(sum.quantile(0.01) == doctest::Approx(0.015).epsilon(1e-12));
  CHECK(sum.quantile(0.99) == doctest::Approx(0.015).epsilon(1e-12));
  const TimeLaw cache = TimeLaw::mixture({{0.9, TimeLaw::constant(0.001)}, {0.1, TimeLaw::constant(0.101)}});
  CHECK(cache.mean() == doctest::Approx(0.011).epsilon(1e-12));
  CHECK(cache.variance() == doctest::Approx(0.0009).epsilon(1e-9));
  CHECK(cache.quantile(0.89) == doctest::Approx(0.001));
  CHECK(cache.quantile(0.91) == doctest::Approx(0.101).epsilon(0.03));
}

TEST_CASE("What a timeout makes of an exponential") {
  const TimeLaw law = TimeLaw::exponential(1);
  CHECK(law.cdf(2) == doctest::Approx(1 - std::exp(-2.0)).epsilon(grid_error));
  CHECK(law.capped(2).mean() == doctest::Approx(1 - std::exp(-2.0)).epsilon(grid_error));
  const double within = 1 - 2 * std::exp(-2.0) / (1 - std::exp(-2.0));
  CHECK(law.given_within(2).mean() == doctest::Approx(within).epsilon(grid_error));
  CHECK(TimeLaw::endless().capped(2).mean() == 2);
}

TEST_CASE("Fits keep two moments") {
  for (const double cv2 : {0.0, 0.3, 1.0, 4.0, 20.0}) {
    const TimeLaw law = TimeLaw::fitted(0.02, cv2);
    CHECK(law.mean() == doctest::Approx(0.02));
    CHECK(law.scaled(3).mean() == doctest::Approx(0.06));
    CHECK(law.cv2() == doctest::Approx(cv2).epsilon(1e-6));
    // The grid itself agrees with the moments that are carried beside it.
    CHECK(TimeLaw::when_done({law, TimeLaw::endless()}, 1).mean() == doctest::Approx(0.02).epsilon(1e-3));
  }
  CHECK(TimeLaw::fitted(std::numeric_limits<double>::infinity(), 1).is_endless());
}

}  // namespace
}  // namespace windtunnel::queueing
