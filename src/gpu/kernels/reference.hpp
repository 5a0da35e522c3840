#pragma once
// What each kernel must compute, written plainly in double precision on the CPU. The program checks every
// kernel against these before it times it; tests hold them to cases worked out by hand.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "gpu/kernels/element.hpp"

namespace windtunnel::calibrate::reference {

/// Softmax attention of one query over `count` keys; `key(i)` and `value(i)` give pointers to `head_dim`
/// elements. Source: Vaswani et al., "Attention Is All You Need", 2017, equation 1.
template <class Key, class Value>
std::vector<double> attend(const Bf16* query, int count, int head_dim, Key key, Value value) {
  std::vector<double> weight(static_cast<std::size_t>(count));
  double best = -std::numeric_limits<double>::infinity();
  for (int i = 0; i < count; ++i) {
    double dot = 0;
    for (int d = 0; d < head_dim; ++d)
      dot += static_cast<double>(to_float(query[d])) * static_cast<double>(to_float(key(i)[d]));
    weight[i] = dot / std::sqrt(static_cast<double>(head_dim));
    best = std::max(best, weight[i]);
  }
  double total = 0;
  std::vector<double> out(static_cast<std::size_t>(head_dim), 0.0);
  for (int i = 0; i < count; ++i) {
    const double w = std::exp(weight[i] - best);
    total += w;
    for (int d = 0; d < head_dim; ++d) out[d] += w * static_cast<double>(to_float(value(i)[d]));
  }
  for (double& x : out) x /= total;
  return out;
}

/// x / sqrt(mean(x²) + epsilon) · weight.
inline std::vector<double> rms_norm(const std::vector<double>& x, const std::vector<double>& weight,
                                    double epsilon) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  const double inverse = 1.0 / std::sqrt(squares / static_cast<double>(x.size()) + epsilon);
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) out[i] = x[i] * inverse * weight[i];
  return out;
}

/// (x − mean) / sqrt(variance + epsilon) · weight + bias.
inline std::vector<double> layer_norm(const std::vector<double>& x, const std::vector<double>& weight,
                                      const std::vector<double>& bias, double epsilon) {
  const double n = static_cast<double>(x.size());
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  double squares = 0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  const double inverse = 1.0 / std::sqrt(squares / n + epsilon);
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) out[i] = (x[i] - mean) * inverse * weight[i] + bias[i];
  return out;
}

inline double silu_mul(double gate, double up) { return gate / (1.0 + std::exp(-gate)) * up; }

/// One head rotated by its position: pairs (i, i + half) turn by position · base^(−2i/dim).
inline std::vector<double> rotary(const std::vector<double>& head, int position, double base) {
  const std::size_t half = head.size() / 2;
  std::vector<double> out(head.size());
  for (std::size_t i = 0; i < half; ++i) {
    const double angle =
        position * std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(head.size()));
    out[i] = head[i] * std::cos(angle) - head[half + i] * std::sin(angle);
    out[half + i] = head[half + i] * std::cos(angle) + head[i] * std::sin(angle);
  }
  return out;
}

/// The k largest scores, descending.
inline std::vector<float> top_k(std::vector<float> scores, int k) {
  const auto middle =
      scores.begin() + std::min<std::ptrdiff_t>(k, static_cast<std::ptrdiff_t>(scores.size()));
  std::partial_sort(scores.begin(), middle, scores.end(), std::greater<>());
  scores.erase(middle, scores.end());
  return scores;
}

/// One channel value of a picture [height][width][3] resized bilinearly to side × side, pixel centres at
/// halves, on the scale 0 … 1.
inline double resized(const std::uint8_t* picture, int height, int width, int side, int row, int column,
                      int channel) {
  const auto place = [side](int index, int length) {
    return std::clamp((index + 0.5) * length / side - 0.5, 0.0, static_cast<double>(length - 1));
  };
  const double y = place(row, height);
  const double x = place(column, width);
  double value = 0;
  // The weight of a neighbour falls off linearly with its distance.
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx) {
      const int py = static_cast<int>(y) + dy;
      const int px = static_cast<int>(x) + dx;
      const double weight = (1.0 - std::abs(y - py)) * (1.0 - std::abs(x - px));
      if (weight > 0) value += weight * picture[(py * width + px) * 3 + channel];
    }
  return value / 255.0;
}

/// ‖out − expected‖ / ‖expected‖; NaN in `out`, or a missing element, gives NaN, which passes no comparison.
template <class Out, class Expected>
double relative_error(const std::vector<Out>& out, const std::vector<Expected>& expected) {
  if (out.size() != expected.size()) return std::numeric_limits<double>::quiet_NaN();
  double difference = 0;
  double size = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double e = static_cast<double>(expected[i]);
    const double d = static_cast<double>(out[i]) - e;
    difference += d * d;
    size += e * e;
  }
  return std::sqrt(difference / size);
}

/// The larger of two errors, where one that is not a number is the largest of all.
inline double larger_error(double a, double b) { return std::isnan(a) || a >= b ? a : b; }

}  // namespace windtunnel::calibrate::reference
