// Times the attention kernels over contexts, chunks and numbers of sequences.

#include <algorithm>
#include <numeric>

#include "gpu/kernels/attention_decode.cuh"
#include "gpu/kernels/attention_prefill.cuh"
#include "gpu/kernels/cases.hpp"
#include "gpu/kernels/grids.hpp"
#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr const char* kDecodeKernel = "windtunnel decode_attention: paged, split contexts, CUDA cores";
constexpr const char* kPrefillKernel = "windtunnel prefill_attention: FlashAttention-2 tiling, mma.sync";

float scale_log2(int head_dim) { return 1.44269504f / std::sqrt(static_cast<float>(head_dim)); }

template <int HeadDim, int Group>
void launch_decode_kernels(const DecodeArguments& a, int sequences, cudaStream_t stream) {
  const dim3 grid(static_cast<unsigned>(a.splits), static_cast<unsigned>(a.cache.kv_heads),
                  static_cast<unsigned>(sequences));
  decode_attention<HeadDim, Group><<<grid, kDecodeThreads, 0, stream>>>(a);
  if (a.splits > 1)
    merge_decode_splits<HeadDim>
        <<<dim3(static_cast<unsigned>(a.heads), static_cast<unsigned>(sequences)), HeadDim, 0, stream>>>(a);
  WINDTUNNEL_CUDA(cudaGetLastError());
}

void launch_decode(const DecodeArguments& a, int sequences, cudaStream_t stream) {
  switch (a.heads / a.cache.kv_heads) {
    case 1:
      return launch_decode_kernels<128, 1>(a, sequences, stream);
    case 4:
      return launch_decode_kernels<128, 4>(a, sequences, stream);
    case 8:
      return launch_decode_kernels<128, 8>(a, sequences, stream);
    default:
      throw CannotCalibrate("no decode attention kernel for this number of heads per key-value head");
  }
}

void launch_prefill(const PrefillArguments& a, cudaStream_t stream) {
  static const bool allowed = [] {  // more than 48 KiB of shared memory is granted once per kernel
    WINDTUNNEL_CUDA(cudaFuncSetAttribute(prefill_attention<128>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                         kPrefillSharedBytes<128>));
    return true;
  }();
  static_cast<void>(allowed);
  const dim3 grid(static_cast<unsigned>((a.chunk + kQueryTile - 1) / kQueryTile),
                  static_cast<unsigned>(a.heads));
  prefill_attention<128><<<grid, kPrefillThreads, kPrefillSharedBytes<128>, stream>>>(a);
  WINDTUNNEL_CUDA(cudaGetLastError());
}

bool verify_decode(Session& session) {
  double worst = 0;
  for (const AttentionHeads& heads : attention_heads(false))
    for (const int splits : {1, 3}) {
      const DecodeCase c =
          decode_case({1, 15, 16, 17, 130, 700}, heads.heads, heads.kv_heads, heads.head_dim, 7);
      const auto queries = to_device(c.queries);
      const auto keys = to_device(c.keys);
      const auto values = to_device(c.values);
      const auto table = to_device(c.page_table);
      const auto lengths = to_device(c.lengths);
      const auto out = poisoned(c.expected.size() * sizeof(Bf16));
      const auto partial =
          poisoned(c.sequences() * heads.heads * splits * (heads.head_dim + 2) * sizeof(float));
      launch_decode({queries.as<Bf16>(), c.cache(keys.as<Bf16>(), values.as<Bf16>(), table.as<int>()),
                     lengths.as<int>(), heads.heads, splits, scale_log2(heads.head_dim), partial.as<float>(),
                     out.as<Bf16>()},
                    static_cast<int>(c.sequences()), session.stream());
      WINDTUNNEL_CUDA(cudaStreamSynchronize(session.stream()));
      worst =
          reference::larger_error(worst, reference::relative_error(widen(to_host<Bf16>(out)), c.expected));
    }
  return session.accept("decode_attention", worst, kLargestRelativeError);
}

bool verify_prefill(Session& session) {
  double worst = 0;
  for (const auto& [chunk, past] : {std::pair{1, 0}, {64, 0}, {65, 3}, {130, 200}}) {
    const PrefillCase c = prefill_case(chunk, past, 4, 2, 128, 11);
    const auto queries = to_device(c.queries);
    const auto keys = to_device(c.keys);
    const auto values = to_device(c.values);
    const auto out = poisoned(c.expected.size() * sizeof(Bf16));
    launch_prefill({queries.as<Bf16>(), keys.as<Bf16>(), values.as<Bf16>(), out.as<Bf16>(), chunk, past, 4, 2,
                    scale_log2(128)},
                   session.stream());
    WINDTUNNEL_CUDA(cudaStreamSynchronize(session.stream()));
    worst = reference::larger_error(worst, reference::relative_error(widen(to_host<Bf16>(out)), c.expected));
  }
  return session.accept("prefill_attention", worst, kLargestRelativeError);
}

/// A cache that fills the arena, its pages dealt out in random order: any run of the order is a page table.
class DecodeMeasurement {
 public:
  DecodeMeasurement(Session& session, const AttentionHeads& heads)
      : session_(session),
        heads_(heads),
        page_bytes_(sizeof(Bf16) * heads.kv_heads * kPageTokens * heads.head_dim),
        pages_(static_cast<int>(session.inputs().bytes() / 2 / page_bytes_)),
        order_(to_device(random_order(pages_))) {}

  bool fits(int sequences, int context) const {
    return static_cast<long long>(sequences) * ((context + kPageTokens - 1) / kPageTokens) <= pages_;
  }

  /// All sequences of one length, or ragged: lengths spread evenly over 1 … 2 · context.
  Point measure(int sequences, int context, bool ragged) {
    const int longest = ragged ? 2 * context : context;
    const int pages_per_sequence = (longest + kPageTokens - 1) / kPageTokens;
    std::vector<int> lengths(static_cast<std::size_t>(sequences), context);
    if (ragged)
      for (int s = 0; s < sequences; ++s)
        lengths[s] = 1 + static_cast<int>((2LL * s + 1) * (longest - 1) / (2 * sequences));
    const auto device_lengths = to_device(lengths);
    const double tokens = std::accumulate(lengths.begin(), lengths.end(), 0.0);
    const int splits = decode_splits(sequences, heads_.kv_heads, longest, session_.profile.multiprocessors);
    const std::size_t rows = static_cast<std::size_t>(sequences) * heads_.heads;
    const DeviceMemory partial(rows * splits * (heads_.head_dim + 2) * sizeof(float));
    const Rotation queries(session_.inputs(), rows * heads_.head_dim * sizeof(Bf16));
    const Rotation out(session_.outputs(), rows * heads_.head_dim * sizeof(Bf16));
    const long long pages_needed = static_cast<long long>(sequences) * pages_per_sequence;
    const long long windows = std::max(1LL, pages_ / pages_needed);
    const Spread seconds = session_.time_on_device([&](cudaStream_t stream, int i) {
      const PagedCache cache{session_.inputs().as<Bf16>(),
                             session_.inputs().as<Bf16>(static_cast<std::size_t>(pages_) * page_bytes_),
                             order_.as<int>() + i % windows * pages_needed,
                             pages_per_sequence,
                             heads_.kv_heads,
                             heads_.head_dim};
      launch_decode({queries.at<Bf16>(i), cache, device_lengths.as<int>(), heads_.heads, splits,
                     scale_log2(heads_.head_dim), partial.as<float>(), out.at<Bf16>(i)},
                    sequences, stream);
    });
    return {
        {1.0 * sequences, 1.0 * context, 1.0 * heads_.heads, 1.0 * heads_.kv_heads, 1.0 * heads_.head_dim},
        seconds,
        4.0 * tokens * heads_.heads * heads_.head_dim,
        2.0 * sizeof(Bf16) * tokens * heads_.kv_heads * heads_.head_dim};
  }

 private:
  static std::vector<int> random_order(int count) {
    std::vector<int> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    for (int i = count - 1; i > 0; --i)
      std::swap(order[i],
                order[hash32(5, static_cast<std::uint32_t>(i)) % static_cast<std::uint32_t>(i + 1)]);
    return order;
  }

  Session& session_;
  AttentionHeads heads_;
  std::size_t page_bytes_;
  int pages_;
  DeviceMemory order_;
};

void measure_decode(Session& session, bool ragged) {
  const auto contexts = ragged ? std::vector<int>{512, 2048} : decode_contexts(session.quick);
  const auto all_heads = ragged ? std::vector<AttentionHeads>{{32, 8, 128}} : attention_heads(session.quick);
  std::vector<DecodeMeasurement> measurements;
  for (const AttentionHeads& heads : all_heads) measurements.emplace_back(session, heads);
  struct Place {
    DecodeMeasurement* measurement;
    int sequences, context;
  };
  std::vector<Place> places;
  for (DecodeMeasurement& measurement : measurements)
    for (const int sequences : decode_sequences(session.quick))
      for (const int context : contexts)
        if (measurement.fits(sequences, ragged ? 2 * context : context))
          places.push_back({&measurement, sequences, context});
  Curve& curve = session.start_curve(
      {ragged ? "decode_attention_ragged" : "decode_attention",
       "bf16",
       kDecodeKernel,
       {"sequences", ragged ? "mean_context" : "context", "heads", "kv_heads", "head_dim"},
       {}},
      places.size());
  for (const Place& place : places)
    if (!session.out_of_time())
      session.add_point(curve, place.measurement->measure(place.sequences, place.context, ragged));
}

void measure_prefill(Session& session) {
  constexpr AttentionHeads kHeads{32, 8, 128};
  const auto chunks = prefill_chunks(session.quick);
  const auto pasts = prefill_pasts(session.quick);
  Curve& curve = session.start_curve(
      {"prefill_attention", "bf16", kPrefillKernel, {"chunk", "past", "heads", "kv_heads", "head_dim"}, {}},
      chunks.size() * pasts.size());
  for (const int chunk : chunks)
    for (const int past : pasts) {
      if (session.out_of_time()) return;
      const std::size_t query_bytes = sizeof(Bf16) * chunk * kHeads.heads * kHeads.head_dim;
      const std::size_t cache_bytes = sizeof(Bf16) * (past + chunk) * kHeads.kv_heads * kHeads.head_dim;
      const Rotation in(session.inputs(), query_bytes + 2 * cache_bytes);
      const Rotation out(session.outputs(), query_bytes);
      const Spread seconds = session.time_on_device([&](cudaStream_t stream, int i) {
        const auto* queries = in.at<unsigned char>(i);
        launch_prefill(
            {reinterpret_cast<const Bf16*>(queries), reinterpret_cast<const Bf16*>(queries + query_bytes),
             reinterpret_cast<const Bf16*>(queries + query_bytes + cache_bytes), out.at<Bf16>(i), chunk, past,
             kHeads.heads, kHeads.kv_heads, scale_log2(kHeads.head_dim)},
            stream);
      });
      // Of the chunk × (past + chunk) scores, causality leaves chunk · past + chunk · (chunk + 1) / 2.
      const double scores = 1.0 * chunk * past + 0.5 * chunk * (chunk + 1.0);
      session.add_point(
          curve, {{1.0 * chunk, 1.0 * past, 1.0 * kHeads.heads, 1.0 * kHeads.kv_heads, 1.0 * kHeads.head_dim},
                  seconds,
                  4.0 * scores * kHeads.heads * kHeads.head_dim,
                  2.0 * query_bytes + 2.0 * cache_bytes});
    }
}

}  // namespace

void measure_attention(Session& session) {
  if (verify_decode(session)) {
    measure_decode(session, false);
    measure_decode(session, true);
  }
  if (verify_prefill(session)) measure_prefill(session);
}

}  // namespace windtunnel::calibrate
