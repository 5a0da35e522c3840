#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

/// First in, first out: use changes nothing.
class Fifo final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot, std::int64_t) override {}

  void clear() override {
    EvictionPolicy::clear();
    arrivals_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict(arrivals_.back());
    const Slot slot = add(key, cost);
    arrivals_.push_front(slot);
    return slot;
  }

  void unlink(Slot slot) override { arrivals_.remove(slot); }

  EntryList arrivals_{entries_, 1};
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_fifo(Capacity capacity) { return std::make_unique<Fifo>(capacity); }

}  // namespace windtunnel::eviction
