#pragma once
#include <coroutine>
#include <cstdint>

#include "kernel/list.hpp"
#include "kernel/simulator.hpp"
#include "kernel/task.hpp"

namespace windtunnel {

/// Tasks that wait until somebody says that they may go on (a single flight that has landed, a batch to
/// fill).
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

/// Branches that run side by side and one that waits until enough of them have arrived. Branches still
/// running when the join leaves its scope are destroyed with it.
///
///   Join join(count);                    // or fewer than are started, for "the first k of n"
///   for (...) join.start(branch(join, ...));   // each ends with join.arrive()
///   co_await join;
class Join {
 public:
  explicit Join(int needed) : needed_(needed) {}

  void start(Task<> branch) { branches_.start(std::move(branch)); }
  void arrive() {
    if (--needed_ == 0 && waiter_) std::exchange(waiter_, {}).resume();
  }
  /// Stops waiting for more: whoever waits goes on now.
  void enough() {
    if (needed_ > 0) {
      needed_ = 1;
      arrive();
    }
  }
  int missing() const { return needed_; }
  TaskGroup& branches() { return branches_; }

  bool await_ready() const { return needed_ <= 0; }
  void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
  void await_resume() const {}

 private:
  int needed_;
  std::coroutine_handle<> waiter_;
  TaskGroup branches_;
};

}  // namespace windtunnel
