#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "kernel/time.hpp"

namespace windtunnel {

class EventQueue;

/// Something that will happen. It lives inside whoever waits for it (an awaiter in a coroutine frame, a
/// component); destroying it takes it out of the queue, so that leaving a scope is all that cancellation
/// needs.
class Event {
 public:
  using Action = void (*)(Event&);

  explicit Event(Action action) : action_(action) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() {
    if (queue_) cancel();
  }

  bool scheduled() const { return queue_ != nullptr; }
  void cancel();

 private:
  friend class EventQueue;
  friend class Simulator;
  Action action_;
  EventQueue* queue_ = nullptr;
  std::uint32_t entry_ = 0;
};

/// The pending events in the order (time, sequence): a hierarchical timing wheel (Varghese and Lauck, SOSP
/// 1987) with slots of 1.024 µs and 256 slots a level, where the slot that is due is sorted, so that the
/// order is exact. Pushing and cancelling cost O(1), popping O(log k) for the k events of one microsecond.
class EventQueue {
 public:
  EventQueue();

  /// `sequence` orders events of one time; lower first. `time` must not lie before the last event popped.
  void push(Event& event, Nanoseconds time, std::uint64_t sequence);

  /// As push, for an event at the instant that is being worked off and a sequence above all given so far:
  /// joins a plain FIFO, without the wheel.
  void push_now(Event& event, Nanoseconds now, std::uint64_t sequence);

  struct Popped {
    Event* event;
    Nanoseconds time;
    std::uint64_t sequence;
  };
  /// The first event at or before `limit`, taken out; event is null where there is none.
  Popped pop(Nanoseconds limit);

  void cancel(Event& event);

  /// Events that will still happen.
  std::size_t size() const { return live_; }

 private:
  static constexpr int levels = 7;
  static constexpr int slot_bits = 8;
  static constexpr int slots = 1 << slot_bits;
  using Slot = std::array<std::uint32_t, 2>;  // the first two of a chain
  static constexpr int tick_bits = 10;
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Entry {
    Nanoseconds time;
    std::uint64_t sequence;
    Event* event;         // null once cancelled
    std::uint32_t next;   // in the chain of its slot, or of free entries
    std::uint32_t ahead;  // two places on in the chain: fetched from memory while the others are moved
  };
  struct Due {
    Nanoseconds time;
    std::uint64_t sequence;
    std::uint32_t entry;
    bool operator<(const Due& other) const {
      return time != other.time ? time < other.time : sequence < other.sequence;
    }
  };

  static std::uint64_t tick_of(Nanoseconds time) { return static_cast<std::uint64_t>(time) >> tick_bits; }
  std::uint32_t take_entry(Event& event, Nanoseconds time, std::uint64_t sequence);
  void free_entry(std::uint32_t index);
  void place(std::uint32_t index);
  void insert_due(std::uint32_t index);
  bool advance(Nanoseconds limit);
  int next_occupied(int level, int after) const;
  bool due_left() const { return due_front_ < due_.size(); }
  Popped release(std::uint32_t index);
  Popped release_first_due();
  Popped release_first_instant();

  std::vector<Entry> entries_;
  std::uint32_t free_ = none;
  std::size_t live_ = 0;
  std::uint64_t cursor_ = 0;  // tick whose slot has been moved to due_
  std::array<std::array<Slot, slots>, levels> slots_;
  std::array<std::array<std::uint64_t, slots / 64>, levels> occupied_{};
  std::vector<Due> due_;  // in order; those before due_front_ have been popped
  std::size_t due_front_ = 0;
  std::vector<std::uint32_t> instant_;  // FIFO of the events pushed for the instant being worked off
  std::size_t instant_front_ = 0;
};

inline void Event::cancel() {
  if (queue_) queue_->cancel(*this);
}

}  // namespace windtunnel
