#pragma once
// What is measured: the shapes and sizes that decide how a model server behaves. `--quick` takes fewer of
// each.

#include <vector>

namespace windtunnel::calibrate {

/// A weight matrix of `n` outputs and `k` inputs; its GEMM is [m, k] · [n, k]ᵀ.
struct GemmShape {
  const char* what;
  int n, k;
  int most_tokens;
};

/// Token counts: dense where serving engines batch, up to the longest prefill chunk.
inline std::vector<int> token_grid(bool quick) {
  if (quick) return {1, 16, 128, 2048};
  return {1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192};
}

inline std::vector<GemmShape> gemm_shapes(bool quick) {
  if (quick) return {{"llama-3-8b qkv", 6144, 4096, 8192}, {"bert-base ffn up", 3072, 768, 8192}};
  return {
      {"llama-3-8b qkv", 6144, 4096, 8192},
      {"llama-3-8b o", 4096, 4096, 8192},
      {"llama-3-8b gate_up", 28672, 4096, 8192},
      {"llama-3-8b down", 4096, 14336, 8192},
      {"llama-3-8b lm_head", 128256, 4096, 1024},
      {"square", 2048, 2048, 8192},
      {"square", 8192, 8192, 8192},
      {"bert-base qkv", 2304, 768, 8192},
      {"bert-base o", 768, 768, 8192},
      {"bert-base ffn up", 3072, 768, 8192},
      {"bert-base ffn down", 768, 3072, 8192},
      {"dlrm top mlp", 1024, 480, 8192},
      {"dlrm top mlp", 1024, 1024, 8192},
      {"dlrm top mlp", 512, 1024, 8192},
      {"dlrm bottom mlp", 256, 512, 8192},
  };
}

struct AttentionHeads {
  int heads, kv_heads, head_dim;
};

/// Llama-3-8B, one without grouping, and a group of eight (Llama-3-70B under tensor parallelism 4).
inline std::vector<AttentionHeads> attention_heads(bool quick) {
  if (quick) return {{32, 8, 128}};
  return {{32, 8, 128}, {32, 32, 128}, {16, 2, 128}};
}

inline std::vector<int> decode_sequences(bool quick) {
  if (quick) return {1, 64};
  return {1, 2, 4, 8, 16, 32, 64, 128, 256};
}

inline std::vector<int> decode_contexts(bool quick) {
  if (quick) return {256, 4096};
  return {128, 256, 512, 1024, 2048, 4096, 8192, 16384};
}

inline std::vector<int> prefill_chunks(bool quick) {
  if (quick) return {128, 2048};
  return {16, 64, 128, 256, 512, 1024, 2048, 4096, 8192};
}

inline std::vector<int> prefill_pasts(bool quick) {
  if (quick) return {0, 4096};
  return {0, 1024, 4096, 16384};
}

inline std::vector<int> batch_grid(bool quick) {
  if (quick) return {1, 64};
  return {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192};
}

}  // namespace windtunnel::calibrate
