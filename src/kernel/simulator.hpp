#pragma once
#include <coroutine>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/event_queue.hpp"
#include "kernel/task.hpp"
#include "kernel/time.hpp"
#include "kernel/timeout_lane.hpp"

namespace windtunnel {

/// One simulated world's clock: what happens next, and at what time. Not shared between threads.
///
/// Events run in the order of their times and, at one time, in the order in which they were scheduled. The
/// fingerprint folds in the time and sequence of every event run: two runs with the same fingerprint did the
/// same.
class Simulator {
 public:
  Simulator() = default;
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  Nanoseconds now() const { return now_; }
  std::uint64_t events_run() const { return events_run_; }
  std::uint64_t fingerprint() const { return fingerprint_; }
  std::size_t events_pending() const { return queue_.size(); }

  /// Runs `event` at `time`; a time in the past means now, and `forever` never.
  void schedule_at(Event& event, Nanoseconds time) { schedule_in_order(event, time, next_sequence()); }
  void schedule_after(Event& event, Nanoseconds delay) {
    schedule_at(event, delay >= forever - now_ ? forever : now_ + delay);
  }

  /// A place in the order of scheduling, taken now for an event that is handed over later (timeout lanes).
  std::uint64_t next_sequence() { return ++sequence_; }
  void schedule_in_order(Event& event, Nanoseconds time, std::uint64_t sequence) {
    if (time <= now_ && sequence == sequence_) {
      queue_.push_now(event, now_, sequence);
    } else {
      queue_.push(event, time < now_ ? now_ : time, sequence);
    }
  }

  /// Runs every event up to and including `limit`, then sets the clock to it.
  void run_until(Nanoseconds limit);
  /// Runs until nothing is pending, but for what is never to happen.
  void run() {
    while (step(forever - 1)) {
    }
  }
  /// Runs one event at or before `limit`; false where there is none.
  bool step(Nanoseconds limit);

  /// Tasks that nobody waits for; they end by themselves, or with the simulator. What they use (stations,
  /// components) is mostly built after the simulator and so destroyed before it: its owner calls
  /// background().clear() first.
  TaskGroup& background() { return background_; }

  /// The lane of timeouts of this length; the reference stays valid. Lanes are few and looked up one by one:
  /// ask once and keep it.
  TimeoutLane& timeouts(Nanoseconds length);

  /// `co_await simulator.sleep(delay)`.
  class Sleep;
  Sleep sleep(Nanoseconds delay);

 private:
  EventQueue queue_;
  Nanoseconds now_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t events_run_ = 0;
  std::uint64_t fingerprint_ = 0x9e3779b97f4a7c15;
  std::vector<std::unique_ptr<TimeoutLane>> lanes_;
  TaskGroup background_;  // last member: its tasks unlink from all the above when they are destroyed
};

class [[nodiscard]] Simulator::Sleep : public Event {
 public:
  Sleep(Simulator& simulator, Nanoseconds delay)
      : Event(&Sleep::wake), simulator_(simulator), delay_(delay) {}
  bool await_ready() const { return delay_ <= 0; }
  void await_suspend(std::coroutine_handle<> sleeper) {
    sleeper_ = sleeper;
    simulator_.schedule_after(*this, delay_);
  }
  void await_resume() const {}

 private:
  static void wake(Event& event) { static_cast<Sleep&>(event).sleeper_.resume(); }
  Simulator& simulator_;
  Nanoseconds delay_;
  std::coroutine_handle<> sleeper_;
};

inline Simulator::Sleep Simulator::sleep(Nanoseconds delay) { return Sleep(*this, delay); }

/// For a task that sleeps at several points: the compiler gives every `co_await sleep(…)` its own place in the frame,
/// this one serves them all. `Pause pause(simulator); … co_await pause.sleep(delay);`
class Pause : Event {
 public:
  explicit Pause(Simulator& simulator) : Event(&Pause::wake), simulator_(simulator) {}

  struct [[nodiscard]] Awaiter {
    Pause& pause;
    Nanoseconds delay;
    bool await_ready() const { return delay <= 0; }
    void await_suspend(std::coroutine_handle<> sleeper) {
      pause.sleeper_ = sleeper;
      pause.simulator_.schedule_after(pause, delay);
    }
    void await_resume() const {}
  };
  Awaiter sleep(Nanoseconds delay) { return {*this, delay}; }

 private:
  static void wake(Event& event) { static_cast<Pause&>(event).sleeper_.resume(); }
  Simulator& simulator_;
  std::coroutine_handle<> sleeper_;
};

inline bool Simulator::step(Nanoseconds limit) {
  const EventQueue::Popped popped = queue_.pop(limit);
  if (!popped.event) return false;
  now_ = popped.time;
  ++events_run_;
  fingerprint_ =
      (fingerprint_ ^ static_cast<std::uint64_t>(now_) ^ (popped.sequence << 20)) * 0xff51afd7ed558ccdULL;
  fingerprint_ ^= fingerprint_ >> 32;
  popped.event->action_(*popped.event);
  return true;
}

}  // namespace windtunnel
