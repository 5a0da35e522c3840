#include <vector>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

/// Any entry, each with the same probability. Entry::mark is the entry's place in the array of residents.
class Random final : public EvictionPolicy {
 public:
  Random(Capacity capacity, RandomStream random) : EvictionPolicy(capacity), random_(random) {}

  void touch(Slot, std::int64_t) override {}

  void clear() override {
    EvictionPolicy::clear();
    residents_.clear();
  }

 private:
  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict(residents_[random_.below(residents_.size())]);
    const Slot slot = add(key, cost);
    entries_[slot].list = 1;
    entries_[slot].mark = static_cast<std::uint32_t>(residents_.size());
    residents_.push_back(slot);
    return slot;
  }

  void unlink(Slot slot) override {
    const std::uint32_t place = entries_[slot].mark;
    residents_[place] = residents_.back();
    entries_[residents_[place]].mark = place;
    residents_.pop_back();
    entries_[slot].list = 0;
  }

  std::vector<Slot> residents_;
  RandomStream random_;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_random(Capacity capacity, RandomStream random) {
  return std::make_unique<Random>(capacity, random);
}

}  // namespace windtunnel::eviction
