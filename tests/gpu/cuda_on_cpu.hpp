#pragma once
// The words of CUDA that the calibration kernels use, on a CPU: every thread of a block is a fiber, barriers
// and warp exchanges hand over to the next. Include it before a kernel header; then `run_grid` runs the very
// source that nvcc compiles. It checks logic and indexing, not memory ordering between barriers and not
// speed.
//
// A warp's exchanges assume that all its 32 lanes take part, as the kernels do.

#define WINDTUNNEL_CUDA_ON_CPU 1

#include <ucontext.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#define __global__
#define __device__
#define __shared__ static
#define __forceinline__ inline
#define __launch_bounds__(...)
#define WINDTUNNEL_DYNAMIC_SHARED(name) unsigned char* name = cuda_on_cpu::block().dynamic_shared()

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

namespace cuda_on_cpu {

inline constexpr unsigned kWarp = 32;

/// One block at a time: its fibers, where each waits, and what the lanes of a warp show each other.
class Block {
 public:
  dim3 grid, index, size;
  unsigned thread = 0;  ///< the fiber that runs now

  void run(const std::function<void()>& body, std::size_t shared_bytes);
  unsigned char* dynamic_shared() { return shared_.get(); }

  void wait_for_block() { wait(block_barrier_, alive_); }
  void wait_for_warp() { wait(warp_barriers_[thread / kWarp], kWarp); }

  /// Every lane shows a value; the result is what all lanes of the caller's warp showed. Valid until the next
  /// call.
  template <class T>
  std::vector<T> exchange(const T& mine) {
    static_assert(sizeof(T) <= sizeof(Slot));
    const unsigned warp = thread / kWarp;
    std::memcpy(&slots_[thread], &mine, sizeof(T));
    wait_for_warp();
    std::vector<T> all(kWarp);
    for (unsigned lane = 0; lane < kWarp; ++lane)
      std::memcpy(&all[lane], &slots_[warp * kWarp + lane], sizeof(T));
    wait_for_warp();
    return all;
  }

 private:
  struct Barrier {
    unsigned arrived = 0;
    unsigned generation = 0;
  };
  struct Slot {
    unsigned char bytes[64];
  };
  static constexpr std::size_t kStackBytes = 128 * 1024;

  void wait(Barrier& barrier, const unsigned& expected);
  void yield() { swapcontext(&fibers_[thread], &scheduler_); }
  static void start();

  std::vector<ucontext_t> fibers_;
  std::vector<std::unique_ptr<unsigned char[]>> stacks_;
  std::vector<bool> finished_;
  std::vector<Slot> slots_;
  std::vector<Barrier> warp_barriers_;
  Barrier block_barrier_;
  unsigned alive_ = 0;
  ucontext_t scheduler_{};
  const std::function<void()>* body_ = nullptr;
  std::unique_ptr<unsigned char[]> shared_;
};

inline Block& block() {
  static Block the_block;
  return the_block;
}

inline void Block::wait(Barrier& barrier, const unsigned& expected) {
  const unsigned generation = barrier.generation;
  ++barrier.arrived;
  while (barrier.generation == generation) {
    if (barrier.arrived >= expected) {
      barrier.arrived = 0;
      ++barrier.generation;
      return;
    }
    yield();
  }
}

inline void Block::start() {
  Block& b = block();
  (*b.body_)();
  b.finished_[b.thread] = true;
  --b.alive_;
  b.yield();
}

inline void Block::run(const std::function<void()>& body, std::size_t shared_bytes) {
  const unsigned threads = size.x;
  body_ = &body;
  // 16-byte alignment as on the device; poisoned, since shared memory starts undefined.
  shared_.reset(new unsigned char[std::max<std::size_t>(shared_bytes, 16)]);
  std::memset(shared_.get(), 0xff, shared_bytes);
  fibers_.assign(threads, ucontext_t{});
  finished_.assign(threads, false);
  slots_.assign(threads, Slot{});
  warp_barriers_.assign((threads + kWarp - 1) / kWarp, Barrier{});
  block_barrier_ = Barrier{};
  alive_ = threads;
  while (stacks_.size() < threads) stacks_.emplace_back(new unsigned char[kStackBytes]);
  for (unsigned t = 0; t < threads; ++t) {
    getcontext(&fibers_[t]);
    fibers_[t].uc_stack.ss_sp = stacks_[t].get();
    fibers_[t].uc_stack.ss_size = kStackBytes;
    fibers_[t].uc_link = nullptr;
    makecontext(&fibers_[t], &Block::start, 0);
  }
  while (alive_ > 0)
    for (thread = 0; thread < threads; ++thread)
      if (!finished_[thread]) swapcontext(&scheduler_, &fibers_[thread]);
}

/// Runs `kernel(argument)` for every block of the grid, one after the other.
template <class Kernel, class Argument>
void run_grid(Kernel kernel, dim3 grid, unsigned threads, const Argument& argument,
              std::size_t shared_bytes = 0) {
  Block& b = block();
  b.grid = grid;
  b.size = dim3{threads, 1, 1};
  const std::function<void()> body = [&] { kernel(argument); };
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) {
        b.index = dim3{x, y, z};
        b.run(body, shared_bytes);
      }
}

inline dim3 thread_index() { return dim3{block().thread, 0, 0}; }

}  // namespace cuda_on_cpu

#define threadIdx (cuda_on_cpu::thread_index())
#define blockIdx (cuda_on_cpu::block().index)
#define blockDim (cuda_on_cpu::block().size)
#define gridDim (cuda_on_cpu::block().grid)

inline void __syncthreads() { cuda_on_cpu::block().wait_for_block(); }

template <class T>
T __shfl_xor_sync(unsigned, T value, int distance) {
  const unsigned lane = cuda_on_cpu::block().thread % cuda_on_cpu::kWarp;
  return cuda_on_cpu::block().exchange(value)[lane ^ static_cast<unsigned>(distance)];
}

inline std::uint32_t atomicAdd(std::uint32_t* counter, std::uint32_t more) {
  const std::uint32_t before = *counter;
  *counter += more;
  return before;
}

inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
using std::max;
using std::min;

// Asynchronous copies happen at once.
inline void __pipeline_memcpy_async(void* to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
}
inline void __pipeline_commit() {}
inline void __pipeline_wait_prior(int) {}

#include "gpu/kernels/element.hpp"

namespace windtunnel::calibrate {

/// mma.sync.aligned.m16n8k16 (PTX ISA): lane 4g + t holds rows g and g + 8 of a and d, column g of b.
inline void multiply_add_tile(float (&d)[4], const std::uint32_t (&a)[4], std::uint32_t b0,
                              std::uint32_t b1) {
  struct Operands {
    std::uint32_t a[4], b[2];
  };
  const auto all = cuda_on_cpu::block().exchange(Operands{{a[0], a[1], a[2], a[3]}, {b0, b1}});
  const auto half = [](std::uint32_t word, int upper) {
    return bits_to_float(upper ? word & 0xffff0000u : word << 16);
  };
  const int lane = static_cast<int>(cuda_on_cpu::block().thread % cuda_on_cpu::kWarp);
  for (int i = 0; i < 4; ++i) {
    const int row = lane / 4 + i / 2 * 8;
    const int column = lane % 4 * 2 + i % 2;
    for (int k = 0; k < 16; ++k) {
      const Operands& left = all[row % 8 * 4 + k % 8 / 2];
      const Operands& right = all[column * 4 + k % 8 / 2];
      d[i] += half(left.a[row / 8 + k / 8 * 2], k % 2) * half(right.b[k / 8], k % 2);
    }
  }
}

inline void load_tiles_from(std::uint32_t (&to)[4], const Bf16* row, bool transposed) {
  const auto rows = cuda_on_cpu::block().exchange(row);
  const int lane = static_cast<int>(cuda_on_cpu::block().thread % cuda_on_cpu::kWarp);
  for (int matrix = 0; matrix < 4; ++matrix) {
    const auto element = [&](int r, int c) -> std::uint32_t { return rows[matrix * 8 + r][c].bits; };
    const int r = lane / 4;
    const int c = lane % 4 * 2;
    to[matrix] =
        transposed ? element(c, r) | element(c + 1, r) << 16 : element(r, c) | element(r, c + 1) << 16;
  }
}

inline void load_tiles(std::uint32_t (&to)[4], const Bf16* row) { load_tiles_from(to, row, false); }
inline void load_tiles_transposed(std::uint32_t (&to)[4], const Bf16* row) { load_tiles_from(to, row, true); }

}  // namespace windtunnel::calibrate
