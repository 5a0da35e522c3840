#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

/// SIEVE (Zhang, Yang, Yue, Vigfusson, Rashmi, NSDI 2024, algorithm 1): a hand moves from the oldest entry
/// to the youngest, clears the bit of those used since and evicts the first that was not. Survivors keep
/// their place, so that new entries are tested soon and old ones stay out of the way.
class Sieve final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot slot, std::int64_t) override { entries_[slot].mark = 1; }

  void clear() override {
    EvictionPolicy::clear();
    arrivals_.clear();
    hand_ = kNoSlot;
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict_one();
    const Slot slot = add(key, cost);
    arrivals_.push_front(slot);
    return slot;
  }

  void evict_one() {
    Slot candidate = hand_ == kNoSlot ? arrivals_.back() : hand_;
    while (entries_[candidate].mark != 0) {
      entries_[candidate].mark = 0;
      const Slot younger = entries_[candidate].previous;
      candidate = younger == kNoSlot ? arrivals_.back() : younger;
    }
    hand_ = candidate;
    evict(candidate);
  }

  void unlink(Slot slot) override {
    if (hand_ == slot) hand_ = entries_[slot].previous;
    arrivals_.remove(slot);
  }

  EntryList arrivals_{entries_, 1};
  Slot hand_ = kNoSlot;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_sieve(Capacity capacity) { return std::make_unique<Sieve>(capacity); }

}  // namespace windtunnel::eviction
