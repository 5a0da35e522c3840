#include "kernel/event_queue.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace windtunnel {

EventQueue::EventQueue() {
  for (auto& level : heads_) level.fill(none);
}

std::uint32_t EventQueue::take_entry(Event& event, Nanoseconds time, std::uint64_t sequence) {
  std::uint32_t index = free_;
  if (index == none) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({});
  } else {
    free_ = entries_[index].next;
  }
  entries_[index] = {time, sequence, &event, none};
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
  const auto tick = static_cast<std::uint64_t>(entries_[index].time) >> tick_bits;
  if (tick <= cursor_) return insert_due(index);
  const int level = (63 - std::countl_zero(tick ^ cursor_)) / slot_bits;
  const auto slot = (tick >> (level * slot_bits)) & (slots - 1);
  entries_[index].next = heads_[level][slot];
  heads_[level][slot] = index;
  occupied_[level][slot / 64] |= std::uint64_t{1} << (slot % 64);
}

void EventQueue::insert_due(std::uint32_t index) {
  const Due due{entries_[index].time, entries_[index].sequence, index};
  due_.insert(std::lower_bound(due_.begin(), due_.end(), due), due);
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

/// Moves the next occupied slot into due_; false where nothing lies at or before `limit`.
bool EventQueue::advance(Nanoseconds limit) {
  const auto last_tick = static_cast<std::uint64_t>(limit) >> tick_bits;
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
    std::uint32_t index = heads_[level][slot];
    heads_[level][slot] = none;
    occupied_[level][static_cast<std::size_t>(slot) / 64] &= ~(std::uint64_t{1} << (slot % 64));
    while (index != none) {
      const std::uint32_t next = entries_[index].next;
      const Entry& entry = entries_[index];
      if (entry.event == nullptr) {
        free_entry(index);
      } else if (static_cast<std::uint64_t>(entry.time) >> tick_bits == cursor_) {
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

EventQueue::Popped EventQueue::pop(Nanoseconds limit) {
  for (;;) {
    Popped popped{};
    if (instant_front_ < instant_.size()) {
      const std::uint32_t index = instant_[instant_front_];
      const Entry entry = entries_[index];
      // An older sequence for this same instant may still stand in the wheel when the clock was set forward.
      if (due_.empty() && static_cast<std::uint64_t>(entry.time) >> tick_bits > cursor_) advance(entry.time);
      const bool due_first =
          !due_.empty() && (due_.back().time < entry.time ||
                            (due_.back().time == entry.time && due_.back().sequence < entry.sequence));
      if (due_first) {
        popped = release(due_.back().entry);
        due_.pop_back();
      } else {
        popped = release(index);
        if (++instant_front_ == instant_.size()) {
          instant_.clear();
          instant_front_ = 0;
        }
      }
    } else {
      if (due_.empty() && !advance(limit)) return {};
      if (due_.back().time > limit) return {};
      popped = release(due_.back().entry);
      due_.pop_back();
    }
    if (popped.event) return popped;
  }
}

}  // namespace windtunnel
