// Times top-k and brute-force vector search, and image preprocessing.

#include <algorithm>

#include "gpu/kernels/cases.hpp"
#include "gpu/kernels/grids.hpp"
#include "gpu/kernels/image.cuh"
#include "gpu/kernels/search.cuh"
#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr int kChunk = 8192;

/// Scores and ids of the stages of a top-k; two of each, used in turn.
struct TopKWorkspace {
  TopKWorkspace(int rows, int length, int k)
      : capacity(static_cast<std::size_t>(rows) * ((length + kChunk - 1) / kChunk) * k),
        scores(2 * capacity * sizeof(float)),
        ids(2 * capacity * sizeof(int)) {}
  std::size_t capacity;
  DeviceMemory scores, ids;
};

/// The k largest of each row; returns which half of the workspace holds them, sorted.
int launch_top_k(const float* scores, int rows, int length, int k, const TopKWorkspace& workspace,
                 cudaStream_t stream) {
  const int* ids = nullptr;
  int half = 0;
  for (;;) {
    const int chunks = (length + kChunk - 1) / kChunk;
    float* best = workspace.scores.as<float>() + half * workspace.capacity;
    int* best_ids = workspace.ids.as<int>() + half * workspace.capacity;
    top_k<<<dim3(static_cast<unsigned>(chunks), static_cast<unsigned>(rows)), kSearchThreads, 0, stream>>>(
        {scores, ids, length, kChunk, k, best, best_ids});
    WINDTUNNEL_CUDA(cudaGetLastError());
    if (chunks == 1) return half;
    scores = best;
    ids = best_ids;
    length = chunks * k;
    half = 1 - half;
  }
}

void launch_scores(int width, const ScoreArguments& a, int multiprocessors, cudaStream_t stream) {
  const unsigned grid = static_cast<unsigned>(4 * multiprocessors);
  if (width == 128)
    score_vectors<128><<<grid, kSearchThreads, 0, stream>>>(a);
  else
    score_vectors<768><<<grid, kSearchThreads, 0, stream>>>(a);
  WINDTUNNEL_CUDA(cudaGetLastError());
}

bool verify_search(Session& session) {
  bool accepted = true;
  for (const int width : {128, 768}) {
    const SearchCase c = search_case(20011, width, kQueriesAtOnce, 100, 9);
    const auto vectors = to_device(c.vectors);
    const auto queries = to_device(c.query_vectors);
    const auto scores = poisoned(c.rows.size() * sizeof(float));
    launch_scores(width, {vectors.as<Bf16>(), queries.as<Bf16>(), scores.as<float>(), c.count},
                  session.profile.multiprocessors, session.stream());
    WINDTUNNEL_CUDA(cudaStreamSynchronize(session.stream()));
    const double error = reference::relative_error(to_host<float>(scores), c.expected_scores);
    accepted &= session.accept("score_vectors " + std::to_string(width), error, 1e-5);

    const auto rows = to_device(c.rows);
    const TopKWorkspace workspace(c.queries, c.count, c.k);
    const int half = launch_top_k(rows.as<float>(), c.queries, c.count, c.k, workspace, session.stream());
    WINDTUNNEL_CUDA(cudaStreamSynchronize(session.stream()));
    auto best = to_host<float>(workspace.scores);
    auto ids = to_host<int>(workspace.ids);
    std::size_t wrong = 0;
    for (int q = 0; q < c.queries; ++q)
      for (int i = 0; i < c.k; ++i) {
        const std::size_t at = half * workspace.capacity + static_cast<std::size_t>(q) * c.k + i;
        const bool same = best[at] == c.expected[q][i] && ids[at] >= 0 && ids[at] < c.count &&
                          c.rows[static_cast<std::size_t>(q) * c.count + ids[at]] == best[at];
        wrong += !same;
      }
    accepted &= session.accept("top_k", static_cast<double>(wrong) / (c.queries * c.k), 0);
  }
  return accepted;
}

void measure_top_k(Session& session) {
  struct Rows {
    int rows, length, k;
  };
  const std::vector<Rows> shapes =
      session.quick ? std::vector<Rows>{{1, 128256, 50}}
                    : std::vector<Rows>{{1, 128256, 50},      {16, 128256, 50},    {64, 128256, 50},
                                        {256, 128256, 50},    {1, 10000, 100},     {1, 1'000'000, 100},
                                        {16, 1'000'000, 100}, {1, 1'000'000, 1000}};
  Curve& curve = session.start_curve(
      {"top_k", "fp32", "windtunnel top_k: radix selection by chunks", {"rows", "length", "k"}, {}},
      shapes.size());
  for (const Rows& s : shapes) {
    if (session.out_of_time()) return;
    const TopKWorkspace workspace(s.rows, s.length, s.k);
    const double bytes = 1.0 * s.rows * s.length * sizeof(float);
    const Rotation in(session.inputs(), static_cast<std::size_t>(bytes));
    const Spread seconds = session.time_on_device([&](cudaStream_t stream, int i) {
      launch_top_k(in.at<float>(i), s.rows, s.length, s.k, workspace, stream);
    });
    session.add_point(curve, {{1.0 * s.rows, 1.0 * s.length, 1.0 * s.k}, seconds, 0, bytes});
  }
}

void measure_vector_search(Session& session) {
  constexpr int kBest = 100;
  const std::vector<int> counts =
      session.quick ? std::vector<int>{100'000} : std::vector<int>{10'000, 100'000, 1'000'000, 10'000'000};
  struct Place {
    int count, width, queries;
  };
  std::vector<Place> places;
  for (const int width : {128, 768})
    for (const int count : counts)
      for (const int queries : {1, 4, 16})
        if (sizeof(Bf16) * count * width <= session.inputs().bytes())
          places.push_back({count, width, queries});
  Curve& curve = session.start_curve({"vector_search",
                                      "bf16",
                                      "windtunnel score_vectors, four queries a pass, top_k",
                                      {"vectors", "width", "queries", "k"},
                                      {}},
                                     places.size());
  for (const Place& p : places) {
    if (session.out_of_time()) return;
    const int padded = (p.queries + kQueriesAtOnce - 1) / kQueriesAtOnce * kQueriesAtOnce;
    const TopKWorkspace workspace(p.queries, p.count, kBest);
    const DeviceMemory scores(static_cast<std::size_t>(padded) * p.count * sizeof(float));
    const double stored = 1.0 * p.count * p.width * sizeof(Bf16);
    const Rotation in(session.inputs(), static_cast<std::size_t>(stored));
    const Rotation queries(session.outputs(), static_cast<std::size_t>(padded) * p.width * sizeof(Bf16));
    const Spread seconds = session.time_on_device([&](cudaStream_t stream, int i) {
      for (int q = 0; q < padded; q += kQueriesAtOnce)
        launch_scores(p.width,
                      {in.at<Bf16>(i), queries.at<Bf16>(i) + static_cast<std::size_t>(q) * p.width,
                       scores.as<float>() + static_cast<std::size_t>(q) * p.count, p.count},
                      session.profile.multiprocessors, stream);
      launch_top_k(scores.as<float>(), p.queries, p.count, kBest, workspace, stream);
    });
    session.add_point(curve, {{1.0 * p.count, 1.0 * p.width, 1.0 * p.queries, 1.0 * kBest},
                              seconds,
                              2.0 * p.count * p.width * p.queries,
                              stored});
  }
}

ImageArguments image_arguments(const std::uint8_t* pictures, Bf16* out, int height, int width, int side) {
  ImageArguments a{pictures, out, height, width, side, {}, {}};
  for (int channel = 0; channel < 3; ++channel) {
    a.mean[channel] = kChannelMean[channel];
    a.inverse[channel] = 1.0f / kChannelDeviation[channel];
  }
  return a;
}

void launch_images(const ImageArguments& a, int images, cudaStream_t stream) {
  const dim3 grid(static_cast<unsigned>((a.side * a.side + kImageThreads - 1) / kImageThreads),
                  static_cast<unsigned>(images));
  resize_normalise<<<grid, kImageThreads, 0, stream>>>(a);
  WINDTUNNEL_CUDA(cudaGetLastError());
}

bool verify_images(Session& session) {
  const ImageCase c = image_case(3, 61, 83, 32, 12);
  const auto pictures = to_device(c.pictures);
  const auto out = poisoned(c.expected.size() * sizeof(Bf16));
  launch_images(image_arguments(pictures.as<std::uint8_t>(), out.as<Bf16>(), c.height, c.width, c.side),
                c.images, session.stream());
  WINDTUNNEL_CUDA(cudaStreamSynchronize(session.stream()));
  return session.accept("resize_normalise", reference::relative_error(widen(to_host<Bf16>(out)), c.expected),
                        kLargestRelativeError);
}

}  // namespace

void measure_search(Session& session) {
  if (!verify_search(session)) return;
  session.refill_inputs(Fill::kFloat);
  measure_top_k(session);
  session.refill_inputs(Fill::kBf16);
  fill_random(session.outputs(), Fill::kBf16, session.stream());
  measure_vector_search(session);
}

void measure_images(Session& session) {
  if (!verify_images(session)) return;
  constexpr int kSide = 224;
  const int sizes[][2] = {{480, 640}, {1080, 1920}};  // height, width
  const std::vector<int> batches =
      session.quick ? std::vector<int>{1, 32} : std::vector<int>{1, 4, 16, 64, 128};
  Curve& curve = session.start_curve({"resize_normalise",
                                      "uint8",
                                      "windtunnel resize_normalise: bilinear, planes",
                                      {"images", "height", "width", "side"},
                                      {}},
                                     std::size(sizes) * batches.size());
  for (const auto& size : sizes)
    for (const int images : batches) {
      const int height = size[0];
      const int width = size[1];
      if (session.out_of_time()) return;
      const std::size_t in_bytes = static_cast<std::size_t>(images) * height * width * 3;
      const std::size_t out_bytes = static_cast<std::size_t>(images) * 3 * kSide * kSide * sizeof(Bf16);
      const Rotation in(session.inputs(), in_bytes);
      const Rotation out(session.outputs(), out_bytes);
      const Spread seconds = session.time_on_device([&](cudaStream_t stream, int i) {
        launch_images(image_arguments(in.at<std::uint8_t>(i), out.at<Bf16>(i), height, width, kSide), images,
                      stream);
      });
      // Each output pixel reads the four neighbours of its centre, fewer where they are shared.
      const double touched = std::min<double>(static_cast<double>(in_bytes), 12.0 * images * kSide * kSide);
      session.add_point(curve, {{1.0 * images, 1.0 * height, 1.0 * width, 1.0 * kSide},
                                seconds,
                                0,
                                touched + static_cast<double>(out_bytes)});
    }
}

}  // namespace windtunnel::calibrate
