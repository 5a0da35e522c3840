#pragma once
#include <cassert>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "kernel/frame_pool.hpp"
#include "kernel/list.hpp"

namespace windtunnel {

class TaskGroup;

/// What every task's frame knows: whom to resume at its end, or the group that keeps it when nobody waits.
class PromiseBase : public ListNode {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) noexcept {
      PromiseBase& promise = finished.promise();
      const std::coroutine_handle<> next = promise.continuation_;
      if (promise.linked()) {  // kept by a group: nobody will read the result
        promise.unlink();
        finished.destroy();
      }
      return next ? next : std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { std::abort(); }  // simulated behaviour does not throw

  static void* operator new(std::size_t size) { return FramePool::allocate(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { FramePool::release(frame, size); }

 private:
  template <class>
  friend class Task;
  friend class TaskGroup;
  std::coroutine_handle<> continuation_;
  std::coroutine_handle<> self_;
};

/// GCC 12 lays a frame out wrongly, eight bytes off, where `co_await` stands in the condition of an if, while
/// or switch and the body declares no variable in its outermost block; such a coroutine never runs past its
/// first resumption. It is found here, when it is created, instead of in its results. Give the awaited value
/// a name: `const bool ended = co_await ...; if (ended)`.
template <class Handle>
Handle checked_frame(Handle handle) {
  const auto address = reinterpret_cast<std::uintptr_t>(handle.address());
  if (address % alignof(std::max_align_t) != 0) [[unlikely]]
    FramePool::report_wrong_layout();
  return handle;
}

template <class T>
class Promise;

/// A behaviour in simulated time: a coroutine that starts when awaited, or when a group starts it. Destroying
/// the task destroys all that it holds and waits for.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { reset(); }

  explicit operator bool() const { return static_cast<bool>(handle_); }
  bool done() const { return handle_.done(); }
  void reset() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

  /// Runs the task from where a caller waits for it; it resumes `continuation` at its end.
  std::coroutine_handle<> start(std::coroutine_handle<> continuation) {
    handle_.promise().continuation_ = continuation;
    return handle_;
  }
  decltype(auto) result() { return handle_.promise().take(); }

  auto operator co_await() && {
    struct Awaiter {
      Task task;
      bool await_ready() const { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) { return task.start(waiter); }
      decltype(auto) await_resume() { return task.result(); }
    };
    return Awaiter{std::move(*this)};
  }

 private:
  friend class TaskGroup;
  Handle handle_;
};

template <class T>
class Promise : public PromiseBase {
 public:
  Task<T> get_return_object() {
    return Task<T>(checked_frame(std::coroutine_handle<Promise>::from_promise(*this)));
  }
  void return_value(T value) { value_ = std::move(value); }
  T take() { return std::move(value_); }

 private:
  T value_{};
};

template <>
class Promise<void> : public PromiseBase {
 public:
  Task<void> get_return_object() {
    return Task<void>(checked_frame(std::coroutine_handle<Promise>::from_promise(*this)));
  }
  void return_void() {}
  void take() {}
};

/// Owns tasks that nobody awaits; each is destroyed at its end, and those left when the group is.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  ~TaskGroup() { clear(); }

  /// Keeps the task and runs it up to its first wait.
  template <class T>
  void start(Task<T> task) {
    const auto handle = task.handle_;
    adopt(std::move(task));
    handle.resume();
  }

  /// Keeps a task that is already running; whoever waited for it does so no more.
  template <class T>
  void adopt(Task<T> task) {
    const auto handle = std::exchange(task.handle_, {});
    PromiseBase& promise = handle.promise();
    promise.continuation_ = {};
    promise.self_ = handle;
    tasks_.push_back(promise);
  }

  bool empty() const { return tasks_.empty(); }
  void clear() {
    while (!tasks_.empty()) {
      PromiseBase& promise = tasks_.front();
      promise.unlink();
      promise.self_.destroy();
    }
  }

 private:
  List<PromiseBase> tasks_;
};

}  // namespace windtunnel
