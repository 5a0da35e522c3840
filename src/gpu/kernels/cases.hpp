#pragma once
// One input and its expected output for each kernel, at sizes that are awkward on purpose (ends of pages and
// tiles, ragged lengths). The program runs them on the GPU before it times anything; tests run them on the
// CPU.

#include "gpu/kernels/paged_cache.hpp"
#include "gpu/kernels/reference.hpp"

namespace windtunnel::calibrate {

/// bf16 results carry 8 bits: rounding the output alone gives up to 2⁻⁹ ≈ 0.002 per element, and attention
/// also rounds its weights. A wrong index gives an error near 1.
constexpr double kLargestRelativeError = 0.006;

inline std::vector<Bf16> random_elements(std::size_t count, std::uint32_t seed, float scale = 1.0f) {
  std::vector<Bf16> elements(count);
  for (std::size_t i = 0; i < count; ++i)
    elements[i] = to_bf16(scale * hash_uniform(seed, static_cast<std::uint32_t>(i)));
  return elements;
}

inline std::vector<double> widen(const Bf16* from, std::size_t count) {
  std::vector<double> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<double>(to_float(from[i]));
  return out;
}

inline std::vector<double> widen(const std::vector<Bf16>& from) { return widen(from.data(), from.size()); }

struct DecodeCase {
  std::vector<int> lengths;
  int heads, kv_heads, head_dim;
  std::vector<Bf16> queries, keys, values;
  std::vector<int> page_table;
  int pages_per_sequence;
  std::vector<double> expected;

  std::size_t sequences() const { return lengths.size(); }
  PagedCache cache(const Bf16* k, const Bf16* v, const int* table) const {
    return {k, v, table, pages_per_sequence, kv_heads, head_dim};
  }
};

/// Sequences whose pages lie interleaved and in falling order; slots past a sequence's end hold NaN.
inline DecodeCase decode_case(std::vector<int> lengths, int heads, int kv_heads, int head_dim,
                              std::uint32_t seed) {
  DecodeCase c{std::move(lengths), heads, kv_heads, head_dim, {}, {}, {}, {}, 0, {}};
  const int sequences = static_cast<int>(c.lengths.size());
  const int longest = *std::max_element(c.lengths.begin(), c.lengths.end());
  c.pages_per_sequence = (longest + kPageTokens - 1) / kPageTokens;
  const int pages = sequences * c.pages_per_sequence;
  const std::size_t cached = static_cast<std::size_t>(pages) * kv_heads * kPageTokens * head_dim;
  c.queries = random_elements(static_cast<std::size_t>(sequences) * heads * head_dim, seed, 3.0f);
  c.keys = random_elements(cached, seed + 1);
  c.values = random_elements(cached, seed + 2);
  for (int s = 0; s < sequences; ++s)
    for (int p = 0; p < c.pages_per_sequence; ++p) c.page_table.push_back(pages - 1 - (p * sequences + s));

  const PagedCache cache = c.cache(c.keys.data(), c.values.data(), c.page_table.data());
  const auto place = [&](int s, int kv_head, int token) {
    const int page = c.page_table[s * c.pages_per_sequence + token / kPageTokens];
    return page_offset(cache, page, kv_head) + static_cast<std::size_t>(token % kPageTokens) * head_dim;
  };
  for (int s = 0; s < sequences; ++s) {
    for (int token = c.lengths[s]; token < c.pages_per_sequence * kPageTokens; ++token)
      for (int kv = 0; kv < kv_heads; ++kv)
        for (int d = 0; d < head_dim; ++d)
          c.keys[place(s, kv, token) + d] = c.values[place(s, kv, token) + d] = Bf16{0x7fff};
    for (int h = 0; h < heads; ++h) {
      const int kv = h / (heads / kv_heads);
      const auto row = reference::attend(
          c.queries.data() + (static_cast<std::size_t>(s) * heads + h) * head_dim, c.lengths[s], head_dim,
          [&](int token) { return c.keys.data() + place(s, kv, token); },
          [&](int token) { return c.values.data() + place(s, kv, token); });
      c.expected.insert(c.expected.end(), row.begin(), row.end());
    }
  }
  return c;
}

struct PrefillCase {
  int chunk, past, heads, kv_heads, head_dim;
  std::vector<Bf16> queries, keys, values;
  std::vector<double> expected;
};

inline PrefillCase prefill_case(int chunk, int past, int heads, int kv_heads, int head_dim,
                                std::uint32_t seed) {
  PrefillCase c{chunk, past, heads, kv_heads, head_dim, {}, {}, {}, {}};
  const std::size_t cached = static_cast<std::size_t>(past + chunk) * kv_heads * head_dim;
  c.queries = random_elements(static_cast<std::size_t>(chunk) * heads * head_dim, seed, 3.0f);
  c.keys = random_elements(cached, seed + 1);
  c.values = random_elements(cached, seed + 2);
  for (int q = 0; q < chunk; ++q)
    for (int h = 0; h < heads; ++h) {
      const int kv = h / (heads / kv_heads);
      const auto place = [&](int token) {
        return (static_cast<std::size_t>(token) * kv_heads + kv) * head_dim;
      };
      const auto row = reference::attend(
          c.queries.data() + (static_cast<std::size_t>(q) * heads + h) * head_dim, past + q + 1, head_dim,
          [&](int token) { return c.keys.data() + place(token); },
          [&](int token) { return c.values.data() + place(token); });
      c.expected.insert(c.expected.end(), row.begin(), row.end());
    }
  return c;
}

/// RMSNorm and LayerNorm share their input; `residual` is what RMSNorm adds first.
struct NormCase {
  int rows, hidden;
  float epsilon = 1e-5f;
  std::vector<Bf16> input, residual, weight, bias;
  std::vector<double> expected_rms, expected_residual, expected_layer;
};

inline NormCase norm_case(int rows, int hidden, std::uint32_t seed) {
  NormCase c{rows, hidden, 1e-5f, {}, {}, {}, {}, {}, {}, {}};
  const std::size_t count = static_cast<std::size_t>(rows) * hidden;
  c.input = random_elements(count, seed, 2.0f);
  c.residual = random_elements(count, seed + 1);
  c.weight = random_elements(static_cast<std::size_t>(hidden), seed + 2);
  c.bias = random_elements(static_cast<std::size_t>(hidden), seed + 3);
  const double epsilon = static_cast<double>(c.epsilon);
  for (int r = 0; r < rows; ++r) {
    const std::size_t first = static_cast<std::size_t>(r) * hidden;
    const auto x = widen(c.input.data() + first, static_cast<std::size_t>(hidden));
    auto sum = widen(c.residual.data() + first, static_cast<std::size_t>(hidden));
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += x[i];
    const auto rms = reference::rms_norm(sum, widen(c.weight), epsilon);
    const auto layer = reference::layer_norm(x, widen(c.weight), widen(c.bias), epsilon);
    c.expected_residual.insert(c.expected_residual.end(), sum.begin(), sum.end());
    c.expected_rms.insert(c.expected_rms.end(), rms.begin(), rms.end());
    c.expected_layer.insert(c.expected_layer.end(), layer.begin(), layer.end());
  }
  return c;
}

struct SiluCase {
  int tokens, width;
  std::vector<Bf16> gate_up;
  std::vector<double> expected;
};

inline SiluCase silu_case(int tokens, int width, std::uint32_t seed) {
  SiluCase c{tokens, width, random_elements(static_cast<std::size_t>(tokens) * 2 * width, seed, 8.0f), {}};
  for (int t = 0; t < tokens; ++t)
    for (int i = 0; i < width; ++i) {
      const Bf16* row = c.gate_up.data() + static_cast<std::size_t>(t) * 2 * width;
      c.expected.push_back(reference::silu_mul(static_cast<double>(to_float(row[i])),
                                               static_cast<double>(to_float(row[width + i]))));
    }
  return c;
}

constexpr double kRotaryBase = 10000.0;

/// [position][head_dim]: cosines, then sines, of the angles of reference::rotary.
inline std::vector<float> rotary_table(int positions, int head_dim) {
  std::vector<float> table(static_cast<std::size_t>(positions) * head_dim);
  for (int p = 0; p < positions; ++p)
    for (int i = 0; i < head_dim / 2; ++i) {
      const double angle = p * std::pow(kRotaryBase, -2.0 * i / head_dim);
      table[static_cast<std::size_t>(p) * head_dim + i] = static_cast<float>(std::cos(angle));
      table[static_cast<std::size_t>(p) * head_dim + head_dim / 2 + i] = static_cast<float>(std::sin(angle));
    }
  return table;
}

struct RotaryCase {
  int tokens, head_count, head_dim;
  std::vector<Bf16> heads;
  std::vector<int> positions;
  std::vector<float> cos_sin;
  std::vector<double> expected;
};

inline RotaryCase rotary_case(int tokens, int head_count, int head_dim, std::uint32_t seed) {
  const std::size_t width = static_cast<std::size_t>(head_dim);
  RotaryCase c{tokens, head_count, head_dim, random_elements(tokens * head_count * width, seed), {}, {}, {}};
  c.cos_sin = rotary_table(3 * tokens, head_dim);
  for (int t = 0; t < tokens; ++t) c.positions.push_back(3 * t + 1);
  for (int t = 0; t < tokens; ++t)
    for (int h = 0; h < head_count; ++h) {
      const auto head = widen(c.heads.data() + (static_cast<std::size_t>(t) * head_count + h) * width, width);
      const auto out = reference::rotary(head, c.positions[t], kRotaryBase);
      c.expected.insert(c.expected.end(), out.begin(), out.end());
    }
  return c;
}

struct EmbeddingCase {
  int samples, table_count, rows, width, pooling;
  std::vector<Bf16> tables;
  std::vector<int> indices;
  std::vector<double> expected;
};

inline EmbeddingCase embedding_case(int samples, int table_count, int rows, int width, int pooling,
                                    std::uint32_t seed) {
  EmbeddingCase c{samples, table_count, rows, width, pooling, {}, {}, {}};
  c.tables = random_elements(static_cast<std::size_t>(table_count) * rows * width, seed);
  for (int i = 0; i < samples * table_count * pooling; ++i)
    c.indices.push_back(static_cast<int>(hash32(seed + 1, static_cast<std::uint32_t>(i)) % rows));
  for (int bag = 0; bag < samples * table_count; ++bag)
    for (int d = 0; d < width; ++d) {
      double sum = 0;
      for (int i = 0; i < pooling; ++i) {
        const std::size_t row =
            static_cast<std::size_t>(bag % table_count) * rows + c.indices[bag * pooling + i];
        sum += static_cast<double>(to_float(c.tables[row * width + d]));
      }
      c.expected.push_back(sum);
    }
  return c;
}

struct SearchCase {
  int count, width, queries, k;
  std::vector<Bf16> vectors, query_vectors;
  std::vector<double> expected_scores;       ///< [query][count]
  std::vector<std::vector<float>> expected;  ///< best k of `rows`, per query
  std::vector<float> rows;                   ///< input of top-k: [query][count], with ties and negatives
};

inline SearchCase search_case(int count, int width, int queries, int k, std::uint32_t seed) {
  SearchCase c{count, width, queries, k, {}, {}, {}, {}, {}};
  c.vectors = random_elements(static_cast<std::size_t>(count) * width, seed);
  c.query_vectors = random_elements(static_cast<std::size_t>(queries) * width, seed + 1);
  for (int q = 0; q < queries; ++q) {
    std::vector<float> row;
    for (int i = 0; i < count; ++i) {
      double dot = 0;
      for (int d = 0; d < width; ++d)
        dot += static_cast<double>(to_float(c.vectors[static_cast<std::size_t>(i) * width + d])) *
               static_cast<double>(to_float(c.query_vectors[static_cast<std::size_t>(q) * width + d]));
      c.expected_scores.push_back(dot);
      row.push_back(static_cast<float>(std::round(dot * 16) / 16));  // rounded, so that many are equal
    }
    c.rows.insert(c.rows.end(), row.begin(), row.end());
    c.expected.push_back(reference::top_k(std::move(row), k));
  }
  return c;
}

struct ImageCase {
  int images, height, width, side;
  std::vector<std::uint8_t> pictures;
  std::vector<double> expected;
};

/// Means and deviations of ImageNet's channels, which most published vision models expect.
constexpr float kChannelMean[3] = {0.485f, 0.456f, 0.406f};
constexpr float kChannelDeviation[3] = {0.229f, 0.224f, 0.225f};

inline ImageCase image_case(int images, int height, int width, int side, std::uint32_t seed) {
  ImageCase c{images, height, width, side, {}, {}};
  const std::size_t picture = static_cast<std::size_t>(height) * width * 3;
  for (std::size_t i = 0; i < images * picture; ++i)
    c.pictures.push_back(static_cast<std::uint8_t>(hash32(seed, static_cast<std::uint32_t>(i))));
  for (int image = 0; image < images; ++image)
    for (int channel = 0; channel < 3; ++channel)
      for (int pixel = 0; pixel < side * side; ++pixel) {
        const double value = reference::resized(c.pictures.data() + image * picture, height, width, side,
                                                pixel / side, pixel % side, channel);
        c.expected.push_back((value - static_cast<double>(kChannelMean[channel])) /
                             static_cast<double>(kChannelDeviation[channel]));
      }
  return c;
}

}  // namespace windtunnel::calibrate
