#include "components/eviction/frequency_sketch.hpp"
#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr double kMainShare = 0.99;      // the rest is the window
constexpr double kProtectedShare = 0.8;  // of the main part

/// W-TinyLFU (Einziger, Friedman, Manes, ACM TOS 13(4) 2017, section 4): a small LRU window takes every new
/// key; what leaves it enters the main segmented LRU only if it was used more often, by the sketch's count,
/// than the entry that would have to go. The window's size is fixed.
class WTinyLfu final : public EvictionPolicy {
 public:
  explicit WTinyLfu(Capacity capacity)
      : EvictionPolicy(capacity),
        main_limit_(share(kMainShare)),
        window_limit_(capacity.limit - main_limit_),
        protected_limit_(share(kMainShare * kProtectedShare)) {}

  void touch(Slot slot, std::int64_t) override {
    sketch_.increment(entries_[slot].key, count());
    if (window_.holds(slot)) return window_.move_to_front(slot);
    if (protected_.holds(slot)) return protected_.move_to_front(slot);
    probation_.remove(slot);
    protected_.push_front(slot);
    while (protected_.cost() > protected_limit_) {
      const Slot oldest = protected_.back();
      protected_.remove(oldest);
      probation_.push_front(oldest);
    }
  }

  void clear() override {
    EvictionPolicy::clear();
    window_.clear();
    probation_.clear();
    protected_.clear();
    sketch_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    sketch_.increment(key, count());
    const Slot slot = add(key, cost);
    window_.push_front(slot);
    while (window_.cost() > window_limit_) leave_window(window_.back());
    return is_resident(slot) ? slot : kNoSlot;
  }

  void leave_window(Slot candidate) {
    window_.remove(candidate);
    probation_.push_front(candidate);
    while (probation_.cost() + protected_.cost() > main_limit_) {
      const Slot victim =
          probation_.back() != candidate || protected_.empty() ? probation_.back() : protected_.back();
      if (victim == candidate || !is_used_more(candidate, victim)) return evict(candidate);
      evict(victim);
    }
  }

  bool is_used_more(Slot candidate, Slot victim) const {
    return sketch_.estimate(entries_[candidate].key) > sketch_.estimate(entries_[victim].key);
  }

  void unlink(Slot slot) override {
    (window_.holds(slot) ? window_ : probation_.holds(slot) ? probation_ : protected_).remove(slot);
  }

  std::uint64_t main_limit_;
  std::uint64_t window_limit_;
  std::uint64_t protected_limit_;
  EntryList window_{entries_, 1};
  EntryList probation_{entries_, 2};
  EntryList protected_{entries_, 3};
  FrequencySketch sketch_;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_w_tiny_lfu(Capacity capacity) {
  return std::make_unique<WTinyLfu>(capacity);
}

}  // namespace windtunnel::eviction
