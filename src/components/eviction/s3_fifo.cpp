#include <algorithm>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr double kSmallShare = 0.1;             // of the capacity; section 4.2 of the paper
constexpr std::uint32_t kHitsForPromotion = 2;  // "accessed more than once": algorithm 1, line 20
constexpr std::uint32_t kHighestFrequency = 3;  // two bits

/// S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi, SOSP 2023, algorithm 1): new keys pass a small FIFO; those used
/// twice there, and those that come back soon after leaving it, enter the main FIFO, where an entry starts
/// over as often as it was used, up to three times. Keys that left the small queue are remembered, as much of
/// them as the main queue holds.
class S3Fifo final : public EvictionPolicy {
 public:
  explicit S3Fifo(Capacity capacity)
      : EvictionPolicy(capacity), main_limit_(capacity.limit - share(kSmallShare)) {}

  void touch(Slot slot, std::int64_t) override {
    std::uint32_t& frequency = entries_[slot].mark;
    frequency = std::min(frequency + 1, kHighestFrequency);
  }

  void clear() override {
    EvictionPolicy::clear();
    small_.clear();
    main_.clear();
    ghosts_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) {
      if (main_.cost() > main_limit_ || small_.empty()) {
        evict_from_main();
      } else {
        evict_from_small();
      }
    }
    const bool remembered = forget_ghost(key);
    const Slot slot = add(key, cost);
    (remembered ? main_ : small_).push_front(slot);
    return slot;
  }

  bool forget_ghost(std::uint64_t key) {
    const Slot slot = entries_.find(key);
    if (slot == kNoSlot) return false;
    ghosts_.remove(slot);
    forget(slot);
    return true;
  }

  void evict_from_small() {
    while (!small_.empty()) {
      const Slot oldest = small_.back();
      if (entries_[oldest].mark < kHitsForPromotion) {
        remember(oldest);
        return;
      }
      small_.remove(oldest);
      entries_[oldest].mark = 0;
      main_.push_front(oldest);
    }
  }

  void remember(Slot slot) {
    const std::uint64_t cost = entries_[slot].cost;
    if (cost > main_limit_) return evict(slot);
    small_.remove(slot);
    count_eviction(slot);
    while (ghosts_.cost() + cost > main_limit_) {
      const Slot oldest = ghosts_.back();
      ghosts_.remove(oldest);
      forget(oldest);
    }
    ghosts_.push_front(slot);
  }

  void evict_from_main() {
    while (entries_[main_.back()].mark > 0) {
      --entries_[main_.back()].mark;
      main_.move_to_front(main_.back());
    }
    evict(main_.back());
  }

  void unlink(Slot slot) override { (small_.holds(slot) ? small_ : main_).remove(slot); }

  std::uint64_t main_limit_;
  EntryList small_{entries_, 1};
  EntryList main_{entries_, 2};
  EntryList ghosts_{entries_, kFirstGhostList};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_s3_fifo(Capacity capacity) { return std::make_unique<S3Fifo>(capacity); }

}  // namespace windtunnel::eviction
