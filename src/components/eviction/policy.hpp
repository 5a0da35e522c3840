#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "components/eviction/entry_table.hpp"
#include "kernel/random.hpp"

namespace windtunnel::eviction {

/// Which entry gives way when a cache is full. docs/components/cache-policies.md says how each works.
enum class PolicyKind : std::uint8_t {
  lru,
  fifo,
  clock,
  lfu,
  sieve,
  s3_fifo,
  two_queue,
  arc,
  lirs,
  w_tiny_lfu,
  random,
  redis_lru,
  redis_lfu,
  redis_random,
  memcached,
  memcached_classic,
};

struct PolicyName {
  PolicyKind kind;
  std::string_view name;     ///< as scenarios spell it
  std::string_view summary;  ///< one line for catalogs
};

/// Every policy, in the order of the enum.
std::span<const PolicyName> policy_names();
std::string_view name_of(PolicyKind kind);
std::optional<PolicyKind> policy_named(std::string_view name);

/// How much fits.
struct Capacity {
  enum class Unit : std::uint8_t { items, bytes };
  std::uint64_t limit = 0;
  Unit unit = Unit::items;

  static constexpr Capacity items(std::uint64_t n) { return {n, Unit::items}; }
  static constexpr Capacity bytes(std::uint64_t n) { return {n, Unit::bytes}; }
};

/// The keys of a cache and the order in which they give way.
///
/// A lookup and the admission that follows a miss are separate calls, with any time and any other calls
/// between them: `find` or `access`, then later `admit`. Slots are dense small integers, so that whoever
/// holds values beside the keys (see Store) indexes an array with them.
class EvictionPolicy {
 public:
  explicit EvictionPolicy(Capacity capacity) : capacity_(capacity) {}
  virtual ~EvictionPolicy() = default;
  EvictionPolicy(const EvictionPolicy&) = delete;
  EvictionPolicy& operator=(const EvictionPolicy&) = delete;

  /// The slot of a resident key, or kNoSlot. Changes nothing.
  Slot find(std::uint64_t key) const {
    const Slot slot = entries_.find(key);
    return slot != kNoSlot && is_resident(slot) ? slot : kNoSlot;
  }

  /// Tells the policy that a resident entry was used.
  virtual void touch(Slot slot, std::int64_t now_ns) = 0;

  /// find and touch. True for a hit.
  bool access(std::uint64_t key, std::int64_t now_ns) {
    const Slot slot = find(key);
    if (slot == kNoSlot) return false;
    touch(slot, now_ns);
    return true;
  }

  /// Brings a key in, evicting until it fits, and returns its slot; kNoSlot when it is larger than the
  /// cache. A key that is resident already (another caller was faster) is used, and takes its new size.
  Slot admit(std::uint64_t key, std::uint64_t size_bytes, std::int64_t now_ns);

  /// Invalidates a key. False when it was not resident.
  bool erase(std::uint64_t key);
  virtual void clear();

  Capacity capacity() const { return capacity_; }
  std::uint64_t count() const { return count_; }          ///< resident entries
  std::uint64_t used() const { return used_; }            ///< items or bytes, as the capacity
  std::uint64_t evictions() const { return evictions_; }  ///< entries that gave way to others
  std::size_t slot_bound() const { return entries_.slot_bound(); }
  bool is_resident(Slot slot) const {
    const std::uint32_t list = entries_[slot].list;
    return list != 0 && list < kFirstGhostList;
  }
  std::uint64_t key_at(Slot slot) const { return entries_[slot].key; }

 protected:
  /// Lists with this identity or above hold keys that are only remembered.
  static constexpr std::uint32_t kFirstGhostList = 16;

  /// The key is not resident and its cost is within the capacity.
  virtual Slot insert(std::uint64_t key, std::uint64_t cost, std::int64_t now_ns) = 0;
  /// Takes a resident entry out of its lists; the caller then drops it.
  virtual void unlink(Slot slot) = 0;

  bool fits(std::uint64_t cost) const { return used_ + cost <= capacity_.limit; }
  std::uint64_t share(double fraction) const {
    return static_cast<std::uint64_t>(fraction * static_cast<double>(capacity_.limit));
  }

  /// A new resident entry, in no list yet.
  Slot add(std::uint64_t key, std::uint64_t cost);
  /// Unlinks a resident entry and drops it.
  void evict(Slot slot);
  /// The same for an entry whose key is to be remembered: its policy moves it to a ghost list by itself.
  void count_eviction(Slot slot);
  void forget(Slot ghost) { entries_.remove(ghost); }

  EntryTable entries_;

 private:
  Capacity capacity_;
  std::uint64_t count_ = 0;
  std::uint64_t used_ = 0;
  std::uint64_t evictions_ = 0;
};

/// `random` feeds the policies that use chance (random and Redis's).
std::unique_ptr<EvictionPolicy> make_policy(PolicyKind kind, Capacity capacity, RandomStream random);

}  // namespace windtunnel::eviction
