#include <vector>

#include "components/eviction/policies.hpp"

namespace windtunnel::eviction {

namespace {

/// Least frequently used, counted while in the cache and forgotten on eviction; the least recently used of
/// the least frequent goes first. Constant time: entries stand in one list per frequency, and these lists in
/// increasing order (Shah, Mitra, Matani, "An O(1) algorithm for implementing the LFU cache eviction
/// scheme", 2010). Entry::mark is the index of the entry's bucket.
class Lfu final : public EvictionPolicy {
 public:
  using EvictionPolicy::EvictionPolicy;

  void touch(Slot slot, std::int64_t) override {
    const std::uint32_t from = entries_[slot].mark;
    const std::uint64_t frequency = buckets_[from].frequency + 1;
    std::uint32_t to = buckets_[from].higher;
    if (to == kNone || buckets_[to].frequency != frequency) to = add_bucket(frequency, from);
    buckets_[from].entries.remove(slot);
    put(slot, to);
    if (buckets_[from].entries.empty()) remove_bucket(from);
  }

  void clear() override {
    EvictionPolicy::clear();
    buckets_.clear();
    lowest_ = free_ = kNone;
  }

 private:
  static constexpr std::uint32_t kNone = ~0U;

  struct Bucket {
    std::uint64_t frequency;
    EntryList entries;
    std::uint32_t lower;
    std::uint32_t higher;
  };

  Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t) override {
    while (!fits(cost)) evict(buckets_[lowest_].entries.back());
    const Slot slot = add(key, cost);
    put(slot, lowest_ != kNone && buckets_[lowest_].frequency == 1 ? lowest_ : add_bucket(1, kNone));
    return slot;
  }

  void unlink(Slot slot) override {
    const std::uint32_t bucket = entries_[slot].mark;
    buckets_[bucket].entries.remove(slot);
    if (buckets_[bucket].entries.empty()) remove_bucket(bucket);
  }

  void put(Slot slot, std::uint32_t bucket) {
    buckets_[bucket].entries.push_front(slot);
    entries_[slot].mark = bucket;
  }

  /// A new bucket just above `lower`, or below all others.
  std::uint32_t add_bucket(std::uint64_t frequency, std::uint32_t lower) {
    std::uint32_t bucket = free_;
    if (bucket == kNone) {
      bucket = static_cast<std::uint32_t>(buckets_.size());
      buckets_.push_back({0, EntryList(entries_, 1), kNone, kNone});
    } else {
      free_ = buckets_[bucket].higher;
    }
    std::uint32_t& from_below = lower == kNone ? lowest_ : buckets_[lower].higher;
    const std::uint32_t higher = from_below;
    from_below = bucket;
    if (higher != kNone) buckets_[higher].lower = bucket;
    buckets_[bucket].frequency = frequency;
    buckets_[bucket].lower = lower;
    buckets_[bucket].higher = higher;
    return bucket;
  }

  void remove_bucket(std::uint32_t bucket) {
    const auto [frequency, entries, lower, higher] = buckets_[bucket];
    (lower == kNone ? lowest_ : buckets_[lower].higher) = higher;
    if (higher != kNone) buckets_[higher].lower = lower;
    buckets_[bucket].higher = free_;
    free_ = bucket;
  }

  std::vector<Bucket> buckets_;
  std::uint32_t lowest_ = kNone;
  std::uint32_t free_ = kNone;
};

}  // namespace

std::unique_ptr<EvictionPolicy> make_lfu(Capacity capacity) { return std::make_unique<Lfu>(capacity); }

}  // namespace windtunnel::eviction
