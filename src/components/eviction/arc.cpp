#include <algorithm>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

/// ARC (Megiddo and Modha, FAST 2003, figure 4): T1 holds keys used once, T2 keys used again, B1 and B2
/// remember what left them. A miss that B1 remembers lets T1 grow, one that B2 remembers lets it shrink.
///
/// With entries of unequal size, lengths are sums of costs, and the target moves by the missed entry's cost
/// times the ratio of the ghost lists; with items this is the paper's algorithm to the letter.
class Arc final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot slot, std::int64_t) override {
    (recent_.holds(slot) ? recent_ : frequent_).remove(slot);
    frequent_.push_front(slot);
  }

  void clear() override {
    EvictionPolicy::clear();
    recent_.clear();
    frequent_.clear();
    recent_ghosts_.clear();
    frequent_ghosts_.clear();
    target_ = 0;
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    const Slot ghost = entries_.find(key);
    if (ghost == kNoSlot) return insert_unknown(key, cost);
    const bool in_frequent = frequent_ghosts_.holds(ghost);
    adapt(cost, in_frequent);
    while (!fits(cost)) replace(in_frequent);
    drop_ghost(in_frequent ? frequent_ghosts_ : recent_ghosts_, ghost);
    const Slot slot = add(key, cost);
    frequent_.push_front(slot);
    return slot;
  }

  /// Cases II and III: the target size of T1.
  void adapt(std::uint64_t cost, bool in_frequent) {
    const auto b1 = static_cast<double>(recent_ghosts_.cost());
    const auto b2 = static_cast<double>(frequent_ghosts_.cost());
    const auto step = static_cast<double>(cost);
    if (in_frequent) {
      target_ = std::max(target_ - step * std::max(b1 / b2, 1.0), 0.0);
    } else {
      target_ = std::min(target_ + step * std::max(b2 / b1, 1.0), static_cast<double>(capacity().limit));
    }
  }

  /// Case IV: a key that nobody remembers.
  Slot insert_unknown(std::uint64_t key, std::uint64_t cost) {
    const std::uint64_t limit = capacity().limit;
    while (recent_.cost() + recent_ghosts_.cost() + cost > limit) {
      if (recent_ghosts_.empty()) {
        if (recent_.empty()) break;
        evict(recent_.back());
      } else {
        drop_ghost(recent_ghosts_, recent_ghosts_.back());
      }
    }
    while (!fits(cost)) replace(false);
    while (total_cost() + cost > 2 * limit && !frequent_ghosts_.empty()) {
      drop_ghost(frequent_ghosts_, frequent_ghosts_.back());
    }
    const Slot slot = add(key, cost);
    recent_.push_front(slot);
    return slot;
  }

  /// REPLACE of figure 4.
  void replace(bool in_frequent) {
    const auto t1 = static_cast<double>(recent_.cost());
    const bool from_recent = !recent_.empty() && (t1 > target_ || (in_frequent && t1 == target_));
    if (from_recent || frequent_.empty()) {
      remember(recent_, recent_ghosts_);
    } else {
      remember(frequent_, frequent_ghosts_);
    }
  }

  void remember(EntryList& from, EntryList& ghosts) {
    const Slot slot = from.back();
    from.remove(slot);
    count_eviction(slot);
    ghosts.push_front(slot);
  }

  void drop_ghost(EntryList& list, Slot slot) {
    list.remove(slot);
    forget(slot);
  }

  std::uint64_t total_cost() const { return used() + recent_ghosts_.cost() + frequent_ghosts_.cost(); }

  void unlink(Slot slot) override { (recent_.holds(slot) ? recent_ : frequent_).remove(slot); }

  EntryList recent_{entries_, 1};                             // T1
  EntryList frequent_{entries_, 2};                           // T2
  EntryList recent_ghosts_{entries_, kFirstGhostList};        // B1
  EntryList frequent_ghosts_{entries_, kFirstGhostList + 1};  // B2
  double target_ = 0;                                         // p
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_arc(Capacity capacity) { return std::make_unique<Arc>(capacity); }

}  // namespace windtunnel::eviction
