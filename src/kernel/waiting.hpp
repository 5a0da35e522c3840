#pragma once
#include <coroutine>
#include <cstdint>

#include "kernel/list.hpp"
#include "kernel/simulator.hpp"
#include "kernel/task.hpp"

namespace windtunnel {

/// Tasks that wait until somebody says that they may go on (a single flight that has landed). They go on at
/// that instant, in the order in which they came, each as an event of its own.
class WaitList {
 public:
  explicit WaitList(Simulator& simulator) : simulator_(simulator) {}

  class [[nodiscard]] Wait : public Event, public ListNode {
   public:
    explicit Wait(WaitList& owner) : Event(&Wait::wake), owner_(owner) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      waiter_ = waiter;
      owner_.waiting_.push_back(*this);
    }
    void await_resume() const {}

   private:
    friend class WaitList;
    static void wake(Event& event) { static_cast<Wait&>(event).waiter_.resume(); }
    WaitList& owner_;
    std::coroutine_handle<> waiter_;
  };

  Wait wait() { return Wait(*this); }
  bool empty() const { return waiting_.empty(); }
  /// One that is destroyed before it runs takes its turn with it: hand over nothing that must not be lost.
  void wake_one() {
    if (waiting_.empty()) return;
    Wait& first = waiting_.front();
    first.ListNode::unlink();
    simulator_.schedule_after(first, 0);
  }
  void wake_all() {
    while (!waiting_.empty()) wake_one();
  }

 private:
  Simulator& simulator_;
  List<Wait> waiting_;
};

/// Branches that run side by side and one that waits until enough of them have arrived. Branches still running
/// when the join leaves its scope are destroyed with it; the one that waits goes on through an event, never from
/// inside a branch, so that this is always safe.
///
///   Join join(simulator, count);               // or fewer than are started, for "the first k of n"
///   for (...) join.start(branch(join, ...));   // each ends with join.arrive()
///   co_await join;
class Join : Event {
 public:
  Join(Simulator& simulator, int needed) : Event(&Join::wake), simulator_(simulator), needed_(needed) {}

  void start(Task<> branch) { branches_.start(std::move(branch)); }
  void arrive() {
    if (--needed_ == 0 && waiter_) simulator_.schedule_after(*this, 0);
  }
  /// Stops waiting for more: whoever waits goes on now.
  void enough() {
    if (needed_ <= 0) return;
    needed_ = 1;
    arrive();
  }
  int missing() const { return needed_; }

  bool await_ready() const { return needed_ <= 0; }
  void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
  void await_resume() const {}

 private:
  static void wake(Event& event) { static_cast<Join&>(event).waiter_.resume(); }
  Simulator& simulator_;
  int needed_;
  std::coroutine_handle<> waiter_;
  TaskGroup branches_;
};

}  // namespace windtunnel
