// The source of the CUDA kernels, run thread by thread on the CPU against the references. No GPU, no nvcc.

#include <doctest/doctest.h>

#include "gpu/cuda_on_cpu.hpp"
#include "gpu/kernels/all_reduce.cuh"
#include "gpu/kernels/attention_decode.cuh"
#include "gpu/kernels/attention_prefill.cuh"
#include "gpu/kernels/cases.hpp"
#include "gpu/kernels/image.cuh"
#include "gpu/kernels/layers.cuh"
#include "gpu/kernels/search.cuh"

using namespace windtunnel::calibrate;
using cuda_on_cpu::run_grid;
using reference::relative_error;

namespace {

/// Outputs start as NaN, so that an element that nobody writes is found.
std::vector<Bf16> unwritten(std::size_t count) { return std::vector<Bf16>(count, Bf16{0x7fff}); }

float scale_log2(int head_dim) { return 1.44269504f / std::sqrt(static_cast<float>(head_dim)); }

unsigned blocks(std::size_t items, int per_block) {
  return static_cast<unsigned>((items + static_cast<std::size_t>(per_block) - 1) / per_block);
}

template <int HeadDim, int Group>
double decode_error(const std::vector<int>& lengths, int kv_heads, int splits) {
  const DecodeCase c = decode_case(lengths, kv_heads * Group, kv_heads, HeadDim, 7);
  auto out = unwritten(c.expected.size());
  std::vector<float> partial(c.sequences() * c.heads * splits * (HeadDim + 2), std::nanf(""));
  DecodeArguments a{c.queries.data(), c.cache(c.keys.data(), c.values.data(), c.page_table.data()),
                    c.lengths.data(), c.heads,
                    splits,           scale_log2(HeadDim),
                    partial.data(),   out.data()};
  const auto sequences = static_cast<unsigned>(c.sequences());
  run_grid(decode_attention<HeadDim, Group>,
           {static_cast<unsigned>(splits), static_cast<unsigned>(kv_heads), sequences}, kDecodeThreads, a);
  if (splits > 1)
    run_grid(merge_decode_splits<HeadDim>, {static_cast<unsigned>(c.heads), sequences, 1}, HeadDim, a);
  return relative_error(widen(out), c.expected);
}

template <int HeadDim>
double prefill_error(int chunk, int past, int heads, int kv_heads) {
  const PrefillCase c = prefill_case(chunk, past, heads, kv_heads, HeadDim, 11);
  auto out = unwritten(c.expected.size());
  PrefillArguments a{c.queries.data(), c.keys.data(),      c.values.data(), out.data(), chunk, past, heads,
                     kv_heads,         scale_log2(HeadDim)};
  run_grid(prefill_attention<HeadDim>,
           {blocks(static_cast<std::size_t>(chunk), kQueryTile), static_cast<unsigned>(heads), 1},
           kPrefillThreads, a, kPrefillSharedBytes<HeadDim>);
  return relative_error(widen(out), c.expected);
}

}  // namespace

TEST_CASE("decode attention: ragged lengths, grouped heads, split contexts") {
  const std::vector<int> ragged{1, 15, 16, 17, 130};
  CHECK(decode_error<128, 4>(ragged, 2, 1) < kLargestRelativeError);
  CHECK(decode_error<128, 4>(ragged, 1, 3) < kLargestRelativeError);
  CHECK(decode_error<128, 8>({9, 100}, 1, 2) < kLargestRelativeError);
  CHECK(decode_error<128, 1>({70}, 2, 1) < kLargestRelativeError);
  CHECK(decode_error<64, 4>(ragged, 1, 2) < kLargestRelativeError);
}

TEST_CASE("decode attention is split until the GPU is busy, never below 128 tokens a block") {
  CHECK(decode_splits(1, 8, 16384, 132) == 66);
  CHECK(decode_splits(1, 8, 256, 132) == 2);
  CHECK(decode_splits(256, 8, 16384, 132) == 1);
  CHECK(decode_splits(1, 8, 1, 132) == 1);
}

TEST_CASE("prefill attention: causal, with a past, at tile borders") {
  CHECK(prefill_error<128>(64, 0, 2, 1) < kLargestRelativeError);
  CHECK(prefill_error<128>(65, 0, 1, 1) < kLargestRelativeError);
  CHECK(prefill_error<128>(33, 70, 2, 2) < kLargestRelativeError);
  CHECK(prefill_error<64>(1, 200, 1, 1) < kLargestRelativeError);
}

TEST_CASE("normalizations") {
  for (const int hidden : {8, 2056}) {  // fewer and more than one access per thread
    const NormCase c = norm_case(3, hidden, 3);
    auto out = unwritten(c.input.size());
    auto residual = c.residual;
    run_grid(
        rms_norm, {3, 1, 1}, kRowThreads,
        RmsNormArguments{c.input.data(), residual.data(), c.weight.data(), out.data(), hidden, c.epsilon});
    CHECK(relative_error(widen(out), c.expected_rms) < kLargestRelativeError);
    CHECK(relative_error(widen(residual), c.expected_residual) < kLargestRelativeError);

    out = unwritten(c.input.size());
    run_grid(
        layer_norm, {3, 1, 1}, kRowThreads,
        LayerNormArguments{c.input.data(), c.weight.data(), c.bias.data(), out.data(), hidden, c.epsilon});
    CHECK(relative_error(widen(out), c.expected_layer) < kLargestRelativeError);
  }
}

TEST_CASE("SiLU times up, rotary, embedding bags") {
  const SiluCase silu = silu_case(3, 2056, 5);
  auto out = unwritten(silu.expected.size());
  run_grid(silu_mul, {blocks(2056 / 8, kRowThreads), 3, 1}, kRowThreads,
           SiluMulArguments{silu.gate_up.data(), out.data(), silu.width});
  CHECK(relative_error(widen(out), silu.expected) < kLargestRelativeError);

  RotaryCase turn = rotary_case(5, 3, 32, 6);
  run_grid(rotary, {5, 1, 1}, kRowThreads,
           RotaryArguments{turn.heads.data(), turn.cos_sin.data(), turn.positions.data(), 3, 32});
  CHECK(relative_error(widen(turn.heads), turn.expected) < kLargestRelativeError);

  for (const int pooling : {1, 5}) {
    const EmbeddingCase c = embedding_case(7, 3, 50, 24, pooling, 8);
    out = unwritten(c.expected.size());
    run_grid(embedding_gather, {blocks(c.expected.size() / 8, kRowThreads), 1, 1}, kRowThreads,
             EmbeddingArguments{c.tables.data(), c.indices.data(), out.data(), 7, 3, 50, 24, pooling});
    CHECK(relative_error(widen(out), c.expected) < kLargestRelativeError);
  }
}

TEST_CASE_TEMPLATE("scores of stored vectors", Width, std::integral_constant<int, 64>,
                   std::integral_constant<int, 128>, std::integral_constant<int, 768>) {
  constexpr int kWidth = Width::value;
  const SearchCase c = search_case(101, kWidth, kQueriesAtOnce, 3, 9);
  std::vector<float> scores(c.expected_scores.size(), std::nanf(""));
  run_grid(score_vectors<kWidth>, {2, 1, 1}, kSearchThreads,
           ScoreArguments{c.vectors.data(), c.query_vectors.data(), scores.data(), c.count});
  CHECK(relative_error(scores, c.expected_scores) < 1e-5);
}

TEST_CASE("top-k by chunks, then over the chunks' best") {
  const SearchCase c = search_case(700, 8, 2, 10, 10);
  constexpr int kChunk = 256;
  constexpr int kChunks = 3;
  std::vector<float> partial(2 * kChunks * c.k), best(2 * c.k);
  std::vector<int> partial_ids(partial.size()), ids(best.size());
  run_grid(top_k, {kChunks, 2, 1}, kSearchThreads,
           TopKArguments{c.rows.data(), nullptr, c.count, kChunk, c.k, partial.data(), partial_ids.data()});
  run_grid(top_k, {1, 2, 1}, kSearchThreads,
           TopKArguments{partial.data(), partial_ids.data(), kChunks * c.k, kChunks * c.k, c.k, best.data(),
                         ids.data()});
  for (int q = 0; q < 2; ++q) {
    const std::vector<float> found(best.begin() + q * c.k, best.begin() + (q + 1) * c.k);
    CHECK(found == c.expected[q]);
    for (int i = 0; i < c.k; ++i) {
      CHECK(c.rows[q * c.count + ids[q * c.k + i]] == found[i]);  // the ids point at these very scores
      for (int j = 0; j < i; ++j) CHECK(ids[q * c.k + i] != ids[q * c.k + j]);
    }
  }
}

TEST_CASE("top-k of a row that is shorter than k says so") {
  const std::vector<float> row{2, -1, 5};
  std::vector<float> best(5);
  std::vector<int> ids(5);
  run_grid(top_k, {1, 1, 1}, kSearchThreads,
           TopKArguments{row.data(), nullptr, 3, 16, 5, best.data(), ids.data()});
  CHECK(ids == std::vector<int>{2, 0, 1, -1, -1});
  CHECK(best[2] == -1.0f);
  CHECK(best[3] == -INFINITY);
}

TEST_CASE("image preprocessing: shrinking, enlarging, several images") {
  struct {
    int height, width, side;
  } const cases[] = {{20, 30, 16}, {5, 7, 16}, {16, 16, 16}};
  for (const auto& s : cases) {
    const ImageCase c = image_case(2, s.height, s.width, s.side, 12);
    auto out = unwritten(c.expected.size());
    ImageArguments a{c.pictures.data(), out.data(), s.height, s.width, s.side, {}, {}};
    for (int i = 0; i < 3; ++i) {
      a.mean[i] = kChannelMean[i];
      a.inverse[i] = 1.0f / kChannelDeviation[i];
    }
    run_grid(resize_normalise, {blocks(static_cast<std::size_t>(s.side * s.side), kImageThreads), 2, 1},
             kImageThreads, a);
    CHECK(relative_error(widen(out), c.expected) < kLargestRelativeError);
  }
}

TEST_CASE("all-reduce: every GPU's share written to all, for a message that does not divide evenly") {
  constexpr int kPeers = 3;
  constexpr std::size_t kElements = 8 * 100;
  std::vector<std::vector<Bf16>> in, out;
  std::vector<double> expected(kElements, 0.0);
  for (std::uint32_t peer = 0; peer < kPeers; ++peer) {
    in.push_back(random_elements(kElements, 20 + peer));
    out.push_back(unwritten(kElements));
    const auto contribution = widen(in.back());
    for (std::size_t i = 0; i < kElements; ++i) expected[i] += contribution[i];
  }
  AllReduceArguments a{};
  a.peers = kPeers;
  for (int peer = 0; peer < kPeers; ++peer) {
    a.in[peer] = in[peer].data();
    a.out[peer] = out[peer].data();
  }
  for (int peer = 0; peer < kPeers; ++peer) {
    a.first = 100 * peer / kPeers;
    a.last = 100 * (peer + 1) / kPeers;
    run_grid(all_reduce_slice, {2, 1, 1}, kAllReduceThreads, a);
  }
  for (const auto& copy : out) CHECK(relative_error(widen(copy), expected) < kLargestRelativeError);
}
