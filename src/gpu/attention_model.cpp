#include "gpu/attention_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace windtunnel {

namespace {

/// Where nothing was measured; from the public H100 and A100 tables (docs/gpu.md): bandwidth share of decode
/// attention over long contexts, share of the peak rate of long prefill, and the time of the smallest.
constexpr double kDecodeMemoryShare = 0.85;
constexpr double kPrefillComputeShare = 0.55;
constexpr double kSmallestSeconds = 12e-6;

/// The column of each argument in a curve. `sequences` may be absent (one), `past` too (none).
struct AttentionColumns {
  std::optional<std::size_t> sequences, context, chunk, past, heads, kv_heads, head_dim, seconds;
  explicit AttentionColumns(const ProfileCurve& curve)
      : sequences(curve.column("sequences")),
        context(curve.column("context")),
        chunk(curve.column("chunk")),
        past(curve.column("past")),
        heads(curve.column("heads")),
        kv_heads(curve.column("kv_heads")),
        head_dim(curve.column("head_dim")),
        seconds(curve.column("seconds")) {}
  bool have_heads() const { return heads && kv_heads && head_dim && seconds; }
};

using MeasuredShape = std::array<double, 3>;  // heads, kv heads, head dimension

/// The measured shape most like the wanted one: first the same number of query heads per kv head, then the
/// nearest number of heads.
MeasuredShape nearest_shape(const ProfileCurve& curve, const AttentionColumns& at,
                            const AttentionShape& wanted) {
  MeasuredShape best{};
  double least = std::numeric_limits<double>::infinity();
  for (const auto& point : curve.points) {
    const MeasuredShape shape{point[*at.heads], point[*at.kv_heads], point[*at.head_dim]};
    const double group = std::log(shape[0] / shape[1] / (wanted.heads / wanted.kv_heads));
    const double distance = 10 * std::abs(group) + std::abs(std::log(shape[0] / wanted.heads)) +
                            std::abs(std::log(shape[2] / wanted.head_dim));
    if (distance < least) {
      least = distance;
      best = shape;
    }
  }
  return best;
}

bool has_shape(const std::vector<double>& point, const AttentionColumns& at, const MeasuredShape& shape) {
  return point[*at.heads] == shape[0] && point[*at.kv_heads] == shape[1] && point[*at.head_dim] == shape[2];
}

/// Least squares of relative errors with coefficients that are not negative, for three terms: the best of all
/// subsets of terms whose plain solution has no negative coefficient.
std::array<double, 3> fit_terms(const std::vector<std::array<double, 3>>& terms,
                                const std::vector<double>& seconds) {
  std::array<double, 3> best{};
  double least = std::numeric_limits<double>::infinity();
  for (unsigned subset = 1; subset < 8; ++subset) {
    double matrix[3][4] = {};
    for (std::size_t row = 0; row < terms.size(); ++row)
      for (unsigned i = 0; i < 3; ++i) {
        if (!(subset >> i & 1)) continue;
        const double x = terms[row][i] / seconds[row];
        for (unsigned j = 0; j < 3; ++j)
          if (subset >> j & 1) matrix[i][j] += x * terms[row][j] / seconds[row];
        matrix[i][3] += x;
      }
    for (unsigned i = 0; i < 3; ++i) {  // Gauss-Jordan; the matrix is positive definite on the subset
      if (!(subset >> i & 1)) continue;
      for (unsigned j = 0; j < 3; ++j) {
        if (j == i || !(subset >> j & 1) || matrix[i][i] == 0) continue;
        const double factor = matrix[j][i] / matrix[i][i];
        for (unsigned c = 0; c < 4; ++c) matrix[j][c] -= factor * matrix[i][c];
      }
    }
    std::array<double, 3> solution{};
    bool valid = true;
    for (unsigned i = 0; i < 3; ++i) {
      if (!(subset >> i & 1)) continue;
      solution[i] = matrix[i][3] / matrix[i][i];
      valid &= std::isfinite(solution[i]) && solution[i] >= 0;
    }
    double error = 0;
    for (std::size_t row = 0; row < terms.size(); ++row) {
      double predicted = 0;
      for (unsigned i = 0; i < 3; ++i) predicted += solution[i] * terms[row][i];
      error += std::pow(predicted / seconds[row] - 1, 2);
    }
    if (valid && error < least) {
      least = error;
      best = solution;
    }
  }
  return best;
}

}  // namespace

DecodeAttention::DecodeAttention(const Gpu& gpu, const GpuProfile* profile, const AttentionShape& shape)
    : bytes_per_second_(gpu.memory_bytes_per_second), kv_bytes_per_token_(shape.kv_bytes_per_token) {
  const ProfileCurve* curve = profile ? profile->find("decode_attention") : nullptr;
  if (!curve) return;
  const AttentionColumns at(*curve);
  if (!at.have_heads() || !at.sequences || !at.context) return;
  const MeasuredShape measured = nearest_shape(*curve, at, shape);
  // A sequence with 8 kv heads is to the kernel as 8 sequences with one.
  sequence_scale_ = shape.kv_heads / measured[1];
  const double measured_bytes = 2 * measured[2] * bytes_of(Precision::kBf16);
  context_scale_ = shape.kv_bytes_per_token / shape.kv_heads / measured_bytes;
  std::map<double, std::vector<std::pair<double, double>>> rows;
  for (const auto& point : curve->points)
    if (has_shape(point, at, measured))
      rows[point[*at.sequences]].emplace_back(point[*at.context], point[*at.seconds]);
  for (auto& [sequences, points] : rows) rows_.push_back({sequences, LinearTable(std::move(points))});
}

double DecodeAttention::in_row(const Row& row, double context) const {
  const double beyond = std::max(1.0, context / row.seconds_by_context.last());
  return row.seconds_by_context.at(context) * beyond;
}

double DecodeAttention::seconds(double sequences, double context_tokens) const {
  if (sequences <= 0) return 0;
  const double least = context_tokens * kv_bytes_per_token_ / bytes_per_second_;
  if (rows_.empty()) return kSmallestSeconds + least / kDecodeMemoryShare;
  const double rows = sequences * sequence_scale_;
  const double context = context_tokens / sequences * context_scale_;
  const auto above = std::upper_bound(rows_.begin(), rows_.end(), rows,
                                      [](double value, const Row& row) { return value < row.sequences; });
  double seconds = 0;
  if (above == rows_.begin()) {
    seconds = in_row(rows_.front(), context);
  } else if (above == rows_.end()) {
    seconds = in_row(rows_.back(), context) * rows / rows_.back().sequences;
  } else {
    const Row& below = *std::prev(above);
    const double part = (rows - below.sequences) / (above->sequences - below.sequences);
    const double low = in_row(below, context);
    seconds = low + part * (in_row(*above, context) - low);
  }
  return std::max(seconds, least);
}

PrefillAttention::PrefillAttention(const Gpu& gpu, const GpuProfile* profile, const AttentionShape& shape) {
  const double flops_per_pair = 4 * shape.heads * shape.head_dim;
  least_per_pair_ = flops_per_pair / peak_flops(gpu, Precision::kBf16);
  floor_ = kSmallestSeconds;
  per_pair_ = least_per_pair_ / kPrefillComputeShare;
  per_token_ = 2 * 2 * shape.heads * shape.head_dim / gpu.memory_bytes_per_second;
  const ProfileCurve* curve = profile ? profile->find("prefill_attention") : nullptr;
  if (!curve) return;
  const AttentionColumns at(*curve);
  if (!at.have_heads() || !at.chunk) return;
  const MeasuredShape measured = nearest_shape(*curve, at, shape);
  std::vector<std::array<double, 3>> terms;
  std::vector<double> seconds;
  for (const auto& point : curve->points) {
    if (!has_shape(point, at, measured)) continue;
    const double sequences = at.sequences ? point[*at.sequences] : 1;
    const double past = at.past ? point[*at.past] : 0;
    const double chunk = point[*at.chunk];
    terms.push_back({1, sequences * chunk, sequences * chunk * (past + chunk / 2)});
    seconds.push_back(point[*at.seconds]);
  }
  if (terms.size() < 3) return;
  const auto fitted = fit_terms(terms, seconds);
  const double head_scale = shape.heads * shape.head_dim / (measured[0] * measured[2]);
  floor_ = fitted[0];
  per_token_ = fitted[1] * head_scale;
  per_pair_ = std::max(fitted[2] * head_scale, least_per_pair_);
}

double PrefillAttention::seconds(double tokens, double pairs) const {
  if (tokens <= 0) return 0;
  return std::max(floor_ + per_token_ * tokens + per_pair_ * pairs, least_per_pair_ * pairs);
}

}  // namespace windtunnel
