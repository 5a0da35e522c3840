#pragma once
// Decode attention: one new token per sequence against that sequence's whole context, in a paged cache.
//
// Memory-bound: each key and value is read once. All query heads that share a key-value head (grouped-query
// attention) are served by one block, and a long context is split over several blocks whose partial results
// are merged by a second kernel (Dao et al., "Flash-Decoding", 2023). CUDA cores only; FlashAttention-3 and
// FlashInfer are faster at large groups.

#include "gpu/kernels/language.cuh"
#include "gpu/kernels/paged_cache.hpp"

namespace windtunnel::calibrate {

constexpr int kDecodeThreads = 128;
constexpr int kDecodeWarps = kDecodeThreads / kWarpThreads;

struct DecodeArguments {
  const Bf16* queries;  ///< [sequence][head][HeadDim]
  PagedCache cache;
  const int* lengths;  ///< tokens in the cache, per sequence, at least 1
  int heads;
  int splits;        ///< blocks that share one sequence's context
  float scale_log2;  ///< log2(e) / sqrt(HeadDim): the softmax is taken in powers of two
  float* partial;    ///< [sequence][head][split][HeadDim + 2]: best score, sum of weights, weighted values
  Bf16* out;         ///< [sequence][head][HeadDim]
};

/// How many blocks should share one sequence so that the whole GPU is busy; a block gets at least 128 tokens.
inline int decode_splits(int sequences, int kv_heads, int longest_context, int multiprocessors) {
  const int wanted = (4 * multiprocessors + sequences * kv_heads - 1) / (sequences * kv_heads);
  const int useful = (longest_context + 127) / 128;
  const int splits = wanted < useful ? wanted : useful;
  return splits < 1 ? 1 : splits;
}

template <int HeadDim, int Group>
struct DecodeState {
  float query[Group][8];
  float best[Group];
  float sum[Group];
  float weighted[Group][8];
};

/// Takes `Steps · (32 / lanes per token)` tokens of one page into the running softmax (Milakov and
/// Gimelshein, "Online normalizer calculation for softmax", 2018, algorithm 3).
template <int HeadDim, int Group, int Steps>
__device__ __forceinline__ void attend_page_part(DecodeState<HeadDim, Group>& state, const Bf16* keys,
                                                 const Bf16* values, int first_token, int valid_tokens) {
  constexpr int kLanes = HeadDim / 8;
  constexpr int kRows = kWarpThreads / kLanes;
  const int lane = static_cast<int>(threadIdx.x) % kWarpThreads;
  const int part = lane % kLanes;
  const int row = lane / kLanes;

  Packed8 key[Steps];
  Packed8 value[Steps];
  WINDTUNNEL_UNROLL
  for (int step = 0; step < Steps; ++step) {
    const int token = first_token + step * kRows + row;
    key[step] = value[step] = Packed8{};
    if (token < valid_tokens) {
      key[step] = load8(keys + token * HeadDim + part * 8);
      value[step] = load8(values + token * HeadDim + part * 8);
    }
  }

  float score[Steps][Group];
  WINDTUNNEL_UNROLL
  for (int step = 0; step < Steps; ++step) {
    float k[8];
    unpack(key[step], k);
    const bool valid = first_token + step * kRows + row < valid_tokens;
    WINDTUNNEL_UNROLL
    for (int head = 0; head < Group; ++head) {
      float dot = 0.0f;
      WINDTUNNEL_UNROLL
      for (int i = 0; i < 8; ++i) dot += state.query[head][i] * k[i];
      dot = lanes_sum(dot, kLanes);
      score[step][head] = valid ? dot : -INFINITY;
    }
  }

  WINDTUNNEL_UNROLL
  for (int head = 0; head < Group; ++head) {
    float best = state.best[head];
    WINDTUNNEL_UNROLL
    for (int step = 0; step < Steps; ++step) best = fmaxf(best, score[step][head]);
    WINDTUNNEL_UNROLL
    for (int distance = kLanes; distance < kWarpThreads; distance *= 2)
      best = fmaxf(best, __shfl_xor_sync(kWholeWarp, best, distance));
    const float rescale = exp2f(state.best[head] - best);
    state.best[head] = best;
    state.sum[head] *= rescale;
    WINDTUNNEL_UNROLL
    for (int i = 0; i < 8; ++i) state.weighted[head][i] *= rescale;
    WINDTUNNEL_UNROLL
    for (int step = 0; step < Steps; ++step) {
      score[step][head] = exp2f(score[step][head] - best);
      state.sum[head] += score[step][head];
    }
  }

  WINDTUNNEL_UNROLL
  for (int step = 0; step < Steps; ++step) {
    float v[8];
    unpack(value[step], v);
    WINDTUNNEL_UNROLL
    for (int head = 0; head < Group; ++head) WINDTUNNEL_UNROLL
    for (int i = 0; i < 8; ++i) state.weighted[head][i] += score[step][head] * v[i];
  }
}

/// Merges the block's warps and writes this split's partial result, or the answer where there is one split.
template <int HeadDim, int Group>
__device__ __forceinline__ void finish_decode(DecodeState<HeadDim, Group>& state, const DecodeArguments& a) {
  __shared__ float best[kDecodeWarps][Group];
  __shared__ float sum[kDecodeWarps][Group];
  __shared__ float weighted[kDecodeWarps][Group][HeadDim];
  constexpr int kLanes = HeadDim / 8;
  const int lane = static_cast<int>(threadIdx.x) % kWarpThreads;
  const int warp = static_cast<int>(threadIdx.x) / kWarpThreads;

  WINDTUNNEL_UNROLL
  for (int head = 0; head < Group; ++head) {
    WINDTUNNEL_UNROLL
    for (int distance = kLanes; distance < kWarpThreads; distance *= 2) {
      state.sum[head] += __shfl_xor_sync(kWholeWarp, state.sum[head], distance);
      WINDTUNNEL_UNROLL
      for (int i = 0; i < 8; ++i)
        state.weighted[head][i] += __shfl_xor_sync(kWholeWarp, state.weighted[head][i], distance);
    }
    if (lane == 0) {
      best[warp][head] = state.best[head];
      sum[warp][head] = state.sum[head];
    }
    if (lane < kLanes) {
      WINDTUNNEL_UNROLL
      for (int i = 0; i < 8; ++i) weighted[warp][head][lane * 8 + i] = state.weighted[head][i];
    }
  }
  __syncthreads();

  const std::size_t first_head =
      static_cast<std::size_t>(blockIdx.z) * a.heads + static_cast<std::size_t>(blockIdx.y) * Group;
  for (int i = static_cast<int>(threadIdx.x); i < Group * HeadDim; i += kDecodeThreads) {
    const int head = i / HeadDim;
    const int dim = i % HeadDim;
    float top = -INFINITY;
    for (int w = 0; w < kDecodeWarps; ++w) top = fmaxf(top, best[w][head]);
    float total = 0.0f;
    float value = 0.0f;
    for (int w = 0; w < kDecodeWarps; ++w) {
      if (sum[w][head] == 0.0f) continue;  // a warp that had no page
      const float weight = exp2f(best[w][head] - top);
      total += weight * sum[w][head];
      value += weight * weighted[w][head][dim];
    }
    if (a.splits == 1) {
      a.out[(first_head + head) * HeadDim + dim] = to_bf16(value / total);
    } else {
      float* slot = a.partial + ((first_head + head) * a.splits + blockIdx.x) * (HeadDim + 2);
      if (dim == 0) {
        slot[0] = top;
        slot[1] = total;
      }
      slot[2 + dim] = value;
    }
  }
}

/// Grid: (splits, kv heads, sequences); kDecodeThreads threads. HeadDim is 64 or 128, Group = heads / kv
/// heads.
template <int HeadDim, int Group>
__global__ void __launch_bounds__(kDecodeThreads) decode_attention(DecodeArguments a) {
  constexpr int kLanes = HeadDim / 8;
  constexpr int kSteps = kPageTokens * kLanes / kWarpThreads;    // loads per lane that cover a page
  constexpr int kStepsAtOnce = Group > 4 ? kSteps / 2 : kSteps;  // keeps large groups out of local memory
  constexpr int kTokensAtOnce = kStepsAtOnce * (kWarpThreads / kLanes);
  const int sequence = static_cast<int>(blockIdx.z);
  const int kv_head = static_cast<int>(blockIdx.y);
  const int warp = static_cast<int>(threadIdx.x) / kWarpThreads;
  const int part = static_cast<int>(threadIdx.x) % kLanes;

  DecodeState<HeadDim, Group> state;
  WINDTUNNEL_UNROLL
  for (int head = 0; head < Group; ++head) {
    unpack(
        load8(a.queries + (static_cast<std::size_t>(sequence) * a.heads + kv_head * Group + head) * HeadDim +
              part * 8),
        state.query[head]);
    state.best[head] = -INFINITY;
    state.sum[head] = 0.0f;
    WINDTUNNEL_UNROLL
    for (int i = 0; i < 8; ++i) {
      state.query[head][i] *= a.scale_log2;
      state.weighted[head][i] = 0.0f;
    }
  }

  const int length = a.lengths[sequence];
  const int pages = (length + kPageTokens - 1) / kPageTokens;
  const int pages_per_split = (pages + a.splits - 1) / a.splits;
  const int first = static_cast<int>(blockIdx.x) * pages_per_split;
  const int last = min(first + pages_per_split, pages);
  for (int page = first + warp; page < last; page += kDecodeWarps) {
    const int where = a.cache.page_table[sequence * a.cache.pages_per_sequence + page];
    const std::size_t offset = page_offset(a.cache, where, kv_head);
    const int valid = min(kPageTokens, length - page * kPageTokens);
    WINDTUNNEL_UNROLL
    for (int token = 0; token < kPageTokens; token += kTokensAtOnce)
      if (token < valid)
        attend_page_part<HeadDim, Group, kStepsAtOnce>(state, a.cache.keys + offset, a.cache.values + offset,
                                                       token, valid);
  }
  finish_decode<HeadDim, Group>(state, a);
}

/// Merges the splits of each head. Grid: (heads, sequences); HeadDim threads.
template <int HeadDim>
__global__ void __launch_bounds__(HeadDim) merge_decode_splits(DecodeArguments a) {
  const std::size_t head = static_cast<std::size_t>(blockIdx.y) * a.heads + blockIdx.x;
  const float* slots = a.partial + head * a.splits * (HeadDim + 2);
  const int dim = static_cast<int>(threadIdx.x);
  float top = -INFINITY;
  for (int split = 0; split < a.splits; ++split) top = fmaxf(top, slots[split * (HeadDim + 2)]);
  float total = 0.0f;
  float value = 0.0f;
  for (int split = 0; split < a.splits; ++split) {
    const float* slot = slots + split * (HeadDim + 2);
    if (slot[1] == 0.0f) continue;  // a split beyond the end of a short sequence
    const float weight = exp2f(slot[0] - top);
    total += weight * slot[1];
    value += weight * slot[2 + dim];
  }
  a.out[head * HeadDim + dim] = to_bf16(value / total);
}

}  // namespace windtunnel::calibrate
