#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;  // the resolution of memcached's clock

std::uint32_t seconds(std::int64_t now_ns) { return static_cast<std::uint32_t>(now_ns / kSecond); }

/// memcached 1.6 segmented LRU (doc/new_lru.txt, items.c): new keys enter HOT; an entry used twice is
/// active, and moves on to WARM when its turn comes instead of to COLD; the tail of COLD goes first. HOT and
/// WARM are bounded by their share of the cache and by the age of COLD's tail.
///
/// memcached moves entries in a background thread; here it has always just run.
class Memcached final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot slot, std::int64_t now_ns) override {
    std::uint32_t& mark = entries_[slot].mark;
    if ((mark & kFetched) == 0) {
      mark |= kFetched;
      return;
    }
    if (cold_.holds(slot)) {
      cold_.remove(slot);
      warm_.push_front(slot);
      mark = seconds(now_ns) << kFlagBits | kFetched;
    } else {
      mark = seconds(now_ns) << kFlagBits | kFetched | kActive;
    }
  }

  void clear() override {
    EvictionPolicy::clear();
    hot_.clear();
    warm_.clear();
    cold_.clear();
  }

 private:
  static constexpr std::uint32_t kFetched = 1;
  static constexpr std::uint32_t kActive = 2;
  static constexpr std::uint32_t kFlagBits = 2;

  // Defaults of memcached 1.6: hot_lru_pct, warm_lru_pct, hot_max_factor, warm_max_factor.
  static constexpr double kHotShare = 0.2;
  static constexpr double kWarmShare = 0.4;
  static constexpr double kHotAge = 0.2;
  static constexpr double kWarmAge = 2.0;

  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t now_ns) override {
    while (!fits(cost)) evict(coldest());
    const Slot slot = add(key, cost);
    entries_[slot].mark = seconds(now_ns) << kFlagBits;
    hot_.push_front(slot);
    while (advance(hot_, kHotShare, kHotAge, now_ns) || advance(warm_, kWarmShare, kWarmAge, now_ns)) {
    }
    return slot;
  }

  Slot coldest() const {
    if (!cold_.empty()) return cold_.back();
    return hot_.empty() ? warm_.back() : hot_.back();
  }

  /// Gives the tail of HOT or WARM its turn; false when it may stay.
  bool advance(EntryList& segment, double largest_share, double age_factor, std::int64_t now_ns) {
    if (segment.empty()) return false;
    const Slot slot = segment.back();
    if (entries_[slot].mark & kActive) {
      entries_[slot].mark &= ~kActive;
      segment.remove(slot);
      warm_.push_front(slot);
      return true;
    }
    const double cold_age = cold_.empty() ? 0 : age_seconds(cold_.back(), now_ns);
    const bool too_large = static_cast<double>(segment.cost()) > largest_share * static_cast<double>(used());
    if (!too_large && age_seconds(slot, now_ns) <= cold_age * age_factor) return false;
    segment.remove(slot);
    cold_.push_front(slot);
    return true;
  }

  double age_seconds(Slot slot, std::int64_t now_ns) const {
    return seconds(now_ns) - (entries_[slot].mark >> kFlagBits);
  }

  void unlink(Slot slot) override {
    (hot_.holds(slot) ? hot_ : warm_.holds(slot) ? warm_ : cold_).remove(slot);
  }

  EntryList hot_{entries_, 1};
  EntryList warm_{entries_, 2};
  EntryList cold_{entries_, 3};
};

/// memcached without segments: LRU, but an entry moves at most once a minute (ITEM_UPDATE_INTERVAL), so that
/// a cache that turns over faster behaves as FIFO.
class MemcachedClassic final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot slot, std::int64_t now_ns) override {
    std::uint32_t& moved_at = entries_[slot].mark;
    if (seconds(now_ns) - moved_at <= kUpdateInterval) return;
    moved_at = seconds(now_ns);
    recency_.move_to_front(slot);
  }

  void clear() override {
    EvictionPolicy::clear();
    recency_.clear();
  }

 private:
  static constexpr std::uint32_t kUpdateInterval = 60;

  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t now_ns) override {
    while (!fits(cost)) evict(recency_.back());
    const Slot slot = add(key, cost);
    entries_[slot].mark = seconds(now_ns);
    recency_.push_front(slot);
    return slot;
  }

  void unlink(Slot slot) override { recency_.remove(slot); }

  EntryList recency_{entries_, 1};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_memcached(Capacity capacity) {
  return std::make_unique<Memcached>(capacity);
}

std::unique_ptr<EvictionPolicy> make_memcached_classic(Capacity capacity) {
  return std::make_unique<MemcachedClassic>(capacity);
}

}  // namespace windtunnel::eviction
