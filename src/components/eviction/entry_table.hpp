#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/random.hpp"

namespace windtunnel::eviction {

/// Index of an entry; stays the same for as long as the entry is in the table.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = ~Slot{0};

/// What is known about one key, in 32 bytes: two share a cache line.
struct Entry {
  std::uint64_t key = 0;
  std::uint64_t cost = 0;  ///< bytes, or 1 where the capacity counts items
  Slot previous = kNoSlot;
  Slot next = kNoSlot;
  std::uint32_t mark = 0;  ///< the policy's own: visited bit, frequency, bucket, position, clock
  std::uint32_t list = 0;  ///< the EntryList it stands in; 0 for none
};

/// All entries of a cache, resident and remembered, found by key.
///
/// Linear probing over (slot, upper half of the hash) pairs at a load of at most one half, with deletion by
/// backward shift (Knuth, TAOCP 3, 6.4, algorithm R), so that lookups stay short without tombstones.
/// Allocates only while it grows beyond its largest size so far. At most 2^31 entries.
class EntryTable {
 public:
  EntryTable() { clear(); }

  Slot find(std::uint64_t key) const {
    const std::uint32_t tag = tag_of(key);
    for (std::size_t at = home_of(tag);; at = (at + 1) & mask_) {
      const Cell cell = cells_[at];
      if (cell.slot == kNoSlot) return kNoSlot;
      if (cell.tag == tag && entries_[cell.slot].key == key) return cell.slot;
    }
  }

  /// Precondition: the key is absent.
  Slot add(std::uint64_t key, std::uint64_t cost);
  void remove(Slot slot);
  void clear();

  Entry& operator[](Slot slot) { return entries_[slot]; }
  const Entry& operator[](Slot slot) const { return entries_[slot]; }
  std::size_t count() const { return count_; }
  /// Every slot in use is below this.
  std::size_t slot_bound() const { return entries_.size(); }

 private:
  struct Cell {
    Slot slot = kNoSlot;
    std::uint32_t tag = 0;
  };

  static std::uint32_t tag_of(std::uint64_t key) { return static_cast<std::uint32_t>(scramble(key) >> 32); }
  std::size_t home_of(std::uint32_t tag) const { return tag >> shift_; }
  void place(Cell cell);
  void grow();

  std::vector<Entry> entries_;
  std::vector<Cell> cells_;
  Slot free_ = kNoSlot;  ///< chain of removed entries through Entry::next
  std::size_t count_ = 0;
  std::size_t mask_ = 0;
  unsigned shift_ = 0;
};

/// A doubly linked list through the entries of one table, front = youngest by convention.
class EntryList {
 public:
  /// `id` is what Entry::list holds while an entry stands here; not 0.
  EntryList(EntryTable& entries, std::uint32_t id) : entries_(&entries), id_(id) {}

  void push_front(Slot slot);
  void remove(Slot slot);
  void move_to_front(Slot slot) {
    if (slot == front_) return;
    remove(slot);
    push_front(slot);
  }
  void clear() {
    front_ = back_ = kNoSlot;
    count_ = cost_ = 0;
  }

  Slot front() const { return front_; }
  Slot back() const { return back_; }
  bool empty() const { return count_ == 0; }
  std::uint64_t count() const { return count_; }
  std::uint64_t cost() const { return cost_; }
  bool holds(Slot slot) const { return (*entries_)[slot].list == id_; }

 private:
  EntryTable* entries_;
  std::uint32_t id_;
  Slot front_ = kNoSlot;
  Slot back_ = kNoSlot;
  std::uint64_t count_ = 0;
  std::uint64_t cost_ = 0;
};

}  // namespace windtunnel::eviction
