#pragma once
#include <coroutine>
#include <cstdint>
#include <vector>

#include "kernel/event_queue.hpp"
#include "kernel/occupancy.hpp"
#include "kernel/simulator.hpp"

namespace windtunnel {

/// Processor sharing: n jobs on c cores each run at rate min(1, c/n), as threads under a fair scheduler with
/// a vanishing time slice (Kleinrock 1967). All jobs attain service at one common rate, so a job ends when
/// the common attained service has grown by its work: a heap by that point and one pending event serve them
/// all.
class SharedStation {
 public:
  class Serve;
  SharedStation(Simulator& simulator, int cores) : simulator_(simulator), cores_(cores), next_end_(*this) {}
  SharedStation(const SharedStation&) = delete;
  SharedStation& operator=(const SharedStation&) = delete;

  /// `co_await station.serve(work)`: ends when `work` of core time has been given.
  Serve serve(Nanoseconds work);

  /// Jobs present; their time average is the mean number in the system.
  const Occupancy& jobs() const { return jobs_; }
  /// Cores in use, min(c, n).
  const Occupancy& busy_cores() const { return busy_; }
  int cores() const { return cores_; }
  void set_cores(int cores);

 private:
  struct NextEnd : Event {
    explicit NextEnd(SharedStation& owner) : Event(&NextEnd::happen), station(owner) {}
    static void happen(Event& event) { static_cast<NextEnd&>(event).station.finish_due(); }
    SharedStation& station;
  };

  void enter(Serve& job, Nanoseconds work);
  void leave(Serve& job);
  void attain();
  Nanoseconds time_to_next_end() const;
  void replan();
  void finish_due();
  void sift_up(std::size_t position);
  void sift_down(std::size_t position);
  void set(std::size_t position, Serve* job);
  void remove_at(std::size_t position);
  static bool before(const Serve& a, const Serve& b);

  Simulator& simulator_;
  int cores_;
  double attained_ = 0;  // service that every job present since the start would have had, in ns
  Nanoseconds attained_at_ = 0;
  Nanoseconds planned_end_ = 0;  // when next_end_ happens
  std::uint64_t arrivals_ = 0;
  std::vector<Serve*> heap_;  // first to end at the front
  Occupancy jobs_;
  Occupancy busy_;
  NextEnd next_end_;
};

class [[nodiscard]] SharedStation::Serve {
 public:
  Serve(SharedStation& station, Nanoseconds work) : station_(station), work_(work) {}
  Serve(const Serve&) = delete;
  ~Serve() {
    if (position_ != absent) station_.leave(*this);
  }
  bool await_ready() const { return work_ <= 0; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    station_.enter(*this, work_);
  }
  void await_resume() const {}

 private:
  friend class SharedStation;
  static constexpr std::size_t absent = SIZE_MAX;
  SharedStation& station_;
  Nanoseconds work_;
  double end_ = 0;  // in units of the station's attained service
  std::uint64_t order_ = 0;
  std::size_t position_ = absent;
  std::coroutine_handle<> waiter_;
};

inline SharedStation::Serve SharedStation::serve(Nanoseconds work) { return Serve(*this, work); }

}  // namespace windtunnel
