#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

/// Least recently used.
class Lru final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot slot, std::int64_t) override { recency_.move_to_front(slot); }

  void clear() override {
    EvictionPolicy::clear();
    recency_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict(recency_.back());
    const Slot slot = add(key, cost);
    recency_.push_front(slot);
    return slot;
  }

  void unlink(Slot slot) override { recency_.remove(slot); }

  EntryList recency_{entries_, 1};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_lru(Capacity capacity) { return std::make_unique<Lru>(capacity); }

}  // namespace windtunnel::eviction
