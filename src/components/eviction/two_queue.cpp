#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr double kInShare = 0.25;  // Kin and Kout as section 4 of the paper recommends
constexpr double kOutShare = 0.5;

/// 2Q, full version (Johnson and Shasha, VLDB 1994): new keys pass a FIFO, A1in; keys that come back while
/// A1out still remembers them enter the LRU list Am.
class TwoQueue final : public EvictionPolicy {
 public:
  explicit TwoQueue(Capacity capacity)
      : EvictionPolicy(capacity), in_limit_(share(kInShare)), out_limit_(share(kOutShare)) {}

  void touch(Slot slot, std::int64_t) override {
    if (main_.holds(slot)) main_.move_to_front(slot);
  }

  void clear() override {
    EvictionPolicy::clear();
    in_.clear();
    main_.clear();
    out_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    const Slot ghost = entries_.find(key);
    if (ghost != kNoSlot) {
      out_.remove(ghost);
      forget(ghost);
    }
    while (!fits(cost)) evict_one();
    const Slot slot = add(key, cost);
    (ghost != kNoSlot ? main_ : in_).push_front(slot);
    return slot;
  }

  void evict_one() {
    if (in_.cost() > in_limit_ || main_.empty()) {
      remember(in_.back());
    } else {
      evict(main_.back());
    }
  }

  void remember(Slot slot) {
    in_.remove(slot);
    count_eviction(slot);
    out_.push_front(slot);
    while (out_.cost() > out_limit_) {
      const Slot oldest = out_.back();
      out_.remove(oldest);
      forget(oldest);
    }
  }

  void unlink(Slot slot) override { (in_.holds(slot) ? in_ : main_).remove(slot); }

  std::uint64_t in_limit_;
  std::uint64_t out_limit_;
  EntryList in_{entries_, 1};
  EntryList main_{entries_, 2};
  EntryList out_{entries_, kFirstGhostList};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_two_queue(Capacity capacity) {
  return std::make_unique<TwoQueue>(capacity);
}

}  // namespace windtunnel::eviction
