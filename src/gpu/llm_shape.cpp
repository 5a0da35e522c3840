#include "gpu/llm_shape.hpp"

#include <algorithm>
#include <cmath>

namespace windtunnel {

namespace {

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

int layers_of_largest_stage(const LlmModel& model, const LlmDeployment& deployment) {
  return (model.layers + deployment.pipeline_parallel - 1) / deployment.pipeline_parallel;
}

/// A gated feed-forward (SwiGLU) has three matrices, a plain one two: the published number of parameters
/// tells which.
bool is_gated(const LlmModel& model) {
  const double d = model.hidden;
  const double attention = d * model.head_dim * (2.0 * model.heads + 2.0 * model.kv_heads);
  const auto total = [&](double matrices) {
    return model.layers * (attention + matrices * d * model.ffn_dim) + 2.0 * model.vocabulary * d;
  };
  return std::abs(total(3) - model.parameters) <= std::abs(total(2) - model.parameters);
}

std::vector<WeightShape> feed_forward(const LlmModel& model, double width, double tp) {
  const double up = is_gated(model) || model.experts ? 2 * width : width;
  return {{up / tp, static_cast<double>(model.hidden)}, {static_cast<double>(model.hidden), width / tp}};
}

/// What the published total leaves for one layer's attention where its matrices are not in the catalog
/// (latent attention factors them).
double remaining_attention_parameters(const LlmModel& model) {
  const double d = model.hidden;
  const double routed = 3.0 * d * model.expert_ffn_dim.value_or(0) * model.experts.value_or(0);
  const double shared = 3.0 * d * model.expert_ffn_dim.value_or(0) * model.shared_experts.value_or(0);
  const double rest = (model.parameters - 2.0 * model.vocabulary * d) / model.layers - routed - shared;
  return std::max(rest, 4 * d * d / 8);
}

}  // namespace

double LlmLayer::parameters() const {
  double sum = 0;
  for (const WeightShape& w : products) sum += w.parameters();
  for (const WeightShape& w : expert) sum += experts * w.parameters();
  return sum;
}

double LlmLayer::active_parameters() const {
  double sum = 0;
  for (const WeightShape& w : products) sum += w.parameters();
  for (const WeightShape& w : expert) sum += experts_per_token * w.parameters();
  return sum;
}

LlmLayer layer_of(const LlmModel& model, const LlmDeployment& deployment) {
  const double tp = deployment.tensor_parallel;
  const double d = model.hidden;
  LlmLayer layer;
  layer.attention.heads = std::max(model.heads / tp, 1.0);
  layer.attention.kv_heads = std::max(model.kv_heads / tp, 1.0);
  layer.attention.head_dim = model.head_dim;
  layer.attention.kv_bytes_per_token =
      cache_bytes_per_token(model, deployment) / layers_of_largest_stage(model, deployment);
  if (model.kv_lora_rank) {
    layer.attention.kv_heads = 1;
    layer.products.push_back({remaining_attention_parameters(model) / d / tp, d});
  } else {
    layer.products.push_back({(layer.attention.heads + 2 * layer.attention.kv_heads) * model.head_dim, d});
    layer.products.push_back({d, layer.attention.heads * model.head_dim});
  }
  if (model.experts) {
    layer.experts = *model.experts;
    layer.experts_per_token = model.experts_per_token.value_or(1);
    layer.expert = feed_forward(model, model.expert_ffn_dim.value_or(model.ffn_dim), tp);
    if (model.shared_experts.value_or(0) > 0)
      for (const WeightShape& w :
           feed_forward(model, *model.shared_experts * model.expert_ffn_dim.value_or(model.ffn_dim), tp))
        layer.products.push_back(w);
  } else {
    for (const WeightShape& w : feed_forward(model, model.ffn_dim, tp)) layer.products.push_back(w);
  }
  return layer;
}

WeightShape lm_head_of(const LlmModel& model, const LlmDeployment& deployment) {
  return {static_cast<double>(model.vocabulary) / deployment.tensor_parallel,
          static_cast<double>(model.hidden)};
}

double weight_bytes_per_gpu(const LlmModel& model, const LlmDeployment& deployment) {
  const int layers = layers_of_largest_stage(model, deployment);
  const double tables =
      (deployment.pipeline_parallel == 1 ? 2 : 1) * lm_head_of(model, deployment).parameters();
  return layers * layer_of(model, deployment).parameters() * bytes_of(deployment.weights) +
         tables * bytes_of(Precision::kBf16);
}

double cache_bytes_per_token(const LlmModel& model, const LlmDeployment& deployment) {
  const int layers = layers_of_largest_stage(model, deployment);
  const double number = bytes_of(deployment.cache);
  if (model.kv_lora_rank) return layers * (*model.kv_lora_rank + model.rope_head_dim.value_or(0)) * number;
  const double kv_heads = std::max(static_cast<double>(model.kv_heads) / deployment.tensor_parallel, 1.0);
  return 2.0 * layers * kv_heads * model.head_dim * number;
}

long cache_blocks(const LlmModel& model, const LlmDeployment& deployment, double gpu_memory_bytes,
                  const CacheReserve& reserve, int block_tokens) {
  const double activations = reserve.activation_bytes.value_or((model.experts ? 8.0 : 5.5) * kGibibyte);
  const double other =
      reserve.other_bytes.value_or((deployment.tensor_parallel > 1 ? 0.6 : 0.15) * kGibibyte);
  const double left =
      gpu_memory_bytes * reserve.memory_share - weight_bytes_per_gpu(model, deployment) - activations - other;
  const double blocks = std::floor(left / (block_tokens * cache_bytes_per_token(model, deployment)));
  return blocks > 0 ? static_cast<long>(blocks) : 0;
}

}  // namespace windtunnel
