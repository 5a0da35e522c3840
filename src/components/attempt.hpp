#pragma once
#include <coroutine>
#include <utility>

#include "components/call.hpp"
#include "kernel/simulator.hpp"
#include "kernel/task.hpp"
#include "kernel/timeout_lane.hpp"

namespace windtunnel {

/// `co_await Attempt(...)`: waits for a call's answer, at most as long as the lane says.
///
/// A timeout stops the waiting, not the work: the callee goes on in the background with what nobody waits
/// for, unless the attempt cancels. The same holds when the caller itself disappears.
class [[nodiscard]] Attempt : Timeout {
 public:
  Attempt(Simulator& simulator, Task<Reply> call, TimeoutLane* lane, bool cancels)
      : Timeout(&Attempt::expired),
        simulator_(simulator),
        call_(std::move(call)),
        lane_(lane),
        cancels_(cancels) {}
  ~Attempt() {
    if (running_) abandon();
  }
  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
    caller_ = caller;
    running_ = true;
    if (lane_) lane_->arm(*this);
    return call_.start(caller);
  }
  Reply await_resume() {
    if (!running_) return Reply::error(Outcome::timeout);
    running_ = false;
    disarm();
    return call_.result();
  }

 private:
  static void expired(Timeout& timeout) {
    auto& self = static_cast<Attempt&>(timeout);
    self.abandon();
    self.caller_.resume();
  }
  void abandon() {
    running_ = false;
    if (cancels_) {
      call_.reset();
    } else {
      simulator_.background().adopt(std::move(call_));
    }
  }
  Simulator& simulator_;
  Task<Reply> call_;
  TimeoutLane* lane_;
  std::coroutine_handle<> caller_;
  bool cancels_;
  bool running_ = false;
};

}  // namespace windtunnel
