#include "kernel/frame_pool.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace windtunnel {
namespace {

constexpr std::size_t class_bytes = 32;
constexpr std::size_t largest_pooled = 2048;
constexpr std::size_t chunk_bytes = 64 * 1024;

struct FreeFrame {
  FreeFrame* next;
};

constexpr std::size_t classes = largest_pooled / class_bytes + 1;

/// What threads leave behind. A world may be built on one thread, run on another and end on a third: its
/// frames must outlive the threads that made them, and serve those that come.
class Depot {
 public:
  static Depot& instance() {
    static Depot depot;
    return depot;
  }
  std::byte* new_chunk() {
    const std::lock_guard lock(mutex_);
    chunks_.push_back(std::make_unique<std::byte[]>(chunk_bytes));
    return chunks_.back().get();
  }
  /// All frames of a size that have been left; null where there are none.
  FreeFrame* take(std::size_t size_class) {
    const std::lock_guard lock(mutex_);
    return std::exchange(free_[size_class], nullptr);
  }
  void leave(std::size_t size_class, FreeFrame* first) {
    if (!first) return;
    FreeFrame* last = first;
    while (last->next) last = last->next;
    const std::lock_guard lock(mutex_);
    last->next = std::exchange(free_[size_class], first);
  }

 private:
  std::mutex mutex_;
  std::array<FreeFrame*, classes> free_{};
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
};

/// One thread's frames; the fast paths need no lock.
struct Pool {
  std::array<FreeFrame*, classes> free{};
  Depot& depot = Depot::instance();
  std::byte* fresh = nullptr;
  std::size_t fresh_bytes = 0;

  ~Pool() {
    for (std::size_t size_class = 0; size_class < classes; ++size_class)
      depot.leave(size_class, free[size_class]);
  }
  void* carve(std::size_t size_class) {
    const std::size_t bytes = size_class * class_bytes;
    if (fresh_bytes < bytes) {
      if (FreeFrame* left = depot.take(size_class)) {
        free[size_class] = left->next;
        return left;
      }
      fresh = depot.new_chunk();
      fresh_bytes = chunk_bytes;
    }
    void* frame = fresh;
    fresh += bytes;
    fresh_bytes -= bytes;
    return frame;
  }
};

thread_local Pool pool;

// Sanitizers must see every frame's life, so that a use after its end is found.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool pooled = false;
#else
constexpr bool pooled = true;
#endif

}  // namespace

void* FramePool::allocate(std::size_t size) {
  const std::size_t size_class = (size + class_bytes - 1) / class_bytes;
  if (!pooled || size > largest_pooled) return ::operator new(size);
  if (FreeFrame* frame = pool.free[size_class]) {
    pool.free[size_class] = frame->next;
    return frame;
  }
  return pool.carve(size_class);
}

void FramePool::release(void* frame, std::size_t size) noexcept {
  if (!pooled || size > largest_pooled) return ::operator delete(frame);
  const std::size_t size_class = (size + class_bytes - 1) / class_bytes;
  pool.free[size_class] = new (frame) FreeFrame{pool.free[size_class]};
}

void FramePool::report_wrong_layout() noexcept {
  std::fputs(
      "The compiler has laid out a coroutine's frame wrongly: give what is awaited in the condition of an "
      "if, "
      "while or switch a name first (docs/kernel.md).\n",
      stderr);
  std::abort();
}

}  // namespace windtunnel
