#pragma once
// The memory-bound layers around a transformer's matrix products, and embedding look-ups. Each moves its
// bytes once, 16 at a time.

#include "gpu/kernels/language.cuh"

namespace windtunnel::calibrate {

constexpr int kRowThreads = 256;

/// RMSNorm fused with the residual addition, as serving engines run it: residual += input;
/// out = residual / rms(residual) · weight (Zhang and Sennrich, 2019, equation 4). One block per row; hidden
/// is a multiple of 8.
struct RmsNormArguments {
  const Bf16* input;
  Bf16* residual;
  const Bf16* weight;
  Bf16* out;
  int hidden;
  float epsilon;
};

inline __global__ void __launch_bounds__(kRowThreads) rms_norm(RmsNormArguments a) {
  const std::size_t row = static_cast<std::size_t>(blockIdx.x) * a.hidden;
  float squares = 0.0f;
  for (int i = static_cast<int>(threadIdx.x) * 8; i < a.hidden; i += kRowThreads * 8) {
    float x[8];
    float r[8];
    unpack(load8(a.input + row + i), x);
    unpack(load8(a.residual + row + i), r);
    for (int j = 0; j < 8; ++j) {
      r[j] += x[j];
      squares += r[j] * r[j];
    }
    store8(a.residual + row + i, pack(r));
  }
  const float inverse = rsqrtf(block_sum(squares) / static_cast<float>(a.hidden) + a.epsilon);
  for (int i = static_cast<int>(threadIdx.x) * 8; i < a.hidden; i += kRowThreads * 8) {
    float r[8];
    float w[8];
    unpack(load8(a.residual + row + i), r);  // the same thread wrote it: it comes from the cache
    unpack(load8(a.weight + i), w);
    for (int j = 0; j < 8; ++j) r[j] *= inverse * w[j];
    store8(a.out + row + i, pack(r));
  }
}

/// LayerNorm (Ba, Kiros and Hinton, 2016, equation 3). One block per row; hidden is a multiple of 8.
struct LayerNormArguments {
  const Bf16* input;
  const Bf16* weight;
  const Bf16* bias;
  Bf16* out;
  int hidden;
  float epsilon;
};

inline __global__ void __launch_bounds__(kRowThreads) layer_norm(LayerNormArguments a) {
  const std::size_t row = static_cast<std::size_t>(blockIdx.x) * a.hidden;
  const int first = static_cast<int>(threadIdx.x) * 8;
  float sum = 0.0f;
  for (int i = first; i < a.hidden; i += kRowThreads * 8) {
    float x[8];
    unpack(load8(a.input + row + i), x);
    for (int j = 0; j < 8; ++j) sum += x[j];
  }
  const float mean = block_sum(sum) / static_cast<float>(a.hidden);
  float squares = 0.0f;
  for (int i = first; i < a.hidden; i += kRowThreads * 8) {
    float x[8];
    unpack(load8(a.input + row + i), x);
    for (int j = 0; j < 8; ++j) squares += (x[j] - mean) * (x[j] - mean);
  }
  const float inverse = rsqrtf(block_sum(squares) / static_cast<float>(a.hidden) + a.epsilon);
  for (int i = first; i < a.hidden; i += kRowThreads * 8) {
    float x[8];
    float w[8];
    float b[8];
    unpack(load8(a.input + row + i), x);
    unpack(load8(a.weight + i), w);
    unpack(load8(a.bias + i), b);
    for (int j = 0; j < 8; ++j) x[j] = (x[j] - mean) * inverse * w[j] + b[j];
    store8(a.out + row + i, pack(x));
  }
}

/// out = silu(gate) · up for the output [token][gate, up] of a fused gate-up projection (Shazeer, "GLU
/// Variants Improve Transformer", 2020). Grid: (column blocks, tokens); width is a multiple of 8.
struct SiluMulArguments {
  const Bf16* gate_up;  ///< [token][2 · width]
  Bf16* out;            ///< [token][width]
  int width;
};

inline __global__ void __launch_bounds__(kRowThreads) silu_mul(SiluMulArguments a) {
  const int column = static_cast<int>(blockIdx.x * kRowThreads + threadIdx.x) * 8;
  if (column >= a.width) return;
  const std::size_t token = blockIdx.y;
  float gate[8];
  float up[8];
  unpack(load8(a.gate_up + token * 2 * a.width + column), gate);
  unpack(load8(a.gate_up + token * 2 * a.width + a.width + column), up);
  for (int i = 0; i < 8; ++i) gate[i] = gate[i] / (1.0f + expf(-gate[i])) * up[i];
  store8(a.out + token * a.width + column, pack(gate));
}

/// Rotary position embedding in place, halves rotated against each other (Su et al., "RoFormer", 2021,
/// equation 34, in the layout of Llama). One block per token; head_dim is a multiple of 16.
struct RotaryArguments {
  Bf16* heads;           ///< [token][head_count][head_dim]: queries and keys side by side
  const float* cos_sin;  ///< [position][head_dim]: the cosines, then the sines, of head_dim/2 angles
  const int* positions;  ///< [token]
  int head_count;
  int head_dim;
};

inline __global__ void __launch_bounds__(kRowThreads) rotary(RotaryArguments a) {
  const int half = a.head_dim / 2;
  const int vectors = half / 8;
  const float* table = a.cos_sin + static_cast<std::size_t>(a.positions[blockIdx.x]) * a.head_dim;
  Bf16* token = a.heads + static_cast<std::size_t>(blockIdx.x) * a.head_count * a.head_dim;
  for (int i = static_cast<int>(threadIdx.x); i < a.head_count * vectors; i += kRowThreads) {
    const int angle = i % vectors * 8;
    Bf16* low = token + i / vectors * a.head_dim + angle;
    float x[8];
    float y[8];
    unpack(load8(low), x);
    unpack(load8(low + half), y);
    for (int j = 0; j < 8; ++j) {
      const float cosine = table[angle + j];
      const float sine = table[half + angle + j];
      const float rotated = x[j] * cosine - y[j] * sine;
      y[j] = y[j] * cosine + x[j] * sine;
      x[j] = rotated;
    }
    store8(low, pack(x));
    store8(low + half, pack(y));
  }
}

/// Rows gathered from embedding tables and summed per bag, as recommendation models do (Naumov et al.,
/// "DLRM", 2019, section 2.1); a pooling of one is a plain look-up. Thread i of the grid makes eight outputs
/// of bag i / (width/8).
struct EmbeddingArguments {
  const Bf16* tables;  ///< [table][rows][width]
  const int* indices;  ///< [sample][table][pooling]
  Bf16* out;           ///< [sample][table][width]
  int samples;
  int table_count;
  int rows;
  int width;  ///< a multiple of 8
  int pooling;
};

inline __global__ void __launch_bounds__(kRowThreads) embedding_gather(EmbeddingArguments a) {
  const int vectors = a.width / 8;
  const std::size_t thread = static_cast<std::size_t>(blockIdx.x) * kRowThreads + threadIdx.x;
  const std::size_t bag = thread / vectors;
  if (bag >= static_cast<std::size_t>(a.samples) * a.table_count) return;
  const int column = static_cast<int>(thread % vectors) * 8;
  const Bf16* table = a.tables + bag % a.table_count * a.rows * a.width + column;
  float sum[8] = {};
  for (int i = 0; i < a.pooling; ++i) {
    const std::size_t row = static_cast<std::size_t>(a.indices[bag * a.pooling + i]);
    float values[8];
    unpack(load8(table + row * a.width), values);
    for (int j = 0; j < 8; ++j) sum[j] += values[j];
  }
  store8(a.out + bag * a.width + column, pack(sum));
}

}  // namespace windtunnel::calibrate
