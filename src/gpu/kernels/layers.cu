// Times the memory-bound layers and embedding look-ups.

#include <algorithm>

#include "gpu/kernels/cases.hpp"
#include "gpu/kernels/grids.hpp"
#include "gpu/kernels/layers.cuh"
#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr float kEpsilon = 1e-5f;

unsigned blocks(std::size_t items, int per_block) {
  return static_cast<unsigned>((items + static_cast<std::size_t>(per_block) - 1) / per_block);
}

void launch_silu(const SiluMulArguments& a, int tokens, cudaStream_t stream) {
  const dim3 grid(blocks(static_cast<std::size_t>(a.width) / 8, kRowThreads), static_cast<unsigned>(tokens));
  silu_mul<<<grid, kRowThreads, 0, stream>>>(a);
}

void launch_embedding(const EmbeddingArguments& a, cudaStream_t stream) {
  const std::size_t threads = static_cast<std::size_t>(a.samples) * a.table_count * a.width / 8;
  embedding_gather<<<blocks(threads, kRowThreads), kRowThreads, 0, stream>>>(a);
}

double error_of(Session& session, const DeviceMemory& out, const std::vector<double>& expected) {
  WINDTUNNEL_CUDA(cudaGetLastError());
  WINDTUNNEL_CUDA(cudaStreamSynchronize(session.stream()));
  return reference::relative_error(widen(to_host<Bf16>(out)), expected);
}

struct Accepted {
  bool rms = false, layer = false, silu = false, rotary = false, embedding = false;
};

Accepted verify(Session& session) {
  Accepted accepted;
  const NormCase norm = norm_case(5, 4104, 3);
  const auto input = to_device(norm.input);
  const auto residual = to_device(norm.residual);
  const auto weight = to_device(norm.weight);
  const auto bias = to_device(norm.bias);
  {
    const auto out = poisoned(input.bytes());
    rms_norm<<<5, kRowThreads, 0, session.stream()>>>({input.as<Bf16>(), residual.as<Bf16>(),
                                                       weight.as<Bf16>(), out.as<Bf16>(), norm.hidden,
                                                       norm.epsilon});
    accepted.rms =
        session.accept("rms_norm", error_of(session, out, norm.expected_rms), kLargestRelativeError) &&
        session.accept("rms_norm residual", error_of(session, residual, norm.expected_residual),
                       kLargestRelativeError);
  }
  {
    const auto out = poisoned(input.bytes());
    layer_norm<<<5, kRowThreads, 0, session.stream()>>>(
        {input.as<Bf16>(), weight.as<Bf16>(), bias.as<Bf16>(), out.as<Bf16>(), norm.hidden, norm.epsilon});
    accepted.layer =
        session.accept("layer_norm", error_of(session, out, norm.expected_layer), kLargestRelativeError);
  }
  {
    const SiluCase c = silu_case(5, 4104, 5);
    const auto gate_up = to_device(c.gate_up);
    const auto out = poisoned(gate_up.bytes() / 2);
    launch_silu({gate_up.as<Bf16>(), out.as<Bf16>(), c.width}, c.tokens, session.stream());
    accepted.silu = session.accept("silu_mul", error_of(session, out, c.expected), kLargestRelativeError);
  }
  {
    const RotaryCase c = rotary_case(9, 40, 128, 6);
    const auto heads = to_device(c.heads);
    const auto table = to_device(c.cos_sin);
    const auto positions = to_device(c.positions);
    rotary<<<9, kRowThreads, 0, session.stream()>>>(
        {heads.as<Bf16>(), table.as<float>(), positions.as<int>(), c.head_count, c.head_dim});
    accepted.rotary = session.accept("rotary", error_of(session, heads, c.expected), kLargestRelativeError);
  }
  {
    const EmbeddingCase c = embedding_case(33, 26, 100, 64, 3, 8);
    const auto tables = to_device(c.tables);
    const auto indices = to_device(c.indices);
    const auto out = poisoned(c.expected.size() * sizeof(Bf16));
    launch_embedding({tables.as<Bf16>(), indices.as<int>(), out.as<Bf16>(), c.samples, c.table_count, c.rows,
                      c.width, c.pooling},
                     session.stream());
    accepted.embedding =
        session.accept("embedding_gather", error_of(session, out, c.expected), kLargestRelativeError);
  }
  return accepted;
}

/// A curve over tokens and one width. `launch(stream, tokens, width, in, out)` runs the layer on rotated
/// memory.
template <class LaunchLayer>
void measure_rows(Session& session, const char* name, const std::vector<int>& widths, double elements_in,
                  double elements_out, LaunchLayer launch) {
  const auto tokens = token_grid(session.quick);
  Curve& curve =
      session.start_curve({name, "bf16", std::string("windtunnel ") + name, {"tokens", "width"}, {}},
                          widths.size() * tokens.size());
  for (const int width : widths)
    for (const int count : tokens) {
      if (session.out_of_time()) return;
      const double row_bytes = 1.0 * count * width * sizeof(Bf16);
      const Rotation in(session.inputs(), static_cast<std::size_t>(2 * row_bytes));
      const Rotation out(session.outputs(), static_cast<std::size_t>(2 * row_bytes));
      const Spread seconds = session.time_on_device([&](cudaStream_t stream, int i) {
        launch(stream, count, width, in.template at<Bf16>(i), out.template at<Bf16>(i));
        WINDTUNNEL_CUDA(cudaGetLastError());
      });
      session.add_point(curve,
                        {{1.0 * count, 1.0 * width}, seconds, 0, (elements_in + elements_out) * row_bytes});
    }
}

void measure_rotary(Session& session) {
  constexpr int kHeadDim = 128;
  const int most_tokens = token_grid(session.quick).back();
  const auto table = to_device(rotary_table(most_tokens, kHeadDim));
  std::vector<int> order(static_cast<std::size_t>(most_tokens));
  for (int i = 0; i < most_tokens; ++i) order[i] = i;
  const auto positions = to_device(order);
  // Width is that of queries and keys side by side: 32 + 8 heads of Llama-3-8B.
  measure_rows(session, "rotary", {40 * kHeadDim}, 1, 1,
               [&](cudaStream_t stream, int tokens, int width, Bf16*, Bf16* in_place) {
                 rotary<<<static_cast<unsigned>(tokens), kRowThreads, 0, stream>>>(
                     {in_place, table.as<float>(), positions.as<int>(), width / kHeadDim, kHeadDim});
               });
}

struct Tables {
  int count, rows, width, pooling;
};

void measure_lookups(Session& session, Curve& curve, const Tables& t) {
  std::vector<int> rows(std::size_t{1} << 24);
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] =
        static_cast<int>(hash32(13, static_cast<std::uint32_t>(i)) % static_cast<std::uint32_t>(t.rows));
  const DeviceMemory indices = to_device(rows);
  for (const int samples : batch_grid(session.quick)) {
    if (session.out_of_time()) return;
    const std::size_t bags = static_cast<std::size_t>(samples) * t.count;
    const Rotation lookup(indices, bags * t.pooling * sizeof(int));
    const Rotation out(session.outputs(), bags * t.width * sizeof(Bf16));
    const Spread seconds = session.time_on_device([&](cudaStream_t stream, int i) {
      launch_embedding({session.inputs().as<Bf16>(), lookup.at<int>(i), out.at<Bf16>(i), samples, t.count,
                        t.rows, t.width, t.pooling},
                       stream);
      WINDTUNNEL_CUDA(cudaGetLastError());
    });
    const double row_bytes = 1.0 * sizeof(Bf16) * t.width;
    const double bytes = 1.0 * bags * (t.pooling * (sizeof(int) + row_bytes) + row_bytes);
    session.add_point(
        curve,
        {{1.0 * samples, 1.0 * t.count, 1.0 * t.rows, 1.0 * t.width, 1.0 * t.pooling}, seconds, 0, bytes});
  }
}

void measure_embedding(Session& session) {
  // 26 tables of 64 dimensions as in DLRM on Criteo's data, without and with pooling; a token embedding.
  const int dlrm_rows =
      static_cast<int>(std::min<std::size_t>(1'000'000, session.inputs().bytes() / (26 * 64 * sizeof(Bf16))));
  const Tables shapes[] = {{26, dlrm_rows, 64, 1}, {26, dlrm_rows, 64, 20}, {1, 128256, 4096, 1}};
  Curve& curve = session.start_curve({"embedding_gather",
                                      "bf16",
                                      "windtunnel embedding_gather",
                                      {"samples", "tables", "rows", "width", "pooling"},
                                      {}},
                                     std::size(shapes) * batch_grid(session.quick).size());
  for (const Tables& tables : shapes) measure_lookups(session, curve, tables);
}

}  // namespace

void measure_layers(Session& session) {
  const Accepted accepted = verify(session);
  const Bf16* weights = session.inputs().as<Bf16>();
  const std::vector<int> hidden = session.quick ? std::vector<int>{4096} : std::vector<int>{768, 4096, 8192};
  if (accepted.rms)
    measure_rows(session, "rms_norm", hidden, 2, 2,
                 [&](cudaStream_t stream, int tokens, int width, Bf16* in, Bf16* out) {
                   Bf16* residual = out + static_cast<std::size_t>(tokens) * width;
                   rms_norm<<<static_cast<unsigned>(tokens), kRowThreads, 0, stream>>>(
                       {in, residual, weights, out, width, kEpsilon});
                 });
  if (accepted.layer)
    measure_rows(session, "layer_norm", hidden, 1, 1,
                 [&](cudaStream_t stream, int tokens, int width, Bf16* in, Bf16* out) {
                   layer_norm<<<static_cast<unsigned>(tokens), kRowThreads, 0, stream>>>(
                       {in, weights, weights, out, width, kEpsilon});
                 });
  if (accepted.silu)
    measure_rows(session, "silu_mul", {14336}, 2, 1,
                 [&](cudaStream_t stream, int tokens, int width, Bf16* in, Bf16* out) {
                   launch_silu({in, out, width}, tokens, stream);
                 });
  if (accepted.rotary) measure_rotary(session);
  if (accepted.embedding) measure_embedding(session);
}

}  // namespace windtunnel::calibrate
