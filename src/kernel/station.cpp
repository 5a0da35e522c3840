#include "kernel/station.hpp"

#include <bit>
#include <cassert>

namespace windtunnel {

/// Takes a server or a place in the queue; false where the visitor is refused.
bool Station::enter(Visitor& visitor) {
  assert(visitor.urgency < priorities);
  visitor.arrived = simulator_.now();
  if (busy_.value() < servers_) {
    busy_.add(1, simulator_.now());
    begin(visitor);
    return true;
  }
  if (discipline_ == Discipline::preemptive_priority && preempt_for(visitor)) {
    begin(visitor);
    return true;
  }
  if (queue_.value() >= queue_limit_ && !visitor.admitted_before) {
    visitor.state = State::refused;
    return false;
  }
  enqueue(visitor, discipline_ == Discipline::lifo);
  return true;
}

void Station::enqueue(Visitor& visitor, bool at_front) {
  const int queue = queue_of(visitor);
  if (at_front) {
    waiting_[queue].push_front(visitor);
  } else {
    waiting_[queue].push_back(visitor);
  }
  waiting_classes_ |= 1u << queue;
  visitor.state = State::queued;
  queue_.add(1, simulator_.now());
}

/// The visitor has a server from now on.
void Station::begin(Visitor& visitor) {
  const bool was_queued = visitor.state == State::queued;
  visitor.state = State::served;
  visitor.waited = simulator_.now() - visitor.arrived;
  if (discipline_ == Discipline::preemptive_priority) preemptible_.push_back(visitor);
  // A lease taken at once goes on without suspending; one that waited is woken. Work always takes an event.
  if (!visitor.lease || was_queued) simulator_.schedule_after(visitor, visitor.work);
}

/// Interrupts the least urgent work in service, if it is less urgent than `visitor`; its server is the
/// visitor's.
bool Station::preempt_for(const Visitor& visitor) {
  Visitor* victim = nullptr;
  preemptible_.for_each([&](Visitor& candidate) {  // of the least urgent class, the one that started last
    const bool ends_now = candidate.arrived + candidate.waited + candidate.work == simulator_.now();
    if (candidate.lease || ends_now) return;
    if (!victim || candidate.urgency >= victim->urgency) victim = &candidate;
  });
  if (!victim || victim->urgency <= visitor.urgency) return false;
  victim->work -= simulator_.now() - victim->arrived - victim->waited;
  victim->arrived = simulator_.now() - victim->waited;  // so that `waited` goes on adding up
  victim->cancel();
  victim->unlink();
  enqueue(*victim, true);
  return true;
}

void Station::leave(Visitor& visitor) {
  if (visitor.state == State::queued) {
    const int queue = queue_of(visitor);
    visitor.unlink();
    queue_.add(-1, simulator_.now());
    if (waiting_[queue].empty()) waiting_classes_ &= ~(1u << queue);
  } else if (visitor.state == State::served) {
    visitor.unlink();
    free_server();
  }
  visitor.state = State::idle;
}

/// A server has become free: the first in the queue gets it.
void Station::free_server() {
  if (waiting_classes_ == 0 || busy_.value() > servers_) {
    busy_.add(-1, simulator_.now());
    return;
  }
  const int queue = std::countr_zero(waiting_classes_);
  Visitor& next = waiting_[queue].front();
  next.unlink();
  if (waiting_[queue].empty()) waiting_classes_ &= ~(1u << queue);
  queue_.add(-1, simulator_.now());
  begin(next);
}

void Station::set_servers(int servers) {
  servers_ = servers;
  while (waiting_classes_ != 0 && busy_.value() < servers_) {
    busy_.add(1, simulator_.now());
    free_server();
  }
}

void Station::Serve::finished(Event& event) {
  auto& self = static_cast<Serve&>(event);
  self.unlink();
  self.state = State::idle;
  self.owner.free_server();
  self.waiter.resume();
}

}  // namespace windtunnel
