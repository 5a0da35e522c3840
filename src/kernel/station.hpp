#pragma once
#include <array>
#include <coroutine>
#include <cstdint>

#include "kernel/event_queue.hpp"
#include "kernel/list.hpp"
#include "kernel/occupancy.hpp"
#include "kernel/simulator.hpp"

namespace windtunnel {

enum class Discipline { fifo, lifo, priority, preemptive_priority };

/// How many wait at most; beyond it an arrival is refused at once.
inline constexpr std::int64_t unbounded = INT64_MAX;

/// c identical servers and one queue in front of them (FIFO, LIFO, priorities 0 = first .. 7,
/// preemptive-resume).
///
/// Two ways to use it: `co_await station.serve(work)` takes a server for a known time and costs one event
/// however long the wait; `co_await station.acquire()` gives a lease that holds a server until it leaves its
/// scope. Destroying whoever waits or is served frees the place or the server.
class Station {
 public:
  static constexpr int priorities = 8;
  struct Admission {
    bool admitted;
    Nanoseconds waited;
  };
  class Lease;
  class Serve;
  class Acquire;

  Station(Simulator& simulator, int servers, Discipline discipline = Discipline::fifo,
          std::int64_t queue_limit = unbounded)
      : simulator_(simulator), servers_(servers), queue_limit_(queue_limit), discipline_(discipline) {}
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  Serve serve(Nanoseconds work, int priority = 0);
  Acquire acquire(int priority = 0);
  /// The same for somebody who was admitted before and comes back: never refused.
  Acquire reacquire(int priority = 0);

  int servers() const { return servers_; }
  std::int64_t busy() const { return busy_.value(); }
  std::int64_t queued() const { return queue_.value(); }
  /// Time averages; see Occupancy.
  const Occupancy& busy_servers() const { return busy_; }
  const Occupancy& queue_length() const { return queue_; }
  const Simulator& simulator() const { return simulator_; }

  /// More or fewer servers from now on; those in use finish first.
  void set_servers(int servers);
  void set_queue_limit(std::int64_t limit) { queue_limit_ = limit; }

 private:
  enum class State : std::uint8_t { idle, queued, served, refused };
  /// Someone in the station; what happens at the start of service depends on the way of use.
  struct Visitor : Event, ListNode {
    Visitor(Station& station, Action at_wake, int priority, bool wants_lease)
        : Event(at_wake), owner(station), urgency(static_cast<std::uint8_t>(priority)), lease(wants_lease) {}
    ~Visitor() { owner.leave(*this); }
    Station& owner;
    std::coroutine_handle<> waiter;
    Nanoseconds arrived = 0;
    Nanoseconds work = 0;  // still to be done
    Nanoseconds waited = 0;
    std::uint8_t urgency;
    bool lease;
    bool admitted_before = false;
    State state = State::idle;
  };

  bool enter(Visitor& visitor);
  void leave(Visitor& visitor);
  void begin(Visitor& visitor);
  void enqueue(Visitor& visitor, bool at_front);
  void free_server();
  bool preempt_for(const Visitor& visitor);
  int queue_of(const Visitor& visitor) const { return by_class() ? visitor.urgency : 0; }
  bool by_class() const {
    return discipline_ == Discipline::priority || discipline_ == Discipline::preemptive_priority;
  }

  Simulator& simulator_;
  int servers_;
  std::int64_t queue_limit_;
  Discipline discipline_;
  std::uint32_t waiting_classes_ = 0;  // bit p: someone of priority p waits
  Occupancy busy_;
  Occupancy queue_;
  std::array<List<Visitor>, priorities> waiting_;
  List<Visitor> preemptible_;  // in service, in order of start; kept for preemptive_priority alone
};

/// A server held; freed when the lease leaves its scope.
class Station::Lease {
 public:
  Lease() = default;
  Lease(Station* station, Nanoseconds waited) : station_(station), waited_(waited) {}
  Lease(Lease&& other) noexcept : station_(other.station_), waited_(other.waited_) {
    other.station_ = nullptr;
  }
  Lease& operator=(Lease&& other) noexcept {
    release();
    station_ = other.station_;
    waited_ = other.waited_;
    other.station_ = nullptr;
    return *this;
  }
  ~Lease() { release(); }
  /// False where the queue was full.
  explicit operator bool() const { return station_ != nullptr; }
  Nanoseconds waited() const { return waited_; }
  void release() {
    if (station_) station_->free_server();
    station_ = nullptr;
  }

 private:
  Station* station_ = nullptr;
  Nanoseconds waited_ = 0;
};

class [[nodiscard]] Station::Serve : Visitor {
 public:
  Serve(Station& station, Nanoseconds duration, int priority)
      : Visitor(station, &Serve::finished, priority, false) {
    work = duration;
  }
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> caller) {
    waiter = caller;
    return owner.enter(*this);
  }
  Admission await_resume() const { return {state != State::refused, waited}; }

 private:
  static void finished(Event& event);
};

class [[nodiscard]] Station::Acquire : Visitor {
 public:
  Acquire(Station& station, int priority, bool came_back = false)
      : Visitor(station, &Acquire::granted, priority, true) {
    admitted_before = came_back;
  }
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> caller) {
    waiter = caller;
    return owner.enter(*this) && state == State::queued;
  }
  Lease await_resume() {
    if (state != State::served) return {};
    state = State::idle;  // the server is the lease's from here on
    return {&owner, waited};
  }

 private:
  static void granted(Event& event) { static_cast<Acquire&>(event).waiter.resume(); }
};

inline Station::Serve Station::serve(Nanoseconds work, int priority) { return Serve(*this, work, priority); }
inline Station::Acquire Station::acquire(int priority) { return Acquire(*this, priority); }
inline Station::Acquire Station::reacquire(int priority) { return Acquire(*this, priority, true); }

}  // namespace windtunnel
