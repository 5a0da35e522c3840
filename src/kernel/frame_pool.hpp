#pragma once
#include <cstddef>

namespace windtunnel {

/// Memory for coroutine frames: free lists by size, one set per thread, because a simulation stays on its
/// thread and frames come and go by the million. Memory is kept for reuse until the thread ends.
class FramePool {
 public:
  static void* allocate(std::size_t size);
  static void release(void* frame, std::size_t size) noexcept;

  /// Ends the program: see checked_frame in task.hpp.
  [[noreturn]] static void report_wrong_layout() noexcept;
};

}  // namespace windtunnel
