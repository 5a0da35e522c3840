#include "components/single_flight.hpp"

#include <utility>

namespace windtunnel {

List<SingleFlight::Ticket>& SingleFlight::waiters(eviction::Slot slot) {
  while (waiters_.size() <= slot) waiters_.emplace_back();
  return waiters_[slot];
}

bool SingleFlight::join(std::uint64_t key, Waiting& waiting) {
  const eviction::Slot slot = keys_.find(key);
  if (slot == eviction::kNoSlot) return false;
  Ticket& ticket = take_ticket();
  ticket.owner = &waiting;
  ticket.next = std::exchange(waiting.tickets_, &ticket);
  ++waiting.joined_;
  ++waiting.pending_;
  waiters(slot).push_back(ticket);
  return true;
}

void SingleFlight::begin(std::uint64_t key) { keys_.add(key, 1); }

void SingleFlight::land(std::uint64_t key, Outcome outcome) {
  const eviction::Slot slot = keys_.find(key);
  List<Ticket>& waiting = waiters(slot);
  while (!waiting.empty()) {
    Ticket& ticket = waiting.front();
    ticket.unlink();
    ticket.owner->landed(outcome);
  }
  keys_.remove(slot);
}

SingleFlight::Ticket& SingleFlight::take_ticket() {
  if (!free_tickets_) return tickets_.emplace_back();
  Ticket* ticket = free_tickets_;
  free_tickets_ = ticket->next;
  return *ticket;
}

void SingleFlight::give_back(Ticket* first) {
  while (first) {
    Ticket* next = first->next;
    first->unlink();
    first->next = std::exchange(free_tickets_, first);
    first = next;
  }
}

void SingleFlight::Waiting::landed(Outcome outcome) {
  if (outcome != Outcome::ok) outcome_ = outcome;
  if (--pending_ == 0 && waiter_) owner_.simulator_.schedule_after(*this, 0);
}

SingleFlight::Flight::Flight(SingleFlight& owner, std::span<const std::uint64_t> keys)
    : owner_(owner), keys_(keys) {
  for (const std::uint64_t key : keys_) owner_.begin(key);
}

void SingleFlight::Flight::land(Outcome outcome) {
  for (const std::uint64_t key : std::exchange(keys_, {})) owner_.land(key, outcome);
}

}  // namespace windtunnel
