#include <array>
#include <vector>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr int kSamples = 5;    // maxmemory-samples
constexpr int kPoolSize = 16;  // EVPOOL_SIZE
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

/// allkeys-lru and allkeys-lfu of Redis 7 (evict.c): before each eviction five random keys are offered to the
/// pool, and its idlest one goes. Redis draws neighbours in its hash table; here the draws are independent.
template <class Stamp>
class Redis final : public EvictionPolicy {
 public:
  Redis(Capacity capacity, RandomStream random) : EvictionPolicy(capacity), random_(random) {}

  void touch(Slot slot, std::int64_t now_ns) override {
    std::uint32_t& stamp = residents_[entries_[slot].mark].stamp;
    stamp = Stamp::used(stamp, now_ns, random_);
  }

  void clear() override {
    EvictionPolicy::clear();
    residents_.clear();
    pool_.clear();
  }

 private:
  struct Resident {
    Slot slot;
    std::uint32_t stamp;
  };

  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t now_ns) override {
    while (!fits(cost)) evict_one(now_ns);
    const Slot slot = add(key, cost);
    entries_[slot].list = 1;
    entries_[slot].mark = static_cast<std::uint32_t>(residents_.size());
    residents_.push_back({slot, Stamp::first(now_ns)});
    return slot;
  }

  void evict_one(std::int64_t now_ns) {
    while (true) {
      for (int i = 0; i < kSamples; ++i) {
        const Resident& sample = residents_[random_.below(residents_.size())];
        pool_.offer(entries_[sample.slot].key, Stamp::idleness(sample.stamp, now_ns));
      }
      while (!pool_.empty()) {
        const Slot slot = find(pool_.take_idlest());
        if (slot != kNoSlot) return evict(slot);
      }
    }
  }

  void unlink(Slot slot) override {
    const std::uint32_t place = entries_[slot].mark;
    residents_[place] = residents_.back();
    entries_[residents_[place].slot].mark = place;
    residents_.pop_back();
    entries_[slot].list = 0;
  }

  std::vector<Resident> residents_;
  EvictionPool pool_;
  RandomStream random_;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_redis_lru(Capacity capacity, RandomStream random) {
  return std::make_unique<Redis<LruStamp>>(capacity, random);
}

std::unique_ptr<EvictionPolicy> make_redis_lfu(Capacity capacity, RandomStream random) {
  return std::make_unique<Redis<LfuStamp>>(capacity, random);
}

}  // namespace windtunnel::eviction
