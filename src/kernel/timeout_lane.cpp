#include "kernel/timeout_lane.hpp"

#include "kernel/simulator.hpp"

namespace windtunnel {

TimeoutLane::HeadEvent::HeadEvent(TimeoutLane& owner)
    : Event([](Event& event) { static_cast<HeadEvent&>(event).lane.expire_head(); }), lane(owner) {}

TimeoutLane::TimeoutLane(Simulator& simulator, Nanoseconds length)
    : simulator_(simulator), length_(length), head_event_(*this) {}

void TimeoutLane::arm(Timeout& timeout) {
  timeout.deadline_ = length_ >= forever - simulator_.now() ? forever : simulator_.now() + length_;
  timeout.sequence_ = simulator_.next_sequence();
  armed_.push_back(timeout);
  if (!head_event_.scheduled()) schedule_head();
}

void TimeoutLane::schedule_head() {
  if (armed_.empty()) return;
  head_sequence_ = armed_.front().sequence_;
  simulator_.schedule_in_order(head_event_, armed_.front().deadline_, head_sequence_);
}

void TimeoutLane::expire_head() {
  // The event stood for a timeout that may have been disarmed since: then it only moves on to the present
  // head, even where that is due at this very instant, because its turn comes by its own sequence.
  if (!armed_.empty() && armed_.front().sequence_ == head_sequence_) {
    Timeout& expired = armed_.front();
    expired.disarm();
    schedule_head();
    expired.action_(expired);
    return;
  }
  schedule_head();
}

}  // namespace windtunnel
