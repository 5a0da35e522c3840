#include <doctest/doctest.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "components/eviction/policy.hpp"
#include "kernel/zipf.hpp"

namespace windtunnel::eviction {

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

std::unique_ptr<EvictionPolicy> policy_of(PolicyKind kind, Capacity capacity) {
  return make_policy(kind, capacity, RandomStream(1, 0, "cache"));
}

/// Which of `keys` are resident, as a string of letters: small cases read at a glance.
std::string residents(const EvictionPolicy& policy, std::string_view keys) {
  std::string found;
  for (const char key : keys) {
    if (policy.find(static_cast<std::uint64_t>(key)) != kNoSlot) found += key;
  }
  return found;
}

/// Requests each letter in turn and admits it on a miss; one second apart.
void request(EvictionPolicy& policy, std::string_view keys) {
  std::int64_t now_ns = 0;
  for (const char key : keys) {
    now_ns += 1000 * kMillisecond;
    if (!policy.access(static_cast<std::uint64_t>(key), now_ns)) {
      policy.admit(static_cast<std::uint64_t>(key), 1, now_ns);
    }
  }
}

}  // namespace

TEST_CASE("every policy has a name of its own") {
  for (std::size_t i = 0; i < policy_names().size(); ++i) {
    const PolicyName& entry = policy_names()[i];
    CHECK(static_cast<std::size_t>(entry.kind) == i);
    CHECK(policy_named(entry.name) == entry.kind);
    CHECK(name_of(entry.kind) == entry.name);
  }
  CHECK_FALSE(policy_named("newest_first").has_value());
}

TEST_CASE("what each policy keeps of a few requests to a cache of three") {
  struct Case {
    PolicyKind kind;
    const char* requests;
    const char* kept;
  };
  const Case cases[] = {
      {PolicyKind::lru, "abcad", "acd"},                // b was used longest ago
      {PolicyKind::fifo, "abcad", "bcd"},               // a came first, its use does not count
      {PolicyKind::clock, "abcad", "acd"},              // a gets a second chance, b goes
      {PolicyKind::clock, "abcadef", "def"},            // but no third one
      {PolicyKind::lfu, "aabbcd", "abd"},               // c has one use
      {PolicyKind::lfu, "aabbcde", "abe"},              // and so has d
      {PolicyKind::sieve, "abcad", "acd"},              // the hand passes a and takes b
      {PolicyKind::sieve, "abcade", "ade"},             // and goes on to c
      {PolicyKind::memcached_classic, "abcad", "bcd"},  // a was moved less than a minute ago
  };
  for (const Case& c : cases) {
    const auto policy = policy_of(c.kind, Capacity::items(3));
    request(*policy, c.requests);
    CAPTURE(std::string(name_of(c.kind)));
    CAPTURE(std::string(c.requests));
    CHECK(residents(*policy, "abcdefg") == c.kept);
  }
}

TEST_CASE("scan resistance: keys used twice survive a scan ten times as long as the cache") {
  // 50 keys used again and again, then 1000 keys used once each, through a cache of 100.
  const auto survivors = [](PolicyKind kind) {
    const auto policy = policy_of(kind, Capacity::items(100));
    for (int round = 0; round < 20; ++round) {
      for (std::uint64_t key = 0; key < 50; ++key) {
        if (!policy->access(key, 0)) policy->admit(key, 1, 0);
      }
    }
    for (std::uint64_t key = 1000; key < 2000; ++key) policy->admit(key, 1, 0);
    int count = 0;
    for (std::uint64_t key = 0; key < 50; ++key) count += policy->find(key) != kNoSlot;
    return count;
  };
  for (const PolicyKind kind : {PolicyKind::lfu, PolicyKind::sieve, PolicyKind::arc, PolicyKind::lirs,
                                PolicyKind::w_tiny_lfu, PolicyKind::redis_lfu}) {
    CAPTURE(std::string(name_of(kind)));
    CHECK(survivors(kind) >= 48);
  }
  for (const PolicyKind kind : {PolicyKind::lru, PolicyKind::fifo, PolicyKind::clock, PolicyKind::random}) {
    CAPTURE(std::string(name_of(kind)));
    CHECK(survivors(kind) <= 2);
  }
}

// The cache component looks up, calls the origin and admits later; meanwhile others do the same with the same
// key, keys are invalidated, sizes change. Whatever the order, the books must balance.
TEST_CASE("any order of lookups, admissions and invalidations keeps the books") {
  for (const PolicyName& name : policy_names()) {
    for (const Capacity capacity : {Capacity::items(1), Capacity::items(50), Capacity::bytes(20'000)}) {
      CAPTURE(std::string(name.name));
      CAPTURE(capacity.limit);
      const auto policy = policy_of(name.kind, capacity);
      RandomStream random(7, 0, "operations");
      const ZipfSampler keys(500, 0.9);
      std::int64_t now_ns = 0;
      std::vector<std::uint64_t> in_flight;
      bool balanced = true;
      for (int i = 0; i < 20'000; ++i) {
        now_ns += 3 * kMillisecond;
        const std::uint64_t key = keys.sample(random);
        if (!policy->access(key, now_ns)) in_flight.push_back(key);
        if (in_flight.size() > 20 || random.chance(0.1)) {
          for (const std::uint64_t arrived : in_flight) {
            const std::uint64_t size = random.chance(0.01) ? 30'000 : 100 + random.below(1000);
            const Slot slot = policy->admit(arrived, size, now_ns);
            balanced = balanced && slot == policy->find(arrived);
            balanced = balanced && policy->used() <= capacity.limit;
          }
          in_flight.clear();
        }
        if (random.chance(0.05)) policy->erase(keys.sample(random));
      }
      std::uint64_t count = 0;
      for (Slot slot = 0; slot < policy->slot_bound(); ++slot) {
        if (!policy->is_resident(slot)) continue;
        ++count;
        balanced = balanced && policy->find(policy->key_at(slot)) == slot;
      }
      CHECK(balanced);
      CHECK(count == policy->count());
      CHECK(policy->evictions() > 0);

      policy->clear();
      CHECK(policy->count() == 0);
      CHECK(policy->used() == 0);
      CHECK(policy->admit(1, 1, now_ns) != kNoSlot);
      CHECK(policy->erase(1));
      CHECK_FALSE(policy->erase(1));
      CHECK(policy->used() == 0);
    }
  }
}

TEST_CASE("what is larger than the cache is not admitted") {
  for (const PolicyName& name : policy_names()) {
    CAPTURE(std::string(name.name));
    const auto policy = policy_of(name.kind, Capacity::bytes(1000));
    policy->admit(1, 600, 0);
    CHECK(policy->admit(2, 1001, 0) == kNoSlot);
    CHECK(policy_of(name.kind, Capacity::items(0))->admit(1, 1, 0) == kNoSlot);
  }
}

TEST_CASE("a key that is admitted again takes its new size") {
  const auto policy = policy_of(PolicyKind::lru, Capacity::bytes(1000));
  policy->admit(1, 400, 0);
  policy->admit(2, 400, 0);
  policy->admit(1, 700, 0);
  CHECK(policy->used() == 700);
  CHECK(policy->find(2) == kNoSlot);
}

TEST_CASE("the entry table agrees with a standard map") {
  EntryTable table;
  std::unordered_map<std::uint64_t, std::uint64_t> reference;
  RandomStream random(3, 0, "table");
  bool agrees = true;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t key = random.below(3000);
    const Slot slot = table.find(key);
    agrees = agrees && (slot != kNoSlot) == reference.contains(key);
    if (slot == kNoSlot) {
      table.add(key, static_cast<std::uint64_t>(i));
      reference[key] = static_cast<std::uint64_t>(i);
    } else {
      agrees = agrees && table[slot].cost == reference[key];
      table.remove(slot);
      reference.erase(key);
    }
  }
  CHECK(agrees);
  CHECK(table.count() == reference.size());
}

}  // namespace windtunnel::eviction
