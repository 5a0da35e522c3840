#pragma once

#include "gpu/accelerator.hpp"
#include "gpu/llm_shape.hpp"

namespace windtunnel {

/// What the scheduler puts into one iteration of continuous batching (Yu et al., "Orca", OSDI 2022).
struct StepLoad {
  double sequences = 0;       ///< that take part, each of them gives at most one token
  double prefill_tokens = 0;  ///< P: new prompt tokens
  double prefill_pairs = 0;   ///< Q = Σ n·(c + n/2) over chunks of n tokens with c tokens before them
  double decodes = 0;         ///< sequences with one new token
  double decode_context = 0;  ///< K: tokens that these have in the cache, together

  double tokens() const { return prefill_tokens + decodes; }
  void add_prefill(double new_tokens, double past_tokens);
  void add_decode(double context_tokens);
};

/// Time of the host around an iteration: scheduling, input preparation, sampling results. Depends on the
/// engine.
struct HostOverhead {
  double per_step_seconds = 0;
  double per_sequence_seconds = 0;
};

/// Presets for vLLM by version. 0.12: fitted to closed-loop runs on H100s (ai-dynamo/aiconfigurator @
/// 095f58a5, silicon_sample.csv); from 0.15 the middle of what was seen, 0.6 to 1.2 ms and 0 to 4 µs.
HostOverhead vllm_overhead(double version);

/// Where the time of a step goes; all layers together, in seconds.
struct StepTime {
  double products = 0;  ///< matrix products of the layers
  double attention = 0;
  double layers = 0;  ///< normalizations, rotary, activation
  double communication = 0;
  double output = 0;  ///< lm_head and sampler
  double host = 0;
  double total() const { return products + attention + layers + communication + output + host; }
};

/// Iteration times of a language model on a group of GPUs. Built once; a step is then a few table look-ups.
class LlmStepModel {
 public:
  LlmStepModel(const Accelerator& accelerator, const LlmModel& model, const LlmDeployment& deployment,
               HostOverhead host, double most_tokens = 8192);

  /// From the start of an iteration to its tokens. With pipeline stages the sum over them.
  StepTime breakdown(const StepLoad& load) const;
  double seconds(const StepLoad& load) const { return breakdown(load).total(); }

  /// Time after which the next iteration of other sequences may start: a stage's share with pipeline
  /// parallelism.
  double interval_seconds(const StepLoad& load) const {
    return seconds(load) / deployment_.pipeline_parallel;
  }

  /// The least that the data sheet allows for this step on its GPUs: no result is below it.
  double least_seconds(const StepLoad& load) const;

  /// Floating-point operations of a step on all GPUs, and bytes of weights and cache that it reads on one.
  double flops(const StepLoad& load) const;
  double bytes_per_gpu(const StepLoad& load) const;

  /// Shares of peak rate and peak bandwidth that a step reaches.
  double compute_utilization(const StepLoad& load) const;
  double bandwidth_utilization(const StepLoad& load) const;

 private:
  double expert_seconds(double tokens) const;
  double weight_bytes_read(double tokens) const;

  Accelerator accelerator_;
  LlmModel model_;
  LlmDeployment deployment_;
  HostOverhead host_;
  LlmLayer layer_;
  WeightShape lm_head_;
  DecodeAttention decode_;
  PrefillAttention prefill_;
  LinearTable products_by_tokens_;  ///< one layer
  LinearTable layers_by_tokens_;    ///< one layer's normalizations, rotary, activation
  LinearTable reduce_by_tokens_;    ///< one layer's two all-reduces
  LinearTable output_by_sequences_;
};

}  // namespace windtunnel
