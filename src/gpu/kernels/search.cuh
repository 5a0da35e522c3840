#pragma once
// Brute-force vector search: every stored vector scored against a few queries, and the best k kept.

#include "gpu/kernels/language.cuh"

namespace windtunnel::calibrate {

constexpr int kSearchThreads = 256;
constexpr int kQueriesAtOnce = 4;
constexpr int kTopKMost = 1024;

struct ScoreArguments {
  const Bf16* vectors;  ///< [count][Width]
  const Bf16* queries;  ///< [kQueriesAtOnce][Width]
  float* scores;        ///< [kQueriesAtOnce][count]
  int count;
};

/// Inner products. Width / 8 lanes (at most 32) share a vector; warps stride over the vectors.
template <int Width>
__global__ void __launch_bounds__(kSearchThreads) score_vectors(ScoreArguments a) {
  constexpr int kLanes = Width / 8 < kWarpThreads ? Width / 8 : kWarpThreads;
  constexpr int kParts = Width / 8 / kLanes;
  constexpr int kVectorsAtOnce = kWarpThreads / kLanes;
  constexpr int kAhead = kParts == 1 ? 4 : 2;  // vectors on their way to a lane at once
  const int lane = static_cast<int>(threadIdx.x) % kWarpThreads;
  const int part = lane % kLanes;

  float query[kQueriesAtOnce][kParts][8];
  WINDTUNNEL_UNROLL
  for (int q = 0; q < kQueriesAtOnce; ++q) WINDTUNNEL_UNROLL
  for (int p = 0; p < kParts; ++p)
    unpack(load8(a.queries + q * Width + (p * kLanes + part) * 8), query[q][p]);

  const int warps = static_cast<int>(gridDim.x) * (kSearchThreads / kWarpThreads);
  const int warp = static_cast<int>(blockIdx.x * kSearchThreads + threadIdx.x) / kWarpThreads;
  const int stride = warps * kVectorsAtOnce;
  // All lanes of a warp stay in the loop together: the sums exchange values between them.
  for (int first = warp * kVectorsAtOnce; first < a.count; first += stride * kAhead) {
    Packed8 loaded[kAhead][kParts];
    WINDTUNNEL_UNROLL
    for (int n = 0; n < kAhead; ++n) {
      const int index = first + n * stride + lane / kLanes;
      WINDTUNNEL_UNROLL
      for (int p = 0; p < kParts; ++p)
        loaded[n][p] =
            index < a.count
                ? load8(a.vectors + static_cast<std::size_t>(index) * Width + (p * kLanes + part) * 8)
                : Packed8{};
    }
    WINDTUNNEL_UNROLL
    for (int n = 0; n < kAhead; ++n) {
      const int index = first + n * stride + lane / kLanes;
      float sum[kQueriesAtOnce] = {};
      WINDTUNNEL_UNROLL
      for (int p = 0; p < kParts; ++p) {
        float v[8];
        unpack(loaded[n][p], v);
        WINDTUNNEL_UNROLL
        for (int q = 0; q < kQueriesAtOnce; ++q) WINDTUNNEL_UNROLL
        for (int i = 0; i < 8; ++i) sum[q] += query[q][p][i] * v[i];
      }
      WINDTUNNEL_UNROLL
      for (int q = 0; q < kQueriesAtOnce; ++q) {
        sum[q] = lanes_sum(sum[q], kLanes);
        if (part == 0 && index < a.count) a.scores[static_cast<std::size_t>(q) * a.count + index] = sum[q];
      }
    }
  }
}

/// Unsigned keys in the order of the floats (Herf, "Radix Tricks", 2001).
__device__ __forceinline__ std::uint32_t ordered(float value) {
  const std::uint32_t bits = float_to_bits(value);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ __forceinline__ float from_ordered(std::uint32_t key) {
  return bits_to_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

struct TopKArguments {
  const float* scores;  ///< [row][length]
  const int* ids;       ///< like scores; null: an element's id is its place in the row
  int length;
  int chunk;           ///< elements of a row that one block looks at
  int k;               ///< at most kTopKMost
  float* best_scores;  ///< [row][chunks][k], descending; −infinity where a chunk has fewer
  int* best_ids;       ///< like best_scores; −1 where a chunk has fewer
};

constexpr int kRadixBits = 11;
constexpr int kRadixBins = 1 << kRadixBits;

struct TopKShared {
  std::uint32_t bins[kRadixBins];
  std::uint32_t running[kSearchThreads];
  unsigned long long best[kTopKMost];
  std::uint32_t digit;   ///< of the k-th largest key, in this round
  std::uint32_t wanted;  ///< elements still to be taken among those that share its prefix
  std::uint32_t above;
  std::uint32_t equal;
};

/// Finds the bin that holds the element number `shared.wanted` from the top; leaves the rest wanted in that
/// bin.
__device__ __forceinline__ void choose_bin(TopKShared& shared) {
  constexpr int kBinsPerThread = kRadixBins / kSearchThreads;
  const int thread = static_cast<int>(threadIdx.x);
  const int top = kRadixBins - 1 - thread * kBinsPerThread;  // thread 0 has the largest keys
  std::uint32_t mine = 0;
  for (int i = 0; i < kBinsPerThread; ++i) mine += shared.bins[top - i];
  shared.running[thread] = mine;
  __syncthreads();
  for (int distance = 1; distance < kSearchThreads; distance *= 2) {
    const std::uint32_t before = thread >= distance ? shared.running[thread - distance] : 0;
    __syncthreads();
    shared.running[thread] += before;
    __syncthreads();
  }
  const std::uint32_t wanted = shared.wanted;
  std::uint32_t taken = shared.running[thread] - mine;
  __syncthreads();
  if (taken < wanted && wanted <= taken + mine) {
    int bin = top;
    while (taken + shared.bins[bin] < wanted) taken += shared.bins[bin--];
    shared.digit = static_cast<std::uint32_t>(bin);
    shared.wanted = wanted - taken;
  }
  __syncthreads();
}

/// Sorts `count` (a power of two) entries, descending (Batcher, 1968, bitonic sort).
__device__ __forceinline__ void sort_descending(unsigned long long* entries, int count) {
  for (int size = 2; size <= count; size *= 2)
    for (int distance = size / 2; distance > 0; distance /= 2) {
      for (int i = static_cast<int>(threadIdx.x); i < count; i += kSearchThreads) {
        const int other = i ^ distance;
        if (other <= i) continue;
        const bool descending = (i & size) == 0;
        const unsigned long long a = entries[i];
        const unsigned long long b = entries[other];
        if ((a < b) == descending) {
          entries[i] = b;
          entries[other] = a;
        }
      }
      __syncthreads();
    }
}

/// The k largest of each chunk, by radix selection of the k-th and one more pass (Alabi et al., "Fast
/// K-selection algorithms for graphics processing units", 2012). Grid: (chunks, rows). Applied again to its
/// own output until one chunk is left, it gives the k largest of a row. Among equal scores at the border any
/// may be kept.
inline __global__ void __launch_bounds__(kSearchThreads) top_k(TopKArguments a) {
  __shared__ TopKShared shared;
  const int thread = static_cast<int>(threadIdx.x);
  const std::size_t row = blockIdx.y;
  const int first = static_cast<int>(blockIdx.x) * a.chunk;
  const int count = min(a.chunk, a.length - first);
  const int k = min(a.k, count);
  const float* scores = a.scores + row * a.length + first;
  if (thread == 0) {
    shared.wanted = static_cast<std::uint32_t>(k);
    shared.above = shared.equal = 0;
  }

  std::uint32_t prefix = 0;
  std::uint32_t prefix_mask = 0;
  for (const int shift : {21, 10, 0}) {
    const int bits = shift == 0 ? 10 : kRadixBits;
    for (int i = thread; i < kRadixBins; i += kSearchThreads) shared.bins[i] = 0;
    __syncthreads();
    for (int i = thread; i < count; i += kSearchThreads) {
      const std::uint32_t key = ordered(scores[i]);
      if ((key & prefix_mask) == prefix) atomicAdd(&shared.bins[(key >> shift) & ((1u << bits) - 1u)], 1u);
    }
    __syncthreads();
    choose_bin(shared);
    prefix |= shared.digit << shift;
    prefix_mask |= ((1u << bits) - 1u) << shift;
    __syncthreads();
  }

  const std::uint32_t equal_wanted = shared.wanted;
  const std::uint32_t first_equal = static_cast<std::uint32_t>(k) - equal_wanted;
  int padded = 1;
  while (padded < k) padded *= 2;
  for (int i = k + thread; i < padded; i += kSearchThreads) shared.best[i] = 0;
  for (int i = thread; i < count; i += kSearchThreads) {
    const std::uint32_t key = ordered(scores[i]);
    if (key < prefix) continue;
    std::uint32_t place;
    if (key > prefix) {
      place = atomicAdd(&shared.above, 1u);
    } else {
      place = atomicAdd(&shared.equal, 1u);
      if (place >= equal_wanted) continue;
      place += first_equal;
    }
    const int id = a.ids ? a.ids[row * a.length + first + i] : first + i;
    shared.best[place] = static_cast<unsigned long long>(key) << 32 | ~static_cast<std::uint32_t>(id);
  }
  __syncthreads();
  sort_descending(shared.best, padded);

  const std::size_t out = (row * gridDim.x + blockIdx.x) * a.k;
  for (int i = thread; i < a.k; i += kSearchThreads) {
    a.best_scores[out + i] =
        i < k ? from_ordered(static_cast<std::uint32_t>(shared.best[i] >> 32)) : -INFINITY;
    a.best_ids[out + i] = i < k ? static_cast<int>(~static_cast<std::uint32_t>(shared.best[i])) : -1;
  }
}

}  // namespace windtunnel::calibrate
