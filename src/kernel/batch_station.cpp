#include "kernel/batch_station.hpp"

#include <algorithm>
#include <cassert>

namespace windtunnel {

BatchStation::BatchStation(Simulator& simulator, int servers, const BatchRules& rules, BatchTimer& timer)
    : simulator_(simulator), servers_(servers), rules_(rules), timer_(timer), hold_(*this) {
  assert(rules.maximum >= 1 && rules.max_wait >= 0);
  rules_.preferred = std::min(rules.preferred, rules.maximum);  // a full batch has nothing to wait for
}

/// Takes a place in the queue, which may start a batch; false where the visitor is refused.
bool BatchStation::enter(Serve& visitor) {
  assert(visitor.items_ >= 1 && visitor.places_ >= 1 && visitor.urgency_ < Station::priorities);
  const bool server_free = busy_.value() < servers_;
  const bool starts_batch =
      server_free && (rules_.max_wait == 0 || waiting_places_ + visitor.places_ >= rules_.preferred);
  if (queue_.value() >= rules_.queue_limit && !starts_batch) {
    visitor.state_ = State::refused;
    return false;
  }
  visitor.arrived_ = simulator_.now();
  visitor.state_ = State::queued;
  waiting_[visitor.urgency_].push_back(visitor);
  queue_.add(1, simulator_.now());
  waiting_places_ += visitor.places_;
  if (server_free) start_batches();
  return true;
}

void BatchStation::leave(Serve& visitor) {
  if (visitor.state_ == State::queued) {
    queue_.add(-1, simulator_.now());
    waiting_places_ -= visitor.places_;
  }
  visitor.unlink();
}

/// Starts all the batches that may start now; otherwise sees to it that somebody looks again when the oldest
/// has waited long enough.
void BatchStation::start_batches() {
  while (busy_.value() < servers_ && waiting_places_ > 0) {
    if (waiting_places_ < rules_.preferred) {
      const Nanoseconds oldest = oldest_arrival();
      const Nanoseconds due = rules_.max_wait >= forever - oldest ? forever : oldest + rules_.max_wait;
      if (due > simulator_.now()) return look_again_at(due);
    }
    start_batch();
  }
}

/// The timer may ring too early, never too late: ringing early it only looks again.
void BatchStation::look_again_at(Nanoseconds due) {
  if (due == forever || (hold_.scheduled() && hold_due_ <= due)) return;
  hold_.cancel();
  hold_due_ = due;
  simulator_.schedule_at(hold_, due);
}

void BatchStation::start_batch() {
  if (free_batches_.empty()) {
    all_batches_.push_back(std::make_unique<Batch>(*this));
    free_batches_.push_back(all_batches_.back().get());
  }
  Batch& batch = *free_batches_.back();
  free_batches_.pop_back();
  int places = 0;
  int items = 0;
  while (List<Serve>* queue = first_queue()) {
    Serve& visitor = queue->front();
    if (places > 0 && visitor.places_ > rules_.maximum - places) break;
    places += visitor.places_;
    items += visitor.items_;
    take(visitor, batch);
  }
  batch.members.for_each([&](Serve& member) { member.batch_size_ = items; });
  busy_.add(1, simulator_.now());
  ++batches_;
  simulator_.schedule_after(batch, service_time(places, items));
}

void BatchStation::take(Serve& visitor, Batch& batch) {
  visitor.unlink();
  queue_.add(-1, simulator_.now());
  waiting_places_ -= visitor.places_;
  visitor.state_ = State::served;
  visitor.waited_ = simulator_.now() - visitor.arrived_;
  batch.members.push_back(visitor);
}

/// The server goes on with those who wait before those who were served go on.
void BatchStation::finish(Batch& batch) {
  busy_.add(-1, simulator_.now());
  start_batches();
  while (!batch.members.empty()) {  // one that goes on may destroy others
    Serve& visitor = batch.members.front();
    visitor.unlink();
    visitor.state_ = State::idle;
    visitor.waiter_.resume();
  }
  free_batches_.push_back(&batch);
}

List<BatchStation::Serve>* BatchStation::first_queue() {
  for (List<Serve>& queue : waiting_) {
    if (!queue.empty()) return &queue;
  }
  return nullptr;
}

Nanoseconds BatchStation::oldest_arrival() {
  Nanoseconds oldest = forever;
  for (List<Serve>& queue : waiting_) {
    if (!queue.empty()) oldest = std::min(oldest, queue.front().arrived_);
  }
  return oldest;
}

/// Of one batch, or of the consecutive ones of a visitor with more items than fit into one.
Nanoseconds BatchStation::service_time(int places, int items) {
  Nanoseconds total = 0;
  for (; places > rules_.maximum; places -= rules_.maximum) {
    total += timer_.service_time(rules_.maximum);
    items -= rules_.maximum;
  }
  return total + timer_.service_time(items);
}

void BatchStation::set_servers(int servers) {
  servers_ = servers;
  start_batches();
}

void BatchStation::Batch::ended(Event& event) {
  auto& batch = static_cast<Batch&>(event);
  batch.station.finish(batch);
}

}  // namespace windtunnel
