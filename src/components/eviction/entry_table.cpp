#include "components/eviction/entry_table.hpp"

#include <cassert>
#include <utility>

namespace windtunnel::eviction {

namespace {
constexpr std::size_t kFirstCells = 64;
}

Slot EntryTable::add(std::uint64_t key, std::uint64_t cost) {
  if ((count_ + 1) * 2 > cells_.size()) grow();
  Slot slot = free_;
  if (slot == kNoSlot) {
    slot = static_cast<Slot>(entries_.size());
    entries_.emplace_back();
  } else {
    free_ = entries_[slot].next;
  }
  entries_[slot] = Entry{.key = key, .cost = cost};
  place({slot, tag_of(key)});
  ++count_;
  return slot;
}

void EntryTable::remove(Slot slot) {
  std::size_t hole = home_of(tag_of(entries_[slot].key));
  while (cells_[hole].slot != slot) hole = (hole + 1) & mask_;
  for (std::size_t at = (hole + 1) & mask_; cells_[at].slot != kNoSlot; at = (at + 1) & mask_) {
    const std::size_t home = home_of(cells_[at].tag);
    // A cell may move back into the hole unless its home lies cyclically after the hole.
    if (((at - home) & mask_) >= ((at - hole) & mask_)) {
      cells_[hole] = cells_[at];
      hole = at;
    }
  }
  cells_[hole] = Cell{};
  entries_[slot] = Entry{.next = free_};
  free_ = slot;
  --count_;
}

void EntryTable::clear() {
  entries_.clear();
  cells_.assign(kFirstCells, Cell{});
  mask_ = kFirstCells - 1;
  shift_ = 32 - 6;
  free_ = kNoSlot;
  count_ = 0;
}

void EntryTable::place(Cell cell) {
  std::size_t at = home_of(cell.tag);
  while (cells_[at].slot != kNoSlot) at = (at + 1) & mask_;
  cells_[at] = cell;
}

void EntryTable::grow() {
  assert(shift_ > 0);
  std::vector<Cell> old(cells_.size() * 2);
  std::swap(old, cells_);
  mask_ = cells_.size() - 1;
  --shift_;
  for (const Cell cell : old) {
    if (cell.slot != kNoSlot) place(cell);
  }
}

void EntryList::push_front(Slot slot) {
  Entry& entry = (*entries_)[slot];
  assert(entry.list == 0);
  entry.list = id_;
  entry.previous = kNoSlot;
  entry.next = front_;
  if (front_ == kNoSlot) {
    back_ = slot;
  } else {
    (*entries_)[front_].previous = slot;
  }
  front_ = slot;
  ++count_;
  cost_ += entry.cost;
}

void EntryList::remove(Slot slot) {
  Entry& entry = (*entries_)[slot];
  assert(entry.list == id_);
  (entry.previous == kNoSlot ? front_ : (*entries_)[entry.previous].next) = entry.next;
  (entry.next == kNoSlot ? back_ : (*entries_)[entry.next].previous) = entry.previous;
  entry.list = 0;
  --count_;
  cost_ -= entry.cost;
}

}  // namespace windtunnel::eviction
