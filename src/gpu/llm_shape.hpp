#pragma once

#include <optional>
#include <vector>

#include "catalog/neural_model.hpp"
#include "gpu/attention_model.hpp"
#include "gpu/precision.hpp"

namespace windtunnel {

/// How a language model is laid over GPUs.
struct LlmDeployment {
  int tensor_parallel = 1;    ///< GPUs that share every layer
  int pipeline_parallel = 1;  ///< groups of layers, one after the other
  Precision weights = Precision::kBf16;
  Precision activations =
      Precision::kBf16;  ///< type of the products; 8-bit weights are usually with 8-bit activations
  Precision cache = Precision::kBf16;
};

/// Outputs and inputs of one weight matrix on one GPU.
struct WeightShape {
  double n = 0;
  double k = 0;
  double parameters() const { return n * k; }
};

/// What a decoder layer consists of on one GPU of `tensor_parallel`: heads, feed-forward width and vocabulary
/// are divided (Shoeybi et al., "Megatron-LM", 2019, section 3); a kv head is replicated where there are
/// fewer than GPUs.
struct LlmLayer {
  std::vector<WeightShape> products;  ///< attention projections, and the feed-forward of a dense layer
  std::vector<WeightShape> expert;    ///< of one routed expert; empty in a dense layer
  int experts = 0;
  int experts_per_token = 0;
  AttentionShape attention;

  double parameters() const;         ///< all of the layer's weights on this GPU
  double active_parameters() const;  ///< that one token meets
};

LlmLayer layer_of(const LlmModel& model, const LlmDeployment& deployment);

/// The vocabulary projection on one GPU.
WeightShape lm_head_of(const LlmModel& model, const LlmDeployment& deployment);

/// Bytes of weights on one GPU of the largest pipeline stage; embedding and lm_head stay in 16 bits.
double weight_bytes_per_gpu(const LlmModel& model, const LlmDeployment& deployment);

/// Bytes that one token takes in the cache of one GPU, all its layers: 2 · L · kv heads · head_dim / tp, or
/// the latent vector, which every GPU keeps whole (DeepSeek-AI, "DeepSeek-V2", 2024, section 2.1).
double cache_bytes_per_token(const LlmModel& model, const LlmDeployment& deployment);

/// Memory that serving engines set aside beside weights and cache.
/// Source: constants of BLIS, inference-sim/inference-sim @ f90a1e3a, kv_capacity.go.
struct CacheReserve {
  double memory_share = 0.9;               ///< of the GPU's memory that the engine takes at all
  std::optional<double> activation_bytes;  ///< default 5.5 GiB, with experts 8 GiB
  std::optional<double> other_bytes;       ///< default 0.15 GiB, in a group of GPUs 0.6 GiB
};

/// Blocks of `block_tokens` tokens that fit beside the weights; 0 if the weights do not fit.
long cache_blocks(const LlmModel& model, const LlmDeployment& deployment, double gpu_memory_bytes,
                  const CacheReserve& reserve = {}, int block_tokens = 16);

}  // namespace windtunnel
