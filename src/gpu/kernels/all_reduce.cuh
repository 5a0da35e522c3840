#pragma once
// All-reduce over GPUs that can read and write each other's memory.

#include "gpu/kernels/language.cuh"

namespace windtunnel::calibrate {

constexpr int kMostPeers = 16;
constexpr int kAllReduceThreads = 512;

struct AllReduceArguments {
  const Bf16* in[kMostPeers];  ///< each GPU's contribution
  Bf16* out[kMostPeers];       ///< each GPU's copy of the sum
  int peers;
  long long first;  ///< the slice that this GPU sums, in groups of eight elements
  long long last;
};

/// One GPU's share: it reads its slice from every peer, adds, and writes the sum to every peer. Every GPU
/// reads and writes (peers − 1) / peers of the message over the link, the least that an all-reduce can do
/// (Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms", 2009, theorem 1).
inline __global__ void __launch_bounds__(kAllReduceThreads) all_reduce_slice(AllReduceArguments a) {
  const long long stride = static_cast<long long>(gridDim.x) * kAllReduceThreads;
  const long long thread = static_cast<long long>(blockIdx.x) * kAllReduceThreads + threadIdx.x;
  for (long long i = a.first + thread; i < a.last; i += stride) {
    float sum[8] = {};
    for (int peer = 0; peer < a.peers; ++peer) {
      float values[8];
      unpack(load8(a.in[peer] + 8 * i), values);
      for (int j = 0; j < 8; ++j) sum[j] += values[j];
    }
    const Packed8 packed = pack(sum);
    for (int peer = 0; peer < a.peers; ++peer) store8(a.out[peer] + 8 * i, packed);
  }
}

}  // namespace windtunnel::calibrate
