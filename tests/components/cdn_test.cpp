#include <doctest/doctest.h>

#include <string>

#include "components/eviction/approximation.hpp"
#include "components/small_world.hpp"

namespace windtunnel {
namespace {

/// Clients in Europe, the origin in America, 100 ms apart.
std::string scenario(const std::string& cdn, const std::string& more = "", const std::string& op = "read") {
  return "run: {duration: 100s}\n"
         "regions: {us: {zones: [a]}, eu: {zones: [a]}}\n"
         "network: {same_zone_rtt: 10ms, links: [{between: [us, eu], rtt: 100ms}]}\n"
         "workloads:\n"
         "  web: {arrivals: poisson(5k/s), calls: cdn, op: " +
         op +
         ", from: {eu: 100%}, keys: {file: zipf(100k s=0.9)}}\n"
         "components:\n"
         "  cdn: {type: cdn, origin: shop, hit_time: 0ms, " +
         cdn +
         "}\n"
         "  shop: {type: service, cores: 1000, concurrency: 10k, do: [work: 1ms]}\n" +
         more;
}

}  // namespace

TEST_CASE("What an edge has costs the way to the edge, the rest the way to the origin besides") {
  SmallWorld world(scenario("hit_ratio: 80%"));
  world.run_for(20);
  CHECK(world.metric("cdn", "hit_ratio") == doctest::Approx(0.8).epsilon(0.006));
  CHECK(world.quantile_seconds(0.5) == doctest::Approx(0.010).epsilon(0.01));
  CHECK(world.quantile_seconds(0.9) == doctest::Approx(0.111).epsilon(0.01));
}

TEST_CASE("An edge's hit ratio is that of its capacity under its clients' keys") {
  SmallWorld world(scenario("capacity: 5k items"));
  world.run_for(10);
  const double expected =
      eviction::hit_ratio({.capacity_items = 5000}, eviction::zipf_popularity(100'000, 0.9));
  CHECK(world.metric("cdn", "hit_ratio") == doctest::Approx(expected).epsilon(0.012 / expected));
  // Requests for what is on its way already wait for it: the origin sees fewer calls than there are misses.
  const double misses = (1 - world.metric("cdn", "hit_ratio")) * world.requests();
  CHECK(world.calls("shop") < misses);
  CHECK(world.calls("shop") > 0.8 * misses);
}

TEST_CASE("Clients of a dead edge go to the next one") {
  SmallWorld world(scenario("hit_ratio: 100%", "faults: [{at: 10s, crash: \"cdn[1]\"}]\n"));
  world.run_for(9.9);
  CHECK(world.quantile_seconds(0.99) == doctest::Approx(0.010).epsilon(0.01));
  world.run_for(30.1);
  CHECK(world.outcomes(Outcome::ok) > world.requests() - 1000);  // but for those under way
  CHECK(world.quantile_seconds(0.9) == doctest::Approx(0.100).epsilon(0.01));
}

TEST_CASE("What cannot be cached goes through") {
  SmallWorld world(scenario("hit_ratio: 100%, cacheable: 30%"));
  world.run_for(10);
  CHECK(world.calls("shop") / world.requests() == doctest::Approx(0.7).epsilon(0.012));
  SmallWorld writes(scenario("capacity: 5k items", "", "write"));
  writes.run_for(5);
  CHECK(writes.calls("shop") > writes.requests() - 400);
}

TEST_CASE("CDNs that cannot be are refused") {
  CHECK(problems_of(scenario("hit_ratio: 80%")) == "");
  CHECK(problems_of(scenario("policy: lru")).find("needs its `capacity`") != std::string::npos);
  CHECK(problems_of(scenario("capacity: 1TB")).find("needs `item_size`") != std::string::npos);
}

}  // namespace windtunnel
