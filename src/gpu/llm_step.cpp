#include "gpu/llm_step.hpp"

#include <algorithm>
#include <cmath>

namespace windtunnel {

namespace {

/// Experts' products run as one grouped kernel; these shares of the data sheet's rates are those of dense
/// products (gemm_model.cpp), since no table of grouped products is shipped.
constexpr double kExpertComputeShare = 0.6;
constexpr double kExpertMemoryShare = 0.77;
constexpr double kExpertKernelSeconds = 10e-6;  // routing, permutation, two grouped products

LinearTable tabulate(double most, const std::vector<double>& extra, auto seconds) {
  std::vector<double> knots = extra;
  for (double x = 1; x < most; x = x < 16 ? x + 1 : std::ceil(x * 1.05)) knots.push_back(x);
  knots.push_back(most);
  std::vector<std::pair<double, double>> points;
  for (const double x : knots)
    if (x <= most) points.emplace_back(x, seconds(x));
  return LinearTable(std::move(points));
}

/// Beyond the table's end time grows in proportion.
double look_up(const LinearTable& table, double x) {
  return x <= 0 ? 0 : table.at(x) * std::max(1.0, x / table.last());
}

}  // namespace

void StepLoad::add_prefill(double new_tokens, double past_tokens) {
  sequences += 1;
  prefill_tokens += new_tokens;
  prefill_pairs += new_tokens * (past_tokens + new_tokens / 2);
}

void StepLoad::add_decode(double context_tokens) {
  sequences += 1;
  decodes += 1;
  decode_context += context_tokens;
}

HostOverhead vllm_overhead(double version) {
  if (version < 0.15) return {1.7e-3, 48e-6};
  return {0.9e-3, 2e-6};
}

LlmStepModel::LlmStepModel(const Accelerator& accelerator, const LlmModel& model,
                           const LlmDeployment& deployment, HostOverhead host, double most_tokens)
    : accelerator_(accelerator),
      model_(model),
      deployment_(deployment),
      host_(host),
      layer_(layer_of(model, deployment)),
      lm_head_(lm_head_of(model, deployment)),
      decode_(accelerator_.decode_attention(layer_.attention)),
      prefill_(accelerator_.prefill_attention(layer_.attention)) {
  const GemmTypes types{deployment_.weights, deployment_.activations};
  std::vector<LinearTable> products;
  std::vector<double> knots;
  for (const WeightShape& w : layer_.products) {
    products.push_back(accelerator_.gemm().over_tokens(types, w.n, w.k, most_tokens));
    knots.insert(knots.end(), products.back().knots().begin(), products.back().knots().end());
  }
  products_by_tokens_ = tabulate(most_tokens, knots, [&](double tokens) {
    double sum = 0;
    for (const LinearTable& table : products) sum += table.at(tokens);
    return sum + expert_seconds(tokens);
  });

  const double rotated = (layer_.attention.heads + layer_.attention.kv_heads) * model_.head_dim;
  const double activated =
      static_cast<double>(model_.experts ? model_.expert_ffn_dim.value_or(model_.ffn_dim) *
                                               model_.experts_per_token.value_or(1)
                                         : model_.ffn_dim) /
      deployment_.tensor_parallel;
  layers_by_tokens_ = tabulate(most_tokens, {}, [&](double tokens) {
    return 2 * accelerator_.row_layer_seconds("rms_norm", tokens * model_.hidden) +
           accelerator_.row_layer_seconds("rotary", tokens * rotated) +
           accelerator_.row_layer_seconds("silu_mul", tokens * activated);
  });
  reduce_by_tokens_ = tabulate(most_tokens, {}, [&](double tokens) {
    return 2 * accelerator_.all_reduce_seconds(deployment_.tensor_parallel, tokens * model_.hidden * 2);
  });
  constexpr double kMostSequences = 1024;
  output_by_sequences_ = tabulate(kMostSequences, {}, [&](double sequences) {
    return accelerator_.gemm().seconds({}, sequences, lm_head_.n, lm_head_.k) +
           accelerator_.sampler_seconds(sequences, model_.vocabulary);
  });
}

double LlmStepModel::expert_seconds(double tokens) const {
  if (layer_.expert.empty()) return 0;
  // Experts that at least one token chooses, if each chooses k of N at random.
  const double n = layer_.experts;
  const double k = layer_.experts_per_token;
  const double touched = n * (1 - std::pow((n - k) / n, tokens));
  double parameters = 0;
  for (const WeightShape& w : layer_.expert) parameters += w.parameters();
  const double memory = touched * parameters * bytes_of(deployment_.weights) /
                        accelerator_.gpu().memory_bytes_per_second / kExpertMemoryShare;
  const double compute = 2 * tokens * k * parameters /
                         peak_flops(accelerator_.gpu(), deployment_.activations) / kExpertComputeShare;
  return kExpertKernelSeconds + std::max(memory, compute);
}

double LlmStepModel::weight_bytes_read(double tokens) const {
  double parameters = 0;
  for (const WeightShape& w : layer_.products) parameters += w.parameters();
  const double n = layer_.experts;
  for (const WeightShape& w : layer_.expert)
    parameters += w.parameters() * n * (1 - std::pow((n - layer_.experts_per_token) / n, tokens));
  return model_.layers * parameters * bytes_of(deployment_.weights) +
         lm_head_.parameters() * bytes_of(Precision::kBf16);
}

StepTime LlmStepModel::breakdown(const StepLoad& load) const {
  const double layers = model_.layers;
  const double tokens = load.tokens();
  StepTime time;
  if (tokens <= 0) return time;
  time.products = layers * look_up(products_by_tokens_, tokens);
  double attention = decode_.seconds(load.decodes, load.decode_context);
  // A mixed batch is one launch: its floor is paid once.
  if (load.prefill_tokens > 0) {
    const double alone = prefill_.seconds(load.prefill_tokens, load.prefill_pairs);
    attention += load.decodes > 0 ? alone - std::min(prefill_.floor_seconds(), alone / 2) : alone;
  }
  time.attention = layers * attention;
  time.layers = layers * look_up(layers_by_tokens_, tokens);
  time.communication = layers * look_up(reduce_by_tokens_, tokens);
  time.output = look_up(output_by_sequences_, load.sequences);
  time.host = host_.per_step_seconds + host_.per_sequence_seconds * load.sequences;
  // The parts are each at or above the data sheet; their sum therefore is too.
  return time;
}

double LlmStepModel::flops(const StepLoad& load) const {
  const double tp = deployment_.tensor_parallel;
  const double attention_pairs = load.prefill_pairs + load.decode_context;
  return tp * (2 * load.tokens() * model_.layers * layer_.active_parameters() +
               4 * model_.layers * attention_pairs * layer_.attention.heads * model_.head_dim +
               2 * load.sequences * lm_head_.parameters());
}

double LlmStepModel::bytes_per_gpu(const StepLoad& load) const {
  return weight_bytes_read(load.tokens()) +
         model_.layers * load.decode_context * layer_.attention.kv_bytes_per_token;
}

double LlmStepModel::least_seconds(const StepLoad& load) const {
  const Gpu& gpu = accelerator_.gpu();
  return windtunnel::least_seconds(gpu, deployment_.activations, flops(load) / deployment_.tensor_parallel,
                                   bytes_per_gpu(load));
}

double LlmStepModel::compute_utilization(const StepLoad& load) const {
  const double peak = peak_flops(accelerator_.gpu(), deployment_.activations);
  return flops(load) / deployment_.tensor_parallel / peak / seconds(load);
}

double LlmStepModel::bandwidth_utilization(const StepLoad& load) const {
  return bytes_per_gpu(load) / accelerator_.gpu().memory_bytes_per_second / seconds(load);
}

}  // namespace windtunnel
