#pragma once
// What the kernels use of CUDA. Compiled by nvcc it is CUDA; compiled by a plain C++ compiler the file that
// includes a kernel must first include an emulation of the same words (tests/gpu/cuda_on_cpu.hpp), so that
// the source of every kernel also runs, thread by thread, on a machine without a GPU.

#include "gpu/kernels/element.hpp"

#if defined(__CUDACC__)
#include <cuda_pipeline.h>
#include <cuda_runtime.h>
#define WINDTUNNEL_DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#define WINDTUNNEL_UNROLL _Pragma("unroll")
#elif !defined(WINDTUNNEL_CUDA_ON_CPU)
#error "kernels need nvcc, or the emulation of tests/gpu/cuda_on_cpu.hpp included before them"
#else
#define WINDTUNNEL_UNROLL
#endif

namespace windtunnel::calibrate {

constexpr int kWarpThreads = 32;
constexpr unsigned kWholeWarp = 0xffffffffu;

/// Sum over the `width` neighbouring lanes (a power of two) to which the caller belongs; all of them get it.
__device__ __forceinline__ float lanes_sum(float value, int width) {
  for (int distance = width / 2; distance > 0; distance /= 2)
    value += __shfl_xor_sync(kWholeWarp, value, distance);
  return value;
}

/// Sum over a block of whole warps, at most 32 of them; every thread gets it.
__device__ __forceinline__ float block_sum(float value) {
  __shared__ float partial[kWarpThreads];
  const int lane = static_cast<int>(threadIdx.x) % kWarpThreads;
  const int warp = static_cast<int>(threadIdx.x) / kWarpThreads;
  const int warps = static_cast<int>(blockDim.x) / kWarpThreads;
  value = lanes_sum(value, kWarpThreads);
  __syncthreads();  // an earlier call's readers are done
  if (lane == 0) partial[warp] = value;
  __syncthreads();
  return lanes_sum(lane < warps ? partial[lane] : 0.0f, kWarpThreads);
}

}  // namespace windtunnel::calibrate
