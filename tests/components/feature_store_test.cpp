#include <doctest/doctest.h>

#include <string>

#include "components/small_world.hpp"

namespace windtunnel {
namespace {

std::string scenario(const std::string& store) {
  return "run: {duration: 100s}\n"
         "workloads: {web: {arrivals: poisson(2k/s), calls: features, keys: {user: zipf(1M s=0.8)}}}\n"
         "components:\n"
         "  features: {type: feature_store, " +
         store +
         "}\n"
         "  db: {type: database, workers: 1000, read: exp(2ms)}\n";
}

}  // namespace

TEST_CASE("An online cache in place asks the store's origin for what it misses") {
  SmallWorld world(scenario("online: {type: cache, capacity: 100k items, shards: 4}, origin: db"));
  world.run_for(20);
  const double misses = 1 - world.metric("features.online", "hit_ratio");
  CHECK(misses == doctest::Approx(1 - 0.487).epsilon(0.03));  // Che
  CHECK(world.calls("features") == world.requests());
  CHECK(world.calls("db") / world.requests() == doctest::Approx(misses).epsilon(0.01));
  CHECK(world.mean_seconds() == doctest::Approx(12e-6 + misses * 2e-3).epsilon(0.03));
}

TEST_CASE("Without an online store every read goes to the origin") {
  SmallWorld world(scenario("online: none, origin: db"));
  world.run_for(5);
  CHECK(world.calls("db") == world.requests());
}

TEST_CASE("An online store that is no cache is replaced by the origin when it fails") {
  SmallWorld world(scenario("online: {type: database, read: 1ms}, origin: db") +
                   "faults: [{at: 0s, crash: features.online}]\n");
  world.run_for(5);
  CHECK(world.outcomes(Outcome::ok) > world.requests() - 50);
  CHECK(world.calls("db") > world.requests() - 50);
}

TEST_CASE("The age of features follows from the pipeline") {
  SUBCASE("streamed: the lag") {
    // 40,000 reads of exponential ages: 3.3 deviations are 1.7%. Older than 5 s with mean 2 s: exp(-2.5).
    SmallWorld world(scenario("origin: db, freshness: {lag: exp(2s), limit: 5s}"));
    world.run_for(20);
    CHECK(world.metric("features", "feature_age_seconds") == doctest::Approx(2).epsilon(0.017));
    CHECK(world.metric("features", "stale_ratio") == doctest::Approx(0.0821).epsilon(0.06));
  }
  SUBCASE("batches: uniform on [lag, lag + period]") {
    SmallWorld world(scenario("origin: db, freshness: {pipeline: batch, period: 1h, lag: 10m, limit: 40m}"));
    world.run_for(20);
    CHECK(world.metric("features", "feature_age_seconds") == doctest::Approx(600 + 1800).epsilon(0.008));
    CHECK(world.metric("features", "stale_ratio") == doctest::Approx(0.5).epsilon(0.018));
  }
  SUBCASE("age costs quality") {
    // Lag 10 s for sure and a half-life of 10 s: half.
    SmallWorld world(scenario("origin: db, freshness: {lag: 10s, half_life: 10s}"));
    world.run_for(2);
    CHECK(world.mean_quality() == doctest::Approx(0.5).epsilon(1e-6));
  }
}

TEST_CASE("Feature stores that cannot be are refused") {
  const auto problems = [](const std::string& store) { return problems_of(scenario(store)); };
  CHECK(problems("origin: db") == "");
  CHECK(problems("online: none").find("needs `online`, or `origin`") != std::string::npos);
  CHECK(problems("origin: db, freshness: {pipeline: batch, lag: 1s}").find("needs its `period`") !=
        std::string::npos);
  CHECK(problems("origin: nowhere") != "");
}

}  // namespace windtunnel
