#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "components/eviction/store.hpp"
#include "kernel/zipf.hpp"

namespace windtunnel::eviction {

namespace {

constexpr double kNanosecondsPerSecond = 1e9;

struct Run {
  std::string setting;
  PolicyKind policy;
  double exponent;
  std::uint64_t items;
  double requests_per_second;
  double ttl_seconds;
  int warm_requests, measured_requests;
  double hit_ratio, exact_lru;
};

std::vector<Run> read_runs(const std::string& path) {
  std::ifstream file(path);
  std::vector<Run> runs;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with('#') || line.starts_with("setting,")) continue;
    std::istringstream fields(line);
    std::string field[10];
    for (std::string& f : field) std::getline(fields, f, ',');
    runs.push_back({field[0], policy_named(field[1]).value(), std::stod(field[2]), std::stoull(field[3]),
                    std::stod(field[4]), std::stod(field[5]), std::stoi(field[6]), std::stoi(field[7]),
                    std::stod(field[8]), std::stod(field[9])});
  }
  return runs;
}

/// The same experiment with our policy in the server's place: cache-aside, Poisson requests.
double simulate_hit_ratio(const Run& run, PolicyKind policy, std::uint64_t seed) {
  Store store({.policy = policy, .capacity = Capacity::items(run.items)}, RandomStream(seed, 0, "policy"));
  const ZipfSampler keys(20'000, run.exponent);
  RandomStream random(seed, 0, "requests");
  const std::int64_t ttl_ns = static_cast<std::int64_t>(run.ttl_seconds * kNanosecondsPerSecond);
  double now_seconds = 0;
  int hits = 0;
  for (int i = -run.warm_requests; i < run.measured_requests; ++i) {
    now_seconds += random.exponential() / run.requests_per_second;
    const auto now_ns = static_cast<std::int64_t>(now_seconds * kNanosecondsPerSecond);
    const std::uint64_t key = keys.sample(random);
    if (store.lookup(key, now_ns).outcome == Store::Outcome::hit) {
      hits += i >= 0;
    } else {
      store.fill(key, 1, ttl_ns == 0 ? kNeverExpires : now_ns + ttl_ns, 0, now_ns);
    }
  }
  return static_cast<double>(hits) / run.measured_requests;
}

}  // namespace

// The mark is 0.01 absolute; the servers' own spread between runs is about 0.002.
TEST_CASE("hit ratios of Redis and memcached") {
  const std::vector<Run> runs = read_runs(WINDTUNNEL_ROOT "/tests/oracles/cache_servers.csv");
  REQUIRE(runs.size() == 69);
  for (const Run& run : runs) {
    CAPTURE(run.setting);
    CHECK(std::abs(simulate_hit_ratio(run, run.policy, 5) - run.hit_ratio) < 0.01);
    // The reading of the experiment: an exact LRU on our requests against one on the servers'.
    if (run.ttl_seconds == 0) {
      CHECK(std::abs(simulate_hit_ratio(run, PolicyKind::lru, 5) - run.exact_lru) < 0.01);
    }
  }
}

}  // namespace windtunnel::eviction
