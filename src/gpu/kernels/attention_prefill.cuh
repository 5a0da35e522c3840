#pragma once
// Prefill attention: a chunk of new tokens of one sequence against its past and, causally, itself.
//
// Compute-bound. The tiling of FlashAttention-2 (Dao, 2023, algorithm 1) on mma.sync: a block takes 64
// queries of one head, walks over the keys 64 at a time with the next tile copied ahead, and keeps scores in
// registers. It does not use Hopper's wgmma, so that FlashAttention-3 is about twice as fast there; profiles
// name the kernel.

#include "gpu/kernels/tensor_core.cuh"

namespace windtunnel::calibrate {

constexpr int kPrefillThreads = 128;
constexpr int kQueryTile = 64;
constexpr int kKeyTile = 64;

struct PrefillArguments {
  const Bf16* queries;  ///< [chunk][heads][HeadDim]
  const Bf16* keys;     ///< [past + chunk][kv_heads][HeadDim]
  const Bf16* values;   ///< like keys
  Bf16* out;            ///< like queries
  int chunk;
  int past;
  int heads;
  int kv_heads;
  float scale_log2;  ///< log2(e) / sqrt(HeadDim)
};

/// Rows in shared memory are padded by 16 bytes: the eight rows of a matrix then start in different banks.
template <int HeadDim>
constexpr int kTileStride = HeadDim + 8;

/// Shared memory of one block, in bytes: a query tile and two key and value tiles.
template <int HeadDim>
constexpr int kPrefillSharedBytes =
    (kQueryTile + 4 * kKeyTile) * kTileStride<HeadDim>* static_cast<int>(sizeof(Bf16));

/// Starts copying 64 rows; rows from `valid_rows` on become zero.
template <int HeadDim>
__device__ __forceinline__ void copy_tile(Bf16* to, const Bf16* from, std::size_t row_stride,
                                          int valid_rows) {
  constexpr int kVectors = HeadDim / 8;
  WINDTUNNEL_UNROLL
  for (int i = static_cast<int>(threadIdx.x); i < kKeyTile * kVectors; i += kPrefillThreads) {
    const int row = i / kVectors;
    const int column = i % kVectors * 8;
    Bf16* target = to + row * kTileStride<HeadDim> + column;
    if (row < valid_rows)
      __pipeline_memcpy_async(target, from + row * row_stride + column, sizeof(Packed8));
    else
      store8(target, Packed8{});
  }
}

/// What a warp keeps of its 16 query rows; each lane holds two of them, rows g and g + 8.
template <int HeadDim>
struct PrefillState {
  std::uint32_t query[HeadDim / 16][4];
  float weighted[HeadDim / 8][4];
  float best[2];
  float sum[2];
};

template <int HeadDim>
__device__ __forceinline__ void score_tile(const PrefillState<HeadDim>& state, const Bf16* keys,
                                           float (&score)[kKeyTile / 8][4]) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpThreads;
  const int matrix = lane / 8;
  WINDTUNNEL_UNROLL
  for (int tile = 0; tile < kKeyTile / 8; ++tile) WINDTUNNEL_UNROLL
  for (int i = 0; i < 4; ++i) score[tile][i] = 0.0f;
  WINDTUNNEL_UNROLL
  for (int step = 0; step < HeadDim / 16; ++step) WINDTUNNEL_UNROLL
  for (int tile = 0; tile < kKeyTile / 8; tile += 2) {
    std::uint32_t b[4];
    const int key = tile * 8 + matrix / 2 * 8 + lane % 8;
    load_tiles(b, keys + key * kTileStride<HeadDim> + step * 16 + matrix % 2 * 8);
    multiply_add_tile(score[tile], state.query[step], b[0], b[1]);
    multiply_add_tile(score[tile + 1], state.query[step], b[2], b[3]);
  }
}

/// Scores become weights 2^(score − best); the running sums follow (online softmax).
template <int HeadDim>
__device__ __forceinline__ void soften_tile(PrefillState<HeadDim>& state, float (&score)[kKeyTile / 8][4],
                                            float scale_log2) {
  WINDTUNNEL_UNROLL
  for (int half = 0; half < 2; ++half) {
    float best = state.best[half];
    WINDTUNNEL_UNROLL
    for (int tile = 0; tile < kKeyTile / 8; ++tile) WINDTUNNEL_UNROLL
    for (int i = 0; i < 2; ++i) {
      score[tile][2 * half + i] *= scale_log2;
      best = fmaxf(best, score[tile][2 * half + i]);
    }
    best = fmaxf(best, __shfl_xor_sync(kWholeWarp, best, 1));
    best = fmaxf(best, __shfl_xor_sync(kWholeWarp, best, 2));
    const float rescale = exp2f(state.best[half] - best);
    state.best[half] = best;
    state.sum[half] *= rescale;
    WINDTUNNEL_UNROLL
    for (int tile = 0; tile < HeadDim / 8; ++tile) WINDTUNNEL_UNROLL
    for (int i = 0; i < 2; ++i) state.weighted[tile][2 * half + i] *= rescale;
    WINDTUNNEL_UNROLL
    for (int tile = 0; tile < kKeyTile / 8; ++tile) WINDTUNNEL_UNROLL
    for (int i = 0; i < 2; ++i) {
      score[tile][2 * half + i] = exp2f(score[tile][2 * half + i] - best);
      state.sum[half] += score[tile][2 * half + i];
    }
  }
}

template <int HeadDim>
__device__ __forceinline__ void weigh_values(PrefillState<HeadDim>& state, const Bf16* values,
                                             const float (&weight)[kKeyTile / 8][4]) {
  const int lane = static_cast<int>(threadIdx.x) % kWarpThreads;
  const int matrix = lane / 8;
  WINDTUNNEL_UNROLL
  for (int step = 0; step < kKeyTile / 16; ++step) {
    const std::uint32_t a[4] = {pack_bf16(weight[2 * step][0], weight[2 * step][1]),
                                pack_bf16(weight[2 * step][2], weight[2 * step][3]),
                                pack_bf16(weight[2 * step + 1][0], weight[2 * step + 1][1]),
                                pack_bf16(weight[2 * step + 1][2], weight[2 * step + 1][3])};
    WINDTUNNEL_UNROLL
    for (int tile = 0; tile < HeadDim / 8; tile += 2) {
      std::uint32_t b[4];
      const int key = step * 16 + matrix % 2 * 8 + lane % 8;
      load_tiles_transposed(b, values + key * kTileStride<HeadDim> + tile * 8 + matrix / 2 * 8);
      multiply_add_tile(state.weighted[tile], a, b[0], b[1]);
      multiply_add_tile(state.weighted[tile + 1], a, b[2], b[3]);
    }
  }
}

/// Grid: (query tiles, heads); kPrefillThreads threads; kPrefillSharedBytes<HeadDim> of dynamic shared
/// memory.
template <int HeadDim>
__global__ void __launch_bounds__(kPrefillThreads) prefill_attention(PrefillArguments a) {
  WINDTUNNEL_DYNAMIC_SHARED(shared);
  constexpr int kTileElements = kKeyTile * kTileStride<HeadDim>;
  Bf16* query_tile = reinterpret_cast<Bf16*>(shared);
  Bf16* key_tiles = query_tile + kTileElements;
  Bf16* value_tiles = key_tiles + 2 * kTileElements;

  // The longest rows first, so that the short ones fill the gaps at the end.
  const int first_query = static_cast<int>(gridDim.x - 1 - blockIdx.x) * kQueryTile;
  const int head = static_cast<int>(blockIdx.y);
  const int kv_head = head / (a.heads / a.kv_heads);
  const int queries = min(kQueryTile, a.chunk - first_query);
  const int keys = a.past + first_query + queries;  // that the last query of this tile may see
  const int tiles = (keys + kKeyTile - 1) / kKeyTile;
  const std::size_t query_stride = static_cast<std::size_t>(a.heads) * HeadDim;
  const std::size_t key_stride = static_cast<std::size_t>(a.kv_heads) * HeadDim;

  const auto fetch = [&](int tile) {
    const std::size_t from = static_cast<std::size_t>(tile) * kKeyTile * key_stride + kv_head * HeadDim;
    const int rows = min(kKeyTile, keys - tile * kKeyTile);
    copy_tile<HeadDim>(key_tiles + tile % 2 * kTileElements, a.keys + from, key_stride, rows);
    copy_tile<HeadDim>(value_tiles + tile % 2 * kTileElements, a.values + from, key_stride, rows);
    __pipeline_commit();
  };
  copy_tile<HeadDim>(query_tile, a.queries + first_query * query_stride + head * HeadDim, query_stride,
                     queries);
  fetch(0);

  const int lane = static_cast<int>(threadIdx.x) % kWarpThreads;
  const int warp_row = static_cast<int>(threadIdx.x) / kWarpThreads * 16;
  PrefillState<HeadDim> state{};
  state.best[0] = state.best[1] = -INFINITY;
  for (int tile = 0; tile < tiles; ++tile) {
    if (tile + 1 < tiles) {
      fetch(tile + 1);
      __pipeline_wait_prior(1);
    } else {
      __pipeline_wait_prior(0);
    }
    __syncthreads();
    if (tile == 0) {
      const int matrix = lane / 8;
      const Bf16* row = query_tile + (warp_row + matrix % 2 * 8 + lane % 8) * kTileStride<HeadDim>;
      WINDTUNNEL_UNROLL
      for (int step = 0; step < HeadDim / 16; ++step)
        load_tiles(state.query[step], row + step * 16 + matrix / 2 * 8);
    }
    float score[kKeyTile / 8][4];
    score_tile<HeadDim>(state, key_tiles + tile % 2 * kTileElements, score);
    if ((tile + 1) * kKeyTile > a.past + first_query) {  // the diagonal crosses this tile
      WINDTUNNEL_UNROLL
      for (int column = 0; column < kKeyTile / 8; ++column) WINDTUNNEL_UNROLL
      for (int i = 0; i < 4; ++i) {
        const int key = tile * kKeyTile + column * 8 + lane % 4 * 2 + i % 2;
        const int query = first_query + warp_row + lane / 4 + i / 2 * 8;
        if (key > a.past + query) score[column][i] = -INFINITY;
      }
    }
    soften_tile<HeadDim>(state, score, a.scale_log2);
    weigh_values<HeadDim>(state, value_tiles + tile % 2 * kTileElements, score);
    __syncthreads();  // the next fetch overwrites what was just read
  }

  WINDTUNNEL_UNROLL
  for (int half = 0; half < 2; ++half) {
    const float inverse = 1.0f / lanes_sum(state.sum[half], 4);
    const int query = warp_row + lane / 4 + half * 8;
    if (query >= queries) continue;
    Bf16* row = a.out + (first_query + query) * query_stride + head * HeadDim;
    WINDTUNNEL_UNROLL
    for (int tile = 0; tile < HeadDim / 8; ++tile)
      *reinterpret_cast<std::uint32_t*>(row + tile * 8 + lane % 4 * 2) =
          pack_bf16(state.weighted[tile][2 * half] * inverse, state.weighted[tile][2 * half + 1] * inverse);
  }
}

}  // namespace windtunnel::calibrate
