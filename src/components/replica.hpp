#pragma once
#include <coroutine>
#include <cstdint>

#include "components/call.hpp"
#include "kernel/list.hpp"
#include "kernel/occupancy.hpp"
#include "kernel/task.hpp"
#include "network/network.hpp"

namespace windtunnel {

class Component;
class Replica;
class Hosted;

/// Told what becomes of a component's replicas (the fact; when somebody notices is the watcher's matter).
class ReplicaWatcher : public ListNode {
 public:
  virtual ~ReplicaWatcher() = default;
  /// A new replica takes calls from now on.
  virtual void replica_added(Replica& replica) = 0;
  /// It has died or come back.
  virtual void replica_changed(Replica& replica) = 0;
  /// It takes no new calls, or takes them again (scaling down, draining).
  virtual void replica_opened(Replica& replica, bool open) = 0;
};

/// One running copy of a component: where it stands, whether it lives, and the calls that it works on.
class Replica {
 public:
  Replica(Component& owner, int index, PlaceId place);
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  Component& owner() const { return *owner_; }
  std::uint16_t index() const { return index_; }
  PlaceId place() const { return place_; }
  bool up() const { return up_; }
  /// Whether it takes new calls: not while it starts or drains.
  bool open() const { return open_; }
  void set_open(bool open);
  /// 1 while it is up and takes calls, else 0; its integral is the capacity that was there.
  const Occupancy& alive() const { return alive_; }
  /// Work takes this many times as long as normal (gray failure, throttling).
  double slowness() const { return slowness_; }
  void set_slowness(double factor) { slowness_ = factor; }

  /// Tasks of this replica that no caller waits for (work after the reply); they die with it.
  TaskGroup& own_tasks() { return own_tasks_; }

  /// Stops at once: every call inside ends `unreachable`, its connection being reset. Crashes add up, and it
  /// runs again when it has been restarted after each.
  void crash();
  void restart();

 private:
  friend class Hosted;
  friend class Component;
  Component* owner_;
  std::uint16_t index_;
  PlaceId place_;
  bool up_ = true;
  int crashes_ = 0;
  bool open_ = true;
  double slowness_ = 1;
  Occupancy alive_;
  List<Hosted> hosted_;
  TaskGroup own_tasks_;
};

/// `co_await Hosted(replica, task)`: the task runs on the replica and ends with it, should it crash.
class [[nodiscard]] Hosted : public ListNode {
 public:
  Hosted(Replica& replica, Task<Reply> task) : replica_(replica), task_(std::move(task)) {}
  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    replica_.hosted_.push_back(*this);
    return task_.start(waiter);
  }
  Reply await_resume() {
    unlink();
    return task_ ? task_.result() : Reply::error(Outcome::unreachable);
  }

 private:
  friend class Replica;
  void kill() {
    unlink();
    task_.reset();
    waiter_.resume();
  }
  Replica& replica_;
  Task<Reply> task_;
  std::coroutine_handle<> waiter_;
};

}  // namespace windtunnel
