#include "kernel/frame_pool.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace windtunnel {
namespace {

constexpr std::size_t class_bytes = 32;
constexpr std::size_t largest_pooled = 2048;
constexpr std::size_t chunk_bytes = 64 * 1024;

struct FreeFrame {
  FreeFrame* next;
};

struct Pool {
  std::array<FreeFrame*, largest_pooled / class_bytes + 1> free{};
  std::vector<std::unique_ptr<std::byte[]>> chunks;
  std::byte* fresh = nullptr;
  std::size_t fresh_bytes = 0;

  void* carve(std::size_t bytes) {
    if (fresh_bytes < bytes) {
      chunks.push_back(std::make_unique<std::byte[]>(chunk_bytes));
      fresh = chunks.back().get();
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
  return pool.carve(size_class * class_bytes);
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
