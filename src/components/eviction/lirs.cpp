#include <algorithm>
#include <vector>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

constexpr double kQueueShare = 0.01;  // of the capacity for resident HIR entries; section 3.2 of the paper

// The paper leaves the number of remembered keys open. Bounded, so that a stream of ever new keys does not
// fill the memory: at least this many, at most this multiple of the residents.
constexpr std::uint64_t kLeastHistory = 65536;
constexpr std::uint64_t kHistoryPerResident = 4;

/// LIRS (Jiang and Zhang, SIGMETRICS 2002): the distance between the last two uses of a key decides. Keys of
/// low distance (LIR) hold 99% of the cache; the others (HIR) pass a FIFO and are remembered in the stack S
/// for as long as a new use would give them a lower distance than some LIR key has.
class Lirs final : public EvictionPolicy {
 public:
  explicit Lirs(Capacity capacity)
      : EvictionPolicy(capacity),
        lir_limit_(capacity.limit - std::max<std::uint64_t>(1, share(kQueueShare))) {}

  void touch(Slot slot, std::int64_t) override {
    if (lir_.holds(slot)) {
      stack_push(slot);
      prune();
    } else if (links_[slot].stacked) {
      queue_.remove(slot);
      make_lir(slot);
    } else {
      stack_push(slot);
      queue_.move_to_front(slot);
    }
  }

  void clear() override {
    EvictionPolicy::clear();
    lir_.clear();
    queue_.clear();
    ghosts_.clear();
    links_.clear();
    top_ = bottom_ = kNoSlot;
  }

 private:
  struct Link {
    Slot above = kNoSlot;
    Slot below = kNoSlot;
    bool stacked = false;
  };

  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict_one();
    const Slot ghost = entries_.find(key);  // after making room, which may have forgotten it
    if (ghost != kNoSlot) drop_ghost(ghost);
    const Slot slot = add(key, cost);
    if (slot >= links_.size()) links_.resize(slot + 1);
    if (ghost != kNoSlot || lir_.cost() + cost <= lir_limit_) {
      make_lir(slot);
    } else {
      stack_push(slot);
      queue_.push_front(slot);
    }
    return slot;
  }

  /// Puts an entry that is in no list on top of the LIR set; the bottom ones of S give way.
  void make_lir(Slot slot) {
    lir_.push_front(slot);
    stack_push(slot);
    prune();
    while (lir_.cost() > lir_limit_ && lir_.count() > 1) demote_bottom();
  }

  void demote_bottom() {
    const Slot slot = bottom_;
    lir_.remove(slot);
    queue_.push_front(slot);
    stack_remove(slot);
    prune();
  }

  void evict_one() {
    if (queue_.empty()) demote_bottom();
    const Slot slot = queue_.back();
    if (!links_[slot].stacked) return evict(slot);
    queue_.remove(slot);
    count_eviction(slot);
    ghosts_.push_front(slot);
    if (ghosts_.count() > std::max(kLeastHistory, kHistoryPerResident * count())) drop_ghost(ghosts_.back());
  }

  void drop_ghost(Slot slot) {
    ghosts_.remove(slot);
    stack_remove(slot);
    forget(slot);
  }

  /// The bottom of S is always a LIR entry.
  void prune() {
    while (bottom_ != kNoSlot && !lir_.holds(bottom_)) {
      if (is_resident(bottom_)) {
        stack_remove(bottom_);
      } else {
        drop_ghost(bottom_);
      }
    }
  }

  void unlink(Slot slot) override {
    (lir_.holds(slot) ? lir_ : queue_).remove(slot);
    if (links_[slot].stacked) stack_remove(slot);
    prune();
  }

  void stack_push(Slot slot) {
    if (links_[slot].stacked) stack_remove(slot);
    links_[slot] = {kNoSlot, top_, true};
    (top_ == kNoSlot ? bottom_ : links_[top_].above) = slot;
    top_ = slot;
  }

  void stack_remove(Slot slot) {
    const Link link = links_[slot];
    (link.above == kNoSlot ? top_ : links_[link.above].below) = link.below;
    (link.below == kNoSlot ? bottom_ : links_[link.below].above) = link.above;
    links_[slot] = Link{};
  }

  std::uint64_t lir_limit_;
  EntryList lir_{entries_, 1};
  EntryList queue_{entries_, 2};                 // Q: resident HIR entries
  EntryList ghosts_{entries_, kFirstGhostList};  // HIR entries that are only in S
  std::vector<Link> links_;                      // S, by slot
  Slot top_ = kNoSlot;
  Slot bottom_ = kNoSlot;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_lirs(Capacity capacity) { return std::make_unique<Lirs>(capacity); }

}  // namespace windtunnel::eviction
