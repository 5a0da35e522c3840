#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr std::size_t kSamples = 5;  // maxmemory-samples
constexpr int kPoolSize = 16;        // EVPOOL_SIZE
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

/// What Redis keeps in 24 bits of every object to know how long it has not been used.
struct LruStamp {
  static std::uint32_t first(std::int64_t now_ns) { return static_cast<std::uint32_t>(now_ns / kSecond); }
  static std::uint32_t used(std::uint32_t, std::int64_t now_ns, RandomStream&) { return first(now_ns); }
  static std::uint32_t idleness(std::uint32_t stamp, std::int64_t now_ns) { return first(now_ns) - stamp; }
};

/// LFU mode: minutes since the start above an 8-bit counter that grows with the logarithm of the uses
/// (lfu-log-factor 10) and loses one per minute without use (lfu-decay-time 1).
struct LfuStamp {
  static constexpr std::uint32_t kInitial = 5;  // LFU_INIT_VAL
  static constexpr double kLogFactor = 10;

  static std::uint32_t pack(std::uint32_t counter, std::int64_t now_ns) {
    return static_cast<std::uint32_t>(now_ns / kMinute) << 8 | counter;
  }
  static std::uint32_t counter(std::uint32_t stamp, std::int64_t now_ns) {
    const std::uint32_t minutes = static_cast<std::uint32_t>(now_ns / kMinute) - (stamp >> 8);
    const std::uint32_t value = stamp & 255;
    return minutes > value ? 0 : value - minutes;
  }
  static std::uint32_t first(std::int64_t now_ns) { return pack(kInitial, now_ns); }
  static std::uint32_t used(std::uint32_t stamp, std::int64_t now_ns, RandomStream& random) {
    const std::uint32_t value = counter(stamp, now_ns);
    if (value == 255) return pack(value, now_ns);
    const std::uint32_t above = value > kInitial ? value - kInitial : 0;
    return pack(random.chance(1 / (above * kLogFactor + 1)) ? value + 1 : value, now_ns);
  }
  static std::uint32_t idleness(std::uint32_t stamp, std::int64_t now_ns) {
    return 255 - counter(stamp, now_ns);
  }
};

/// The idlest keys seen in samples so far, idlest last. As in Redis their idleness is not looked up again.
class EvictionPool {
 public:
  void offer(std::uint64_t key, std::uint32_t idleness) {
    int rank = 0;
    while (rank < size_ && candidates_[rank].idleness < idleness) ++rank;
    if (size_ < kPoolSize) {
      for (int i = size_++; i > rank; --i) candidates_[i] = candidates_[i - 1];
    } else if (rank > 0) {
      --rank;
      for (int i = 0; i < rank; ++i) candidates_[i] = candidates_[i + 1];
    } else {
      return;
    }
    candidates_[rank] = {key, idleness};
  }

  bool empty() const { return size_ == 0; }
  std::uint64_t take_idlest() { return candidates_[--size_].key; }
  void clear() { size_ = 0; }

 private:
  struct Candidate {
    std::uint64_t key;
    std::uint32_t idleness;
  };
  std::array<Candidate, kPoolSize> candidates_{};
  int size_ = 0;
};

/// Redis's hash table as far as its sampling shows: buckets of chains, newest first, about as many as keys.
/// Chains run through Entry::next.
class Buckets {
 public:
  explicit Buckets(EntryTable& entries) : entries_(&entries), heads_(kFirstBuckets, kNoSlot) {}

  void add(Slot slot) {
    if (count_ >= heads_.size()) resize(heads_.size() * 2);
    link(slot);
    ++count_;
  }

  void remove(Slot slot) {
    Slot* from = &head_of(slot);
    while (*from != slot) from = &(*entries_)[*from].next;
    *from = (*entries_)[slot].next;
    --count_;
    if (count_ * 10 < heads_.size() && heads_.size() > kFirstBuckets) resize(heads_.size() / 2);
  }

  /// dictGetRandomKey: a random bucket that is not empty, and a random entry of its chain.
  Slot pick(RandomStream& random) const {
    Slot head = kNoSlot;
    while (head == kNoSlot) head = heads_[random.below(heads_.size())];
    std::uint64_t length = 0;
    for (Slot slot = head; slot != kNoSlot; slot = (*entries_)[slot].next) ++length;
    for (std::uint64_t skip = random.below(length); skip > 0; --skip) head = (*entries_)[head].next;
    return head;
  }

  /// dictGetSomeKeys: entries of consecutive buckets from a random one on.
  template <class Visit>
  void sample(std::size_t wanted, RandomStream& random, Visit visit) const {
    wanted = std::min(wanted, count_);
    std::size_t at = random.below(heads_.size());
    std::size_t empty_run = 0;
    for (std::size_t steps = wanted * 10; steps > 0 && wanted > 0;
         --steps, at = (at + 1) & (heads_.size() - 1)) {
      if (heads_[at] == kNoSlot) {
        if (++empty_run > wanted) {
          at = random.below(heads_.size());
          empty_run = 0;
        }
        continue;
      }
      empty_run = 0;
      for (Slot slot = heads_[at]; slot != kNoSlot && wanted > 0; slot = (*entries_)[slot].next, --wanted)
        visit(slot);
    }
  }

  void clear() {
    heads_.assign(kFirstBuckets, kNoSlot);
    count_ = 0;
  }

 private:
  static constexpr std::size_t kFirstBuckets = 4;
  static constexpr std::uint64_t kHashSeed = 0x5265646973;  // any: only independent of the entry table's hash

  Slot& head_of(Slot slot) { return heads_[mix(kHashSeed, (*entries_)[slot].key) & (heads_.size() - 1)]; }

  void link(Slot slot) {
    Slot& head = head_of(slot);
    (*entries_)[slot].next = head;
    head = slot;
  }

  void resize(std::size_t size) {
    std::vector<Slot> old(size, kNoSlot);
    std::swap(old, heads_);
    for (Slot head : old) {
      while (head != kNoSlot) {
        const Slot next = (*entries_)[head].next;
        link(head);
        head = next;
      }
    }
  }

  EntryTable* entries_;
  std::vector<Slot> heads_;
  std::size_t count_ = 0;
};

/// allkeys-lru and allkeys-lfu of Redis 7 (evict.c, dict.c): before each eviction five keys are offered to
/// the pool, and its idlest one goes. Entry::mark is the stamp.
template <class Stamp>
class RedisSampled final : public EvictionPolicy {
 public:
  RedisSampled(Capacity capacity, RandomStream random) : EvictionPolicy(capacity), random_(random) {}

  void touch(Slot slot, std::int64_t now_ns) override {
    std::uint32_t& stamp = entries_[slot].mark;
    stamp = Stamp::used(stamp, now_ns, random_);
  }

  void clear() override {
    EvictionPolicy::clear();
    buckets_.clear();
    pool_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t now_ns) override {
    while (!fits(cost)) evict_one(now_ns);
    const Slot slot = add(key, cost);
    entries_[slot].list = 1;
    entries_[slot].mark = Stamp::first(now_ns);
    buckets_.add(slot);
    return slot;
  }

  void evict_one(std::int64_t now_ns) {
    while (true) {
      buckets_.sample(kSamples, random_, [&](Slot slot) {
        pool_.offer(entries_[slot].key, Stamp::idleness(entries_[slot].mark, now_ns));
      });
      while (!pool_.empty()) {
        const Slot slot = find(pool_.take_idlest());
        if (slot != kNoSlot) return evict(slot);
      }
    }
  }

  void unlink(Slot slot) override {
    buckets_.remove(slot);
    entries_[slot].list = 0;
  }

  Buckets buckets_{entries_};
  EvictionPool pool_;
  RandomStream random_;
};

/// allkeys-random: as uniform as Redis's table makes it; keys that share a bucket live longer.
class RedisRandom final : public EvictionPolicy {
 public:
  RedisRandom(Capacity capacity, RandomStream random) : EvictionPolicy(capacity), random_(random) {}

  void touch(Slot, std::int64_t) override {}

  void clear() override {
    EvictionPolicy::clear();
    buckets_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict(buckets_.pick(random_));
    const Slot slot = add(key, cost);
    entries_[slot].list = 1;
    buckets_.add(slot);
    return slot;
  }

  void unlink(Slot slot) override {
    buckets_.remove(slot);
    entries_[slot].list = 0;
  }

  Buckets buckets_{entries_};
  RandomStream random_;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_redis_lru(Capacity capacity, RandomStream random) {
  return std::make_unique<RedisSampled<LruStamp>>(capacity, random);
}

std::unique_ptr<EvictionPolicy> make_redis_lfu(Capacity capacity, RandomStream random) {
  return std::make_unique<RedisSampled<LfuStamp>>(capacity, random);
}

std::unique_ptr<EvictionPolicy> make_redis_random(Capacity capacity, RandomStream random) {
  return std::make_unique<RedisRandom>(capacity, random);
}

}  // namespace windtunnel::eviction
