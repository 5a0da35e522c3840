#include "components/eviction/policy.hpp"

#include <algorithm>
#include <array>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr std::array kNames = {
    PolicyName{PolicyKind::lru, "lru", "least recently used"},
    PolicyName{PolicyKind::fifo, "fifo", "first in, first out"},
    PolicyName{PolicyKind::clock, "clock", "FIFO with a second chance for entries used since"},
    PolicyName{PolicyKind::lfu, "lfu", "least frequently used while in the cache"},
    PolicyName{PolicyKind::sieve, "sieve", "SIEVE: a hand that passes over used entries"},
    PolicyName{PolicyKind::s3_fifo, "s3_fifo", "S3-FIFO: a small probation FIFO before the main one"},
    PolicyName{PolicyKind::two_queue, "2q", "2Q: FIFO probation, LRU for keys asked for again"},
    PolicyName{PolicyKind::arc, "arc", "ARC: balances recency and frequency by its misses"},
    PolicyName{PolicyKind::lirs, "lirs", "LIRS: least distance between the last two uses"},
    PolicyName{PolicyKind::w_tiny_lfu, "w_tiny_lfu", "W-TinyLFU: admission by estimated frequency"},
    PolicyName{PolicyKind::random, "random", "any entry"},
    PolicyName{PolicyKind::redis_lru, "redis_lru", "Redis 7 allkeys-lru: samples of 5 on a clock of 1 s"},
    PolicyName{PolicyKind::redis_lfu, "redis_lfu", "Redis 7 allkeys-lfu: samples of 5, decaying counters"},
    PolicyName{PolicyKind::redis_random, "redis_random", "Redis 7 allkeys-random"},
    PolicyName{PolicyKind::memcached, "memcached", "memcached 1.6: hot, warm and cold segments"},
    PolicyName{PolicyKind::memcached_classic, "memcached_classic", "LRU that moves a key once a minute"},
};

}  // namespace

std::span<const PolicyName> policy_names() { return kNames; }

std::string_view name_of(PolicyKind kind) { return kNames[static_cast<std::size_t>(kind)].name; }

std::optional<PolicyKind> policy_named(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &PolicyName::name);
  if (found == kNames.end()) return std::nullopt;
  return found->kind;
}

std::unique_ptr<EvictionPolicy> make_policy(PolicyKind kind, Capacity capacity, RandomStream random) {
  switch (kind) {
    case PolicyKind::lru:
      return make_lru(capacity);
    case PolicyKind::fifo:
      return make_fifo(capacity);
    case PolicyKind::clock:
      return make_clock(capacity);
    case PolicyKind::lfu:
      return make_lfu(capacity);
    case PolicyKind::sieve:
      return make_sieve(capacity);
    case PolicyKind::s3_fifo:
      return make_s3_fifo(capacity);
    case PolicyKind::two_queue:
      return make_two_queue(capacity);
    case PolicyKind::arc:
      return make_arc(capacity);
    case PolicyKind::lirs:
      return make_lirs(capacity);
    case PolicyKind::w_tiny_lfu:
      return make_w_tiny_lfu(capacity);
    case PolicyKind::random:
      return make_random(capacity, random);
    case PolicyKind::redis_lru:
      return make_redis_lru(capacity, random);
    case PolicyKind::redis_lfu:
      return make_redis_lfu(capacity, random);
    case PolicyKind::redis_random:
      return make_redis_random(capacity, random);
    case PolicyKind::memcached:
      return make_memcached(capacity);
    case PolicyKind::memcached_classic:
      return make_memcached_classic(capacity);
  }
  return nullptr;
}

Slot EvictionPolicy::admit(std::uint64_t key, std::uint64_t size_bytes, std::int64_t now_ns) {
  const std::uint64_t cost =
      capacity_.unit == Capacity::Unit::items ? 1 : std::max<std::uint64_t>(size_bytes, 1);
  const Slot slot = find(key);
  if (slot != kNoSlot && entries_[slot].cost == cost) {
    touch(slot, now_ns);
    return slot;
  }
  if (slot != kNoSlot) erase(key);
  return cost <= capacity_.limit ? insert(key, cost, now_ns) : kNoSlot;
}

bool EvictionPolicy::erase(std::uint64_t key) {
  const Slot slot = find(key);
  if (slot == kNoSlot) return false;
  unlink(slot);
  --count_;
  used_ -= entries_[slot].cost;
  entries_.remove(slot);
  return true;
}

void EvictionPolicy::clear() {
  entries_.clear();
  count_ = used_ = 0;
}

Slot EvictionPolicy::add(std::uint64_t key, std::uint64_t cost) {
  ++count_;
  used_ += cost;
  return entries_.add(key, cost);
}

void EvictionPolicy::evict(Slot slot) {
  unlink(slot);
  count_eviction(slot);
  entries_.remove(slot);
}

void EvictionPolicy::count_eviction(Slot slot) {
  --count_;
  used_ -= entries_[slot].cost;
  ++evictions_;
}

}  // namespace windtunnel::eviction
