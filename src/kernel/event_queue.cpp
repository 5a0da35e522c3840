#include "kernel/event_queue.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace windtunnel {

EventQueue::EventQueue() {
  for (auto& level : slots_) level.fill(Slot{none, none});
}

std::uint32_t EventQueue::take_entry(Event& event, Nanoseconds time, std::uint64_t sequence) {
  std::uint32_t index = free_;
  if (index == none) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({});
  } else {
    free_ = entries_[index].next;
  }
  entries_[index] = {time, sequence, &event, none, none};
  event.queue_ = this;
  event.entry_ = index;
  ++live_;
  return index;
}

void EventQueue::free_entry(std::uint32_t index) {
  entries_[index].next = free_;
  free_ = index;
}

void EventQueue::push(Event& event, Nanoseconds time, std::uint64_t sequence) {
  assert(!event.scheduled() && time >= 0);
  place(take_entry(event, time, sequence));
}

void EventQueue::push_now(Event& event, Nanoseconds now, std::uint64_t sequence) {
  assert(!event.scheduled());
  instant_.push_back(take_entry(event, now, sequence));
}

void EventQueue::cancel(Event& event) {
  entries_[event.entry_].event = nullptr;  // its entry is freed when its time comes
  event.queue_ = nullptr;
  --live_;
}

void EventQueue::place(std::uint32_t index) {
  const auto tick = tick_of(entries_[index].time);
  if (tick <= cursor_) return insert_due(index);
  const int level = (63 - std::countl_zero(tick ^ cursor_)) / slot_bits;
  const auto slot = (tick >> (level * slot_bits)) & (slots - 1);
  Slot& chain = slots_[level][slot];
  entries_[index].next = chain.front();
  entries_[index].ahead = chain.back();
  chain = {index, chain[0]};
  occupied_[level][slot / 64] |= std::uint64_t{1} << (slot % 64);
}

void EventQueue::insert_due(std::uint32_t index) {
  const Due due{entries_[index].time, entries_[index].sequence, index};
  // Mostly the last of all: then this is O(1), however many are due.
  const auto first = due_.begin() + static_cast<std::ptrdiff_t>(due_front_);
  due_.insert(!due_left() || due_.back() < due ? due_.end() : std::upper_bound(first, due_.end(), due), due);
}

int EventQueue::next_occupied(int level, int after) const {
  const int first = after + 1;
  if (first >= slots) return -1;
  auto word = static_cast<std::size_t>(first / 64);
  std::uint64_t bits = occupied_[level][word] & (~std::uint64_t{0} << (first % 64));
  while (bits == 0) {
    if (++word == slots / 64) return -1;
    bits = occupied_[level][word];
  }
  return static_cast<int>(word) * 64 + std::countr_zero(bits);
}

namespace {

/// An event mostly lives in the frame of a coroutine that has been asleep for long: the lines around it are wanted
/// next, and are no longer in a cache.
void fetch_frame_of(const Event& event) {
  const char* middle = reinterpret_cast<const char*>(&event);
  for (int line = -3; line <= 3; ++line) __builtin_prefetch(middle + 64 * line, 1);
}

}  // namespace

/// Moves the next occupied slot into due_; false where nothing lies at or before `limit`.
bool EventQueue::advance(Nanoseconds limit) {
  const auto last_tick = tick_of(limit);
  for (int level = 0; level < levels;) {
    const int shift = level * slot_bits;
    const int slot = next_occupied(level, static_cast<int>((cursor_ >> shift) & (slots - 1)));
    if (slot < 0) {
      ++level;
      continue;
    }
    const std::uint64_t above =
        shift + slot_bits >= 64 ? 0 : (cursor_ >> (shift + slot_bits)) << (shift + slot_bits);
    const std::uint64_t start = above | (static_cast<std::uint64_t>(slot) << shift);
    if (start > last_tick) return false;
    cursor_ = start;
    std::uint32_t index = slots_[level][slot].front();
    slots_[level][slot].fill(none);
    occupied_[level][static_cast<std::size_t>(slot) / 64] &= ~(std::uint64_t{1} << (slot % 64));
    while (index != none) {
      const Entry& entry = entries_[index];
      const std::uint32_t next = entry.next;
      if (entry.ahead != none) __builtin_prefetch(&entries_[entry.ahead]);
      if (entry.event == nullptr) {
        free_entry(index);
      } else if (tick_of(entry.time) == cursor_) {
        fetch_frame_of(*entry.event);
        due_.push_back({entry.time, entry.sequence, index});
      } else {
        place(index);
      }
      index = next;
    }
    if (!due_.empty()) {
      if (due_.size() > 1) std::sort(due_.begin(), due_.end());
      return true;
    }
    level = 0;
  }
  return false;
}

EventQueue::Popped EventQueue::release(std::uint32_t index) {
  const Entry& entry = entries_[index];
  const Popped popped{entry.event, entry.time, entry.sequence};
  free_entry(index);
  if (popped.event) {
    popped.event->queue_ = nullptr;
    --live_;
  }
  return popped;
}

EventQueue::Popped EventQueue::release_first_due() {
  const std::uint32_t index = due_[due_front_].entry;
  if (++due_front_ == due_.size()) {
    due_.clear();
    due_front_ = 0;
  }
  return release(index);
}

EventQueue::Popped EventQueue::release_first_instant() {
  const std::uint32_t index = instant_[instant_front_];
  if (++instant_front_ == instant_.size()) {
    instant_.clear();
    instant_front_ = 0;
  }
  return release(index);
}

EventQueue::Popped EventQueue::pop(Nanoseconds limit) {
  for (;;) {
    Popped popped{};
    if (instant_front_ < instant_.size()) {
      const Entry& entry = entries_[instant_[instant_front_]];
      // An older sequence for this same instant may still stand in the wheel when the clock was set forward.
      if (!due_left() && tick_of(entry.time) > cursor_) advance(entry.time);
      const Due instant{entry.time, entry.sequence, none};
      popped = due_left() && due_[due_front_] < instant ? release_first_due() : release_first_instant();
    } else {
      if (!due_left() && !advance(limit)) return {};
      if (due_[due_front_].time > limit) return {};
      popped = release_first_due();
    }
    if (popped.event) return popped;
  }
}

}  // namespace windtunnel
