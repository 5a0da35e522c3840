#include <doctest/doctest.h>

#include <string>

#include "components/small_world.hpp"

namespace windtunnel {
namespace {

std::string scenario(const std::string& rate, const std::string& dns, const std::string& more = "") {
  return "run: {duration: 1000s}\n"
         "regions: {us: {zones: [a]}, eu: {zones: [a]}}\n"
         "network: {same_zone_rtt: 10ms, links: [{between: [us, eu], rtt: 100ms}]}\n"
         "workloads: {web: {arrivals: poisson(" +
         rate +
         "), calls: name, from: {eu: 100%}}}\n"
         "components:\n"
         "  name: {type: dns, to: [us_shop, eu_shop], " +
         dns +
         "}\n"
         "  us_shop: {type: service, zones: [us], cores: 1000, concurrency: 10k, do: [work: 1us]}\n"
         "  eu_shop: {type: service, zones: [eu], cores: 1000, concurrency: 10k, do: [work: 1us]}\n" +
         more;
}

}  // namespace

TEST_CASE("Clients are sent to the nearest, or by turns, or in order") {
  SmallWorld nearest(scenario("1k/s", "policy: nearest"));
  nearest.run_for(10);
  CHECK(nearest.calls("us_shop") == 0);
  SmallWorld in_order(scenario("1k/s", "policy: failover"));
  in_order.run_for(10);
  CHECK(in_order.calls("eu_shop") == 0);
  SmallWorld by_turns(scenario("1k/s", "policy: round_robin, ttl: 100ms"));
  by_turns.run_for(10);
  CHECK(by_turns.calls("eu_shop") / by_turns.requests() == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("An answer is kept for its time to live") {
  // 100 caches share 100/s: a rate r of 1/s each, kept for T = 1 s: r T / (1 + r T) = 1/2 need no look-up.
  // 100,000 calls.
  SmallWorld world(scenario("100/s", "ttl: 1s, lookup: 0ms"));
  world.run_for(1000);
  CHECK(world.metric("name", "cached_lookup_ratio") == doctest::Approx(0.5).epsilon(0.011));
  // With 10 ms of look-up the others are slower by as much.
  SmallWorld slow(scenario("100/s", "ttl: 1s, lookup: 10ms"));
  slow.run_for(1000);
  const double looked_up = 1 - slow.metric("name", "cached_lookup_ratio");
  CHECK(slow.mean_seconds() == doctest::Approx(0.010 + looked_up * 0.010).epsilon(0.002));
}

TEST_CASE("Clients call a dead component until the checks have noticed and their answers have expired") {
  // Dead from 10 s on, noticed after 3 checks of 1 s, answers of 10 s: 3 s and on average 5 s more for each
  // client.
  SmallWorld world(scenario("1k/s", "policy: nearest, ttl: 10s, check_every: 1s, fall: 3",
                            "faults: [{at: 50s, crash: eu_shop, for: 100s}]\n"));
  world.run_for(49);
  CHECK(world.outcomes(Outcome::unreachable) == 0);
  world.run_for(31);
  // 100 caches with answers of independent age, uniform: 5 s +- 10 s / sqrt(12 * 100).
  CHECK(world.outcomes(Outcome::unreachable) / 1000 == doctest::Approx(8).epsilon(0.13));
  world.forget();
  world.run_for(20);
  CHECK(world.calls("eu_shop") == 0);
  world.run_for(70);  // back since 150 s, believed since 153 s, used by all since 163 s
  world.forget();
  world.run_for(10);
  CHECK(world.calls("us_shop") < 10);
}

TEST_CASE("Names of nothing are refused") {
  CHECK(problems_of("workloads: {web: {arrivals: poisson(1/s), calls: name}}\n"
                    "components: {name: {type: dns, ttl: 1s}}\n")
            .find("to") != std::string::npos);
}

}  // namespace windtunnel
