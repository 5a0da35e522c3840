#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "components/eviction/approximation.hpp"
#include "components/small_world.hpp"

namespace windtunnel {
namespace {

/// One cache in front of an origin, asked for keys at a rate.
std::string scenario(const std::string& rate, const std::string& keys, const std::string& cache,
                     const std::string& origin = "work: 1ms", const std::string& more = "") {
  return "run: {duration: 100000s}\n"
         "workloads: {web: {arrivals: " +
         rate + ", calls: cache, keys: {item: " + keys + "}" + more +
         "}}\n"
         "components:\n"
         "  cache: {type: cache, hit_time: 1us, origin: slow, " +
         cache +
         "}\n"
         "  slow: {type: service, cores: 100k, concurrency: 100k, do: [" +
         origin + "]}\n";
}

}  // namespace

TEST_CASE("An independent reference model gives each policy its hit ratio") {
  // Zipf(0.8), 1,000 keys, 100 fit. LRU: Che, Tung, Wang 2002 (error below 0.003 here); FIFO, RANDOM:
  // Gelenbe's product form; LFU: at most the sum over the 100 most popular. 200,000 requests: 3 deviations
  // are 0.0033.
  struct Case {
    std::string policy;
    double hit_ratio, tolerance;
  };
  for (const Case& c :
       {Case{"lru", 0.3778, 0.0060}, Case{"fifo", 0.3341, 0.0040}, Case{"random", 0.3341, 0.0040}}) {
    CAPTURE(c.policy);
    SmallWorld world(scenario("poisson(10k/s)", "zipf(1000 s=0.8)",
                              "capacity: 100 items, warm: false, policy: " + c.policy, "work: 1us"));
    world.run_for(2);
    world.forget();
    world.run_for(20);
    CHECK(world.metric("cache", "hit_ratio") ==
          doctest::Approx(c.hit_ratio).epsilon(c.tolerance / c.hit_ratio));
  }
}

TEST_CASE("A warm cache begins with its long-run hit ratio, whatever its size") {
  struct Case {
    std::string policy;
    eviction::PolicyKind kind;
    double keys, capacity;
    double tolerance;  // 0.007 for 3 deviations in 40,000 requests, and the error of the formula
  };
  // 10^8 keys would take 10^4 s to be asked for at this rate. The small caches are filled by use.
  for (const Case& c : {Case{"lru", eviction::PolicyKind::lru, 1e8, 2e7, 0.008},
                        Case{"fifo", eviction::PolicyKind::fifo, 1e8, 2e7, 0.008},
                        Case{"s3_fifo", eviction::PolicyKind::s3_fifo, 1e8, 2e7, 0.008},
                        Case{"lru", eviction::PolicyKind::lru, 1e5, 5e3, 0.009},
                        Case{"sieve", eviction::PolicyKind::sieve, 1e5, 5e3, 0.02},
                        Case{"s3_fifo", eviction::PolicyKind::s3_fifo, 1e5, 5e3, 0.02}}) {
    CAPTURE(c.policy);
    CAPTURE(c.keys);
    const auto text = [](double n) { return std::to_string(static_cast<long long>(n)); };
    SmallWorld world(scenario("poisson(20k/s)", "zipf(" + text(c.keys) + " s=0.9)",
                              "shards: 3, capacity: " + text(c.capacity) + " items, policy: " + c.policy,
                              "work: 1us"));
    world.run_for(2);
    const double expected =
        eviction::hit_ratio({.policy = c.kind, .capacity_items = c.capacity},
                            eviction::zipf_popularity(static_cast<std::uint64_t>(c.keys), 0.9));
    CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(expected).epsilon(c.tolerance / expected));
  }
}

TEST_CASE("A warm LRU cache keeps its hit ratio while the run replaces its content") {
  // The characteristic time is about 40,000 requests: the run passes through it five times.
  SmallWorld world(scenario("poisson(20k/s)", "zipf(100k s=0.8)", "capacity: 10k items", "work: 1us"));
  const double expected =
      eviction::hit_ratio({.capacity_items = 10'000}, eviction::zipf_popularity(100'000, 0.8));
  for (int second = 1; second <= 10; ++second) {
    CAPTURE(second);
    world.forget();
    world.run_for(1);
    CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(expected).epsilon(0.011 / expected));
  }
}

TEST_CASE("A time to live gives one key its closed form") {
  // Poisson 2/s, 1 s: absolute 2/3, sliding 1 - exp(-2). 200,000 requests.
  const std::string key = "constant";
  SmallWorld absolute(scenario("poisson(2/s)", "uniform(1)", "capacity: 10 items, ttl: 1s", "work: 1ns"));
  absolute.run_for(100'000);
  CHECK(absolute.metric("cache", "hit_ratio") == doctest::Approx(0.666667).epsilon(0.004 / 0.667));
  SmallWorld sliding(
      scenario("poisson(2/s)", "uniform(1)", "capacity: 10 items, ttl: 1s, sliding: true", "work: 1ns"));
  sliding.run_for(100'000);
  CHECK(sliding.metric("cache", "hit_ratio") == doctest::Approx(0.864665).epsilon(0.004 / 0.865));
}

TEST_CASE("Many keys with a time to live, warm from the start") {
  // Zipf(0.8) over 10,000 keys, 1,000/s, 60 s, all fit: 0.87823. Within the first 20 s already.
  SmallWorld world(
      scenario("poisson(1k/s)", "zipf(10k s=0.8)", "capacity: 20k items, ttl: 60s", "work: 1ns"));
  world.run_for(20);
  CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(0.87823).epsilon(0.010));
  world.forget();
  world.run_for(200);
  CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(0.87823).epsilon(0.005));
}

TEST_CASE("A hot key's expiry is a stampede without single flight") {
  // Poisson 1,000/s, time to live 60 s, fetch 0.2 s: a cycle of 60.201 s with one call, or with 1 + 200.
  const std::string cache = "capacity: 10 items, ttl: 60s, warm: false";
  SmallWorld shared(scenario("poisson(1k/s)", "uniform(1)", cache, "work: 200ms"));
  shared.run_for(3010);
  CHECK(shared.calls("slow") == doctest::Approx(50).epsilon(0.021));
  SmallWorld alone(scenario("poisson(1k/s)", "uniform(1)", cache + ", single_flight: false", "work: 200ms"));
  alone.run_for(3010);
  CHECK(alone.calls("slow") == doctest::Approx(50 * 201).epsilon(0.04));  // 50 cycles of 201 +- 14
}

TEST_CASE("A pinned hit ratio needs no keys") {
  SmallWorld world(
      "run: {duration: 10s}\n"
      "workloads: {web: {arrivals: poisson(10k/s), calls: cache}}\n"
      "components:\n"
      "  cache: {type: cache, hit_ratio: 90%, origin: slow}\n"
      "  slow: {type: service, cores: 100, do: [work: 1ms]}\n");
  world.run_for(10);
  CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(0.9).epsilon(0.0033));
  CHECK(world.calls("slow") / world.calls("cache") == doctest::Approx(0.1).epsilon(0.03));
  // 12 us at 10k/s for each command, and another for each answer that is stored.
  CHECK(world.busy_share("cache") == doctest::Approx(0.12 * 1.1).epsilon(0.01));
}

namespace {

/// A service that asks a cache for many keys at once.
std::string many(const std::string& keys, const std::string& cache,
                 const std::string& database = "work: 1us") {
  return "run: {duration: 1000s}\n"
         "workloads: {web: {arrivals: poisson(500/s), calls: api, keys: {item: zipf(1M s=0.9)}}}\n"
         "components:\n"
         "  api: {type: service, cores: 1000, concurrency: 1000, do: [{call: cache, keys: " +
         keys +
         "}]}\n"
         "  cache: {type: cache, origin: slow, " +
         cache +
         "}\n"
         "  slow: {type: service, cores: 1000, concurrency: 1000, do: [" +
         database + "]}\n";
}

}  // namespace

TEST_CASE("A sample of a call's keys stands for all of them") {
  // 100 different keys per call: hits, calls to the origin and load must be the same with 10 of them drawn.
  const std::string cache = "capacity: 100k items, shards: 4";
  SmallWorld all(many("100", cache));
  SmallWorld sampled(many("100", cache + ", sample: 10"));
  all.run_for(10);
  sampled.run_for(10);
  const double expected = all.metric("cache", "hit_ratio");
  // 500,000 keys against 50,000.
  CHECK(sampled.metric("cache", "hit_ratio") == doctest::Approx(expected).epsilon(0.009 / expected));
  CHECK(sampled.calls("cache") == doctest::Approx(all.calls("cache")).epsilon(0.001));
  CHECK(sampled.calls("slow") == doctest::Approx(all.calls("slow")).epsilon(0.01));
  CHECK(sampled.busy_share("cache") == doctest::Approx(all.busy_share("cache")).epsilon(0.02));
}

TEST_CASE("Keys of one call are different, which makes popular ones rarer") {
  // A rank is in a set of 100 with chance 1 - exp(-D p), where D draws are needed for 100 different ones. LRU
  // then sees these chances / 100 as its popularity: Che's approximation with it, from the first second to
  // the last.
  const eviction::Popularity law = eviction::zipf_popularity(200'000, 1.0);
  const double draws = eviction::characteristic_requests(law, 100);
  eviction::Popularity members = law;
  for (auto& group : members.groups) group.probability = (1 - std::exp(-draws * group.probability)) / 100;
  const double expected = eviction::hit_ratio({.capacity_items = 20'000}, members);
  CHECK(expected < eviction::hit_ratio({.capacity_items = 20'000}, law) - 0.05);

  SmallWorld world(
      "run: {duration: 1000s}\n"
      "workloads: {web: {arrivals: poisson(500/s), calls: api, keys: {item: zipf(200k s=1)}}}\n"
      "components:\n"
      "  api: {type: service, cores: 1000, concurrency: 1000, do: [{call: cache, keys: 100}]}\n"
      "  cache: {type: cache, capacity: 20k items, shards: 4, origin: slow}\n"
      "  slow: {type: service, cores: 1000, concurrency: 1000, do: [work: 1us]}\n");
  for (int second = 1; second <= 6; ++second) {  // 50,000 keys each; 70,000 replace the content
    CAPTURE(second);
    world.forget();
    world.run_for(1);
    CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(expected).epsilon(0.009 / expected));
  }
}

TEST_CASE("What is not found without an origin is an answer") {
  SmallWorld world(
      "run: {duration: 10s}\n"
      "workloads: {web: {arrivals: poisson(1k/s), calls: cache, keys: {item: uniform(1000)}}}\n"
      "components: {cache: {type: cache, capacity: 500 items}}\n");
  world.run_for(10);
  CHECK(world.outcomes(Outcome::ok) == world.requests());
  CHECK(world.metric("cache", "hit_ratio") ==
        doctest::Approx(0.5).epsilon(0.1));  // the keys that are there stay
}

TEST_CASE("A crash loses a shard's content, not that of its copies") {
  const auto crashed = [](const std::string& cache) {
    return scenario("poisson(5k/s)", "uniform(2000)", "capacity: 3000 items, shards: 2, " + cache,
                    "work: 1ms") +
           "faults: [{at: 5s, for: 1s, crash: \"cache[0]\"}]\n";
  };
  SUBCASE("callers go to the origin, and the shard comes back empty") {
    SmallWorld world(crashed("on_down: origin"));
    world.run_for(5);
    CHECK(world.metric("cache", "hit_ratio") == 1);
    world.run_for(0.999);
    world.forget();
    CHECK(world.calls("slow") == 0);
    world.run_for(0.2);
    // 1,000 keys, asked for 500 times in 0.2 s: 1000 (1 - exp(-0.5)) = 393 of 1,000 calls find nothing.
    CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(1 - 393.0 / 1000).epsilon(0.06));
    world.run_for(1);
    CHECK(world.outcomes(Outcome::ok) == doctest::Approx(world.requests()).epsilon(0.0005));
  }
  SUBCASE("calls fail where that is asked for") {
    SmallWorld world(crashed("on_down: fail"));
    world.run_for(7);
    CHECK(world.outcomes(Outcome::unreachable) == doctest::Approx(2500).epsilon(0.06));
  }
  SUBCASE("a copy keeps what the other has lost") {
    SmallWorld world(crashed("copies: 2"));
    world.run_for(8);
    CHECK(world.metric("cache", "hit_ratio") == 1);
  }
}

TEST_CASE("A late answer warms a cache only where it may") {
  // The origin takes 20 ms, callers of the cache give up on it after 10 ms.
  const std::string cache = "capacity: 100 items, warm: false, fetch: {timeout: 10ms}, fill: ";
  SmallWorld in_time(scenario("poisson(100/s)", "uniform(10)", cache + "in_time", "work: 20ms"));
  in_time.run_for(10);
  CHECK(in_time.metric("cache", "hit_ratio") == 0);
  CHECK(in_time.outcomes(Outcome::ok) == 0);
  SmallWorld always(scenario("poisson(100/s)", "uniform(10)", cache + "always", "work: 20ms"));
  always.run_for(10);
  CHECK(always.metric("cache", "hit_ratio") > 0.96);
  CHECK(always.calls("slow") == 10);
}

TEST_CASE("Writes reach the origin and the cache as the rule says") {
  struct Case {
    std::string rule;
    double origin_calls_per_write;  // of writes alone
    double hit_ratio_after;         // of reads of the key just written
  };
  for (const Case& c : {Case{"write_through", 1, 1}, Case{"write_back", 1, 1}, Case{"write_around", 1, 0},
                        Case{"invalidate", 1, 0}}) {
    CAPTURE(c.rule);
    SmallWorld world(
        "run: {duration: 100s}\n"
        "workloads:\n"
        "  web: {arrivals: deterministic(100/s), calls: api, keys: {item: uniform(1000000)}}\n"
        "components:\n"
        "  api: {type: service, do: [{call: cache, op: write}, {wait: 1ms}, {call: cache}]}\n"
        "  cache: {type: cache, capacity: 100 items, warm: false, origin: slow, writes: " +
        c.rule +
        "}\n"
        "  slow: {type: service, do: [work: 1us]}\n");
    world.run_for(100);
    CHECK(world.metric("cache", "hit_ratio") == doctest::Approx(c.hit_ratio_after).epsilon(0.01));
    const double writes = world.requests();
    const double misses = (1 - world.metric("cache", "hit_ratio")) * writes;
    CHECK(world.calls("slow") - misses == doctest::Approx(writes * c.origin_calls_per_write).epsilon(0.001));
  }
}

TEST_CASE("Caches that cannot be are refused") {
  const auto cache = [](const std::string& fields) {
    return problems_of(
        "workloads: {web: {arrivals: poisson(1/s), calls: cache}}\n"
        "components: {cache: {type: cache, " +
        fields + "}}\n");
  };
  CHECK(cache("capacity: 10 items") == "");
  CHECK(cache("capacity: 1GB, item_size: 1KB") == "");
  CHECK(cache("policy: lru").find("needs its `capacity`") != std::string::npos);
  CHECK(cache("capacity: 64GiB").find("needs `item_size`") != std::string::npos);
  CHECK(cache("capacity: 10 items, shards: 11").find("less than one item per shard") != std::string::npos);
  CHECK(cache("capacity: 10 bananas") != "");
  CHECK(cache("capacity: 10 items, policy: lur").find("lru") != std::string::npos);
  CHECK(cache("capacity: 10 items, sliding: true").find("no `ttl`") != std::string::npos);
}

}  // namespace windtunnel
