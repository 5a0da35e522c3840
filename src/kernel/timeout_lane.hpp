#pragma once
#include <cstdint>

#include "kernel/event_queue.hpp"
#include "kernel/list.hpp"
#include "kernel/time.hpp"

namespace windtunnel {

class Simulator;
class TimeoutLane;

/// A timeout that has been armed. Destroying or disarming it costs a list removal: nearly all timeouts end
/// so.
class Timeout : public ListNode {
 public:
  using Action = void (*)(Timeout&);
  explicit Timeout(Action action) : action_(action) {}
  bool armed() const { return linked(); }
  void disarm() { unlink(); }

 private:
  friend class TimeoutLane;
  Action action_;
  Nanoseconds deadline_ = 0;
  std::uint64_t sequence_ = 0;
};

/// All timeouts of one length. They expire in the order in which they were armed, so a list holds them and
/// only one event, for the list's head, stands in the event queue.
class TimeoutLane {
 public:
  TimeoutLane(Simulator& simulator, Nanoseconds length);

  Nanoseconds length() const { return length_; }
  void arm(Timeout& timeout);

 private:
  struct HeadEvent : Event {
    explicit HeadEvent(TimeoutLane& owner);
    TimeoutLane& lane;
  };
  void expire_head();
  void schedule_head();

  Simulator& simulator_;
  Nanoseconds length_;
  List<Timeout> armed_;
  std::uint64_t head_sequence_ = 0;  // of the timeout that head_event_ stands for
  HeadEvent head_event_;
};

}  // namespace windtunnel
