#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/table.hpp"

namespace windtunnel {

/// The shape of a language model (decoder).
struct LlmModel {
  std::string name;              ///< "llama-3.1-8b"
  double parameters = 0;         ///< computed from the shape, norms and biases left out
  double active_parameters = 0;  ///< per token; embeddings included
  int layers = 0;
  int hidden = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int ffn_dim = 0;
  std::optional<int> experts;  ///< mixture of experts: routed experts in a layer, and so on
  std::optional<int> experts_per_token;
  std::optional<int> expert_ffn_dim;
  std::optional<int> shared_experts;
  std::optional<int> kv_lora_rank;  ///< latent attention
  std::optional<int> rope_head_dim;
  int vocabulary = 0;
  int context_tokens = 0;
  std::optional<int> sliding_window_tokens;
  std::string dtype;              ///< of the published weights
  double kv_bytes_per_token = 0;  ///< in bf16, all layers; with a sliding window an upper bound
  Origin origin;
  std::string notes;
};

/// A network that answers in one pass: vision, text encoders, recommendation.
struct DnnModel {
  std::string name;                  ///< "resnet50", "dlrm-26x64"
  std::string kind;                  ///< "recommendation ranking"
  std::optional<double> parameters;  ///< dense part
  std::optional<double> flops;       ///< per sample: two per multiply-add
  std::optional<double> embedding_table_bytes;
  std::optional<double> embedding_dims;
  std::string input;
  std::optional<double> measured_per_second;  ///< samples, on `measured_on`
  std::optional<double> measured_latency_seconds;
  std::string measured_on;
  Origin origin;
  std::string notes;
};

std::vector<LlmModel> read_llm_models(TableReader& rows);
std::vector<DnnModel> read_dnn_models(TableReader& rows);

}  // namespace windtunnel
