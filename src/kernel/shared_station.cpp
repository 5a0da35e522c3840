#include "kernel/shared_station.hpp"

#include <algorithm>

namespace windtunnel {

bool SharedStation::before(const Serve& a, const Serve& b) {
  return a.end_ != b.end_ ? a.end_ < b.end_ : a.order_ < b.order_;
}

/// Brings the common attained service up to now.
void SharedStation::attain() {
  const Nanoseconds now = simulator_.now();
  const auto present = static_cast<double>(heap_.size());
  if (present > 0) {
    attained_ +=
        static_cast<double>(now - attained_at_) * std::min(1.0, static_cast<double>(cores_) / present);
  }
  attained_at_ = now;
}

/// Until the first job's work is done, to the nearest nanosecond, if nothing changes before.
Nanoseconds SharedStation::time_to_next_end() const {
  const double rate = std::min(1.0, static_cast<double>(cores_) / static_cast<double>(heap_.size()));
  const double left = std::max(0.0, heap_.front()->end_ - attained_) / rate;
  return left >= 9.2e18 ? forever : static_cast<Nanoseconds>(left + 0.5);
}

/// Sees to it that the event comes no later than the next end. Where it comes too early (arrivals since have
/// slowed everybody) it plans again: cheaper than moving it at every arrival.
void SharedStation::replan() {
  if (heap_.empty() || cores_ <= 0) return next_end_.cancel();
  const Nanoseconds left = time_to_next_end();
  const Nanoseconds end = left >= forever - simulator_.now() ? forever : simulator_.now() + left;
  if (next_end_.scheduled() && planned_end_ <= end) return;
  next_end_.cancel();
  planned_end_ = end;
  simulator_.schedule_at(next_end_, end);
}

void SharedStation::enter(Serve& job, Nanoseconds work) {
  attain();
  job.end_ = attained_ + static_cast<double>(work);
  job.order_ = ++arrivals_;
  if (static_cast<std::int64_t>(heap_.size()) < cores_) busy_.add(1, simulator_.now());
  jobs_.add(1, simulator_.now());
  heap_.push_back(&job);
  sift_up(heap_.size() - 1);
  replan();
}

void SharedStation::leave(Serve& job) {
  attain();
  remove_at(job.position_);
  replan();
}

/// Ends the first job if its work is done; another that is due as well gets an event of its own at this
/// instant.
void SharedStation::finish_due() {
  attain();
  if (time_to_next_end() == 0) {
    Serve& job = *heap_.front();
    remove_at(0);
    replan();
    job.waiter_.resume();
    return;
  }
  replan();
}

void SharedStation::set_cores(int cores) {
  attain();
  const auto present = static_cast<std::int64_t>(heap_.size());
  busy_.add(std::min<std::int64_t>(cores, present) - busy_.value(), simulator_.now());
  cores_ = cores;
  replan();
}

void SharedStation::set(std::size_t position, Serve* job) {
  heap_[position] = job;
  job->position_ = position;
}

void SharedStation::sift_up(std::size_t position) {
  Serve* job = heap_[position];
  while (position > 0) {
    const std::size_t parent = (position - 1) / 2;
    if (!before(*job, *heap_[parent])) break;
    set(position, heap_[parent]);
    position = parent;
  }
  set(position, job);
}

void SharedStation::sift_down(std::size_t position) {
  Serve* job = heap_[position];
  for (;;) {
    std::size_t child = 2 * position + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(*heap_[child + 1], *heap_[child])) ++child;
    if (!before(*heap_[child], *job)) break;
    set(position, heap_[child]);
    position = child;
  }
  set(position, job);
}

void SharedStation::remove_at(std::size_t position) {
  heap_[position]->position_ = Serve::absent;
  Serve* last = heap_.back();
  heap_.pop_back();
  if (position < heap_.size()) {
    set(position, last);
    sift_up(position);
    sift_down(last->position_);
  }
  jobs_.add(-1, simulator_.now());
  if (static_cast<std::int64_t>(heap_.size()) < cores_) busy_.add(-1, simulator_.now());
  // The origin of attained service is free while nobody is here; starting again at zero keeps it precise.
  if (heap_.empty()) attained_ = 0;
}

}  // namespace windtunnel
