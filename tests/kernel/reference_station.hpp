#pragma once
#include <algorithm>
#include <vector>

#include "kernel/station.hpp"

namespace windtunnel::testing {

/// What one visitor of a station wants, and when it loses patience (whether it waits or is served).
struct Visit {
  Nanoseconds at;
  Nanoseconds work;
  int priority = 0;
  Nanoseconds leaves = forever;
};

/// From `at` on the station has so many servers.
struct Resize {
  Nanoseconds at;
  int servers;
};

/// The station as a textbook would write it, step by step over plain lists, without events or coroutines:
/// returns the end of each visit, or -1 for those refused or gone. Times must differ from each other.
class ReferenceStation {
 public:
  ReferenceStation(int servers, Discipline discipline, std::int64_t queue_limit)
      : servers_(servers), discipline_(discipline), queue_limit_(queue_limit) {}

  std::vector<Nanoseconds> run(const std::vector<Visit>& visits, const std::vector<Resize>& resizes) {
    ends_.assign(visits.size(), -1);
    std::size_t arrival = 0, resize = 0;
    for (;;) {
      Nanoseconds next = forever;
      if (arrival < visits.size()) next = visits[arrival].at;
      if (resize < resizes.size()) next = std::min(next, resizes[resize].at);
      for (const Job& job : jobs_) {
        next = std::min(next, job.leaves);
        if (job.served) next = std::min(next, now_ + job.left);
      }
      if (next == forever) return ends_;
      for (Job& job : jobs_) job.left -= job.served ? next - now_ : 0;
      now_ = next;
      remove_finished();
      if (resize < resizes.size() && resizes[resize].at == now_) servers_ = resizes[resize++].servers;
      fill_servers();
      if (arrival < visits.size() && visits[arrival].at == now_) {
        arrive(arrival, visits[arrival]);
        ++arrival;
      }
    }
  }

 private:
  struct Job {
    std::size_t id;
    Nanoseconds left;
    Nanoseconds leaves;
    int urgency;
    std::int64_t order;  // in the queue: lower first
    std::int64_t started;
    bool served;
  };

  void remove_finished() {
    for (std::size_t i = 0; i < jobs_.size();) {
      const bool finished = jobs_[i].served && jobs_[i].left == 0;
      if (finished) ends_[jobs_[i].id] = now_;
      if (finished || jobs_[i].leaves == now_) {
        jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }
  std::ptrdiff_t served() const {
    return std::count_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.served; });
  }
  void start(Job& job) {
    job.served = true;
    job.started = ++starts_;
  }
  void fill_servers() {
    while (served() < servers_ && served() < static_cast<std::ptrdiff_t>(jobs_.size())) {
      Job* next = nullptr;
      for (Job& job : jobs_) {
        if (!job.served && (!next || queue_before(job, *next))) next = &job;
      }
      start(*next);
    }
  }
  void arrive(std::size_t id, const Visit& visit) {
    ++entries_;
    Job job{id, visit.work, visit.leaves, visit.priority, entries_, 0, false};
    if (discipline_ == Discipline::fifo || discipline_ == Discipline::lifo) job.urgency = 0;
    if (discipline_ == Discipline::lifo) job.order = -entries_;
    if (served() < servers_) {
      start(job);
    } else if (Job* victim = victim_of(job)) {
      victim->served = false;
      victim->order = -entries_;
      start(job);
    } else if (static_cast<std::int64_t>(jobs_.size()) - served() >= queue_limit_) {
      return;
    }
    jobs_.push_back(job);
  }
  Job* victim_of(const Job& arriving) {
    if (discipline_ != Discipline::preemptive_priority) return nullptr;
    Job* victim = nullptr;
    for (Job& job : jobs_) {
      if (!job.served || job.urgency <= arriving.urgency) continue;
      if (!victim || job.urgency > victim->urgency ||
          (job.urgency == victim->urgency && job.started > victim->started)) {
        victim = &job;
      }
    }
    return victim;
  }
  static bool queue_before(const Job& a, const Job& b) {
    return a.urgency != b.urgency ? a.urgency < b.urgency : a.order < b.order;
  }

  int servers_;
  Discipline discipline_;
  std::int64_t queue_limit_;
  Nanoseconds now_ = 0;
  std::int64_t entries_ = 0;
  std::int64_t starts_ = 0;
  std::vector<Job> jobs_;
  std::vector<Nanoseconds> ends_;
};

}  // namespace windtunnel::testing
