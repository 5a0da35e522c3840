#include <doctest/doctest.h>

#include <cmath>

#include "components/eviction/store.hpp"
#include "kernel/zipf.hpp"

namespace windtunnel::eviction {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
using Outcome = Store::Outcome;

Store make_store(StoreOptions options) { return Store(options, RandomStream(1, 0, "cache")); }

/// Poisson requests, each miss filled at once with a time to live counted from then.
struct TtlRun {
  double hit_ratio = 0;
  double mean_age_at_hit_seconds = 0;
  double mean_fresh_entries = 0;
  double origin_calls_per_second = 0;
};

TtlRun run_ttl(StoreOptions options, std::size_t keys, double exponent, double rate, std::int64_t ttl_ns,
               int requests) {
  Store store = make_store(options);
  const ZipfSampler popularity(keys, exponent);
  RandomStream random(2, 0, "requests");
  double now_seconds = 0, age_seconds = 0, fresh = 0;
  int samples = 0;
  const int warm = requests / 10;
  StoreCounters at_start;
  double start_seconds = 0;
  for (int i = 0; i < requests; ++i) {
    now_seconds += random.exponential() / rate;
    const auto now_ns = static_cast<std::int64_t>(now_seconds * 1e9);
    const std::uint64_t key = popularity.sample(random);
    const Store::Lookup found = store.lookup(key, now_ns);
    if (found.outcome == Outcome::miss)
      store.fill(key, 1, now_ns + ttl_ns, static_cast<std::uint64_t>(now_ns), now_ns);
    if (i < warm) continue;
    if (i == warm) at_start = store.counters(), start_seconds = now_seconds;
    if (found.outcome == Outcome::hit)
      age_seconds += static_cast<double>(now_ns - static_cast<std::int64_t>(found.payload)) / 1e9;
    if (i % 10'000 == 0) fresh += static_cast<double>(store.count_fresh(now_ns)), ++samples;
  }
  const double hits = static_cast<double>(store.counters().hits - at_start.hits);
  const double lookups = static_cast<double>(store.counters().lookups() - at_start.lookups());
  return {hits / lookups, age_seconds / hits, fresh / samples,
          (lookups - hits) / (now_seconds - start_seconds)};
}

}  // namespace

TEST_CASE("an entry is fresh, then stale, then gone") {
  Store store = make_store({.capacity = Capacity::items(10), .stale_ns = 5 * kSecond});
  CHECK(store.lookup(1, 0).outcome == Outcome::miss);
  CHECK(store.fill(1, 1, 10 * kSecond, 77, 0));
  CHECK(store.lookup(1, 10 * kSecond - 1).outcome == Outcome::hit);
  CHECK(store.lookup(1, 10 * kSecond - 1).payload == 77);
  CHECK(store.lookup(1, 10 * kSecond).outcome == Outcome::stale);
  CHECK(store.lookup(1, 15 * kSecond - 1).outcome == Outcome::stale);
  CHECK(store.lookup(1, 15 * kSecond).outcome == Outcome::miss);
  CHECK(store.count() == 0);
  CHECK(store.counters().hits == 2);
  CHECK(store.counters().stale_hits == 2);
  CHECK(store.counters().misses == 2);
  CHECK(store.counters().expirations == 1);
}

TEST_CASE("the first answer to a miss counts, later ones do not start its life again; a write does") {
  Store store = make_store({.capacity = Capacity::items(10)});
  store.fill(1, 1, 10 * kSecond, 1, 0);
  store.fill(1, 1, 12 * kSecond, 2, 2 * kSecond);
  CHECK(store.lookup(1, 3 * kSecond).payload == 1);
  CHECK(store.lookup(1, 3 * kSecond).expires_ns == 10 * kSecond);
  store.put(1, 1, 20 * kSecond, 3, 4 * kSecond);
  CHECK(store.lookup(1, 5 * kSecond).payload == 3);
  CHECK(store.lookup(1, 5 * kSecond).expires_ns == 20 * kSecond);
  store.fill(1, 1, 40 * kSecond, 4, 30 * kSecond);  // the old one is expired: replaced
  CHECK(store.lookup(1, 31 * kSecond).payload == 4);
}

TEST_CASE("invalidation, flush and sweep") {
  Store store = make_store({.capacity = Capacity::items(1000)});
  for (std::uint64_t key = 0; key < 100; ++key) {
    store.fill(key, 1, key < 50 ? kSecond : kNeverExpires, key, 0);
  }
  CHECK(store.invalidate(99));
  CHECK_FALSE(store.invalidate(99));
  CHECK(store.count_fresh(2 * kSecond) == 49);
  std::uint64_t removed = 0;
  for (int i = 0; i < 10; ++i) removed += store.sweep(10, 2 * kSecond);
  CHECK(removed == 50);
  CHECK(store.count() == 49);
  store.flush();
  CHECK(store.count() == 0);
  CHECK(store.lookup(60, 2 * kSecond).outcome == Outcome::miss);
}

TEST_CASE("evicted entries take their payloads along") {
  Store store = make_store({.policy = PolicyKind::arc, .capacity = Capacity::items(100)});
  const ZipfSampler keys(1000, 0.8);
  RandomStream random(4, 0, "keys");
  bool right = true;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t key = keys.sample(random);
    const Store::Lookup found = store.lookup(key, i);
    right = right && (found.outcome == Outcome::miss || found.payload == key * 3);
    if (found.outcome == Outcome::miss) store.fill(key, 1, kNeverExpires, key * 3, i);
  }
  CHECK(right);
  CHECK(store.count() == 100);
}

// One key at Poisson rate r: absolute r T / (1 + r T), sliding 1 - exp(-r T); hits fall anywhere in the life
// of an entry alike. 10^6 requests leave a standard error below 0.0006 on the ratios.
TEST_CASE("time to live, one key") {
  const StoreOptions absolute{.capacity = Capacity::items(1)};
  const TtlRun fixed = run_ttl(absolute, 1, 1.0, 2.0, kSecond, 1'000'000);
  CHECK(std::abs(fixed.hit_ratio - 2.0 / 3) < 0.002);
  CHECK(std::abs(fixed.mean_age_at_hit_seconds - 0.5) < 0.0025);
  CHECK(std::abs(fixed.origin_calls_per_second - 2.0 / 3) < 0.004);
  const TtlRun sliding =
      run_ttl({.capacity = Capacity::items(1), .sliding_ttl_ns = kSecond}, 1, 1.0, 2.0, kSecond, 1'000'000);
  CHECK(std::abs(sliding.hit_ratio - 0.864664716763) < 0.002);
}

// Sums over the keys of the same; 10,000 keys Zipf(0.8), 1000 requests/s, 60 s.
TEST_CASE("time to live, many keys, room for all") {
  const StoreOptions options{.capacity = Capacity::items(10'000)};
  const TtlRun fixed = run_ttl(options, 10'000, 0.8, 1000, 60 * kSecond, 1'000'000);
  CHECK(std::abs(fixed.hit_ratio - 0.87823034907) < 0.004);
  CHECK(std::abs(fixed.mean_fresh_entries - 7306.17905579) < 0.02 * 7306);
  CHECK(std::abs(fixed.origin_calls_per_second - 121.76965093) < 0.02 * 121.8);
  StoreOptions sliding = options;
  sliding.sliding_ttl_ns = 60 * kSecond;
  CHECK(std::abs(run_ttl(sliding, 10'000, 0.8, 1000, 60 * kSecond, 1'000'000).hit_ratio - 0.968894179894) <
        0.004);
}

}  // namespace windtunnel::eviction
