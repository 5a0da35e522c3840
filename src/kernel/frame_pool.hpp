#pragma once
#include <cstddef>

namespace windtunnel {

/// Memory for coroutine frames: free lists by size, one set per thread, because frames come and go by the
/// million. A simulation may move to another thread between its steps; what a thread leaves behind serves the
/// next. Memory is kept for reuse until the program ends.
class FramePool {
 public:
  static void* allocate(std::size_t size);
  static void release(void* frame, std::size_t size) noexcept;

  /// Ends the program: see checked_frame in task.hpp.
  [[noreturn]] static void report_wrong_layout() noexcept;
};

}  // namespace windtunnel
