#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

/// CLOCK with one bit (Corbato, "A paging experiment with the Multics system", 1968), as FIFO with
/// reinsertion: the oldest entry starts over, its bit cleared, if it was used since its last turn.
class Clock final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot slot, std::int64_t) override { entries_[slot].mark = 1; }

  void clear() override {
    EvictionPolicy::clear();
    turn_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict_one();
    const Slot slot = add(key, cost);
    turn_.push_front(slot);
    return slot;
  }

  void evict_one() {
    while (entries_[turn_.back()].mark != 0) {
      entries_[turn_.back()].mark = 0;
      turn_.move_to_front(turn_.back());
    }
    evict(turn_.back());
  }

  void unlink(Slot slot) override { turn_.remove(slot); }

  EntryList turn_{entries_, 1};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_clock(Capacity capacity) { return std::make_unique<Clock>(capacity); }

}  // namespace windtunnel::eviction
