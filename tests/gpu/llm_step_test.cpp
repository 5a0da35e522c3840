// Shapes, memory and iteration times of language models.

#include "gpu/llm_step.hpp"

#include <doctest/doctest.h>

#include "catalog/catalog.hpp"

using namespace windtunnel;

namespace {

const Catalog& catalog() {
  static const Catalog the_catalog;
  return the_catalog;
}

const LlmModel& model(const char* name) { return *catalog().find_llm_model(name); }

Accelerator accelerator(const char* gpu) {
  return Accelerator(*catalog().find_gpu(gpu), find_profile(gpu, "no such folder").profile);
}

StepLoad decodes(int sequences, double context) {
  StepLoad load;
  for (int i = 0; i < sequences; ++i) load.add_decode(context);
  return load;
}

StepLoad prefill(double tokens, double past = 0) {
  StepLoad load;
  load.add_prefill(tokens, past);
  return load;
}

}  // namespace

TEST_CASE("a step's load counts tokens, cached tokens, and the pairs that causality leaves") {
  StepLoad load;
  load.add_prefill(100, 0);
  load.add_prefill(50, 200);
  load.add_decode(1000);
  CHECK(load.sequences == 3);
  CHECK(load.tokens() == 151);
  CHECK(load.prefill_pairs == 100 * 50 + 50 * 225);
  CHECK(load.decode_context == 1000);
}

TEST_CASE("a layer's weights on one GPU, against the published number of parameters") {
  struct {
    std::string name;
    double tolerance;
  } const cases[] = {{"llama-3.1-8b", 0.001}, {"llama-3.1-70b", 0.001},    {"llama-2-70b", 0.001},
                     {"qwen3-32b", 0.001},    {"mixtral-8x7b-v0.1", 0.01}, {"deepseek-v3", 0.05}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const LlmModel* found = catalog().find_llm_model(c.name);
    REQUIRE(found);
    for (const int tp : {1, 2, 4, 8}) {
      LlmDeployment deployment;
      deployment.tensor_parallel = tp;
      const double all = found->layers * layer_of(*found, deployment).parameters() * tp +
                         2 * lm_head_of(*found, deployment).parameters() * tp;
      CHECK(all == doctest::Approx(found->parameters).epsilon(c.tolerance));
    }
  }
}

TEST_CASE("grouped heads are replicated where there are fewer than GPUs") {
  LlmDeployment deployment;
  deployment.tensor_parallel = 16;
  const LlmLayer layer = layer_of(model("llama-3.1-8b"), deployment);
  CHECK(layer.attention.kv_heads == 1);
  CHECK(layer.attention.heads == 2);
  CHECK(cache_bytes_per_token(model("llama-3.1-8b"), deployment) == 2 * 32 * 1 * 128 * 2);
}

TEST_CASE("bytes of a cached token") {
  LlmDeployment deployment;
  CHECK(cache_bytes_per_token(model("llama-3.1-8b"), deployment) == 131072);
  deployment.cache = Precision::kFp8;
  CHECK(cache_bytes_per_token(model("llama-3.1-8b"), deployment) == 65536);
  deployment = {};
  deployment.tensor_parallel = 8;
  CHECK(cache_bytes_per_token(model("llama-3.1-70b"), deployment) == 327680 / 8);
  // The latent vector of DeepSeek-V3 is kept by every GPU: 61 · (512 + 64) · 2.
  CHECK(cache_bytes_per_token(model("deepseek-v3"), deployment) == 61 * 576 * 2);
}

TEST_CASE("cache blocks: what is left beside weights and reserve, 0 where the weights do not fit") {
  // 0.9 · 80 GiB − 16.06 GB − 5.65 GiB, in blocks of 16 · 128 KiB.
  constexpr double kGib = 1073741824.0;
  const LlmModel& llama = model("llama-3.1-8b");
  const double expected = (0.9 * 80 * kGib - weight_bytes_per_gpu(llama, {}) - 5.65 * kGib) / (16 * 131072);
  CHECK(cache_blocks(llama, {}, 80 * kGib) == static_cast<long>(expected));
  CHECK(weight_bytes_per_gpu(llama, {}) == doctest::Approx(8.03e9 * 2).epsilon(0.001));
  CHECK(cache_blocks(model("llama-3.1-70b"), {}, 80 * kGib) == 0);
}

TEST_CASE("operations and bytes agree with the golden step times of BLIS") {
  // inference-sim/inference-sim @ f90a1e3a, trained_physics_dpep_test.go: 3 prompts of 128 tokens and 5
  // decodes with 266 tokens of context on a dense model of Llama-3-8B's shape, 989 TFLOPS and 3.35 TB/s. Its
  // step time is a sum of coefficients times operations and bytes over the peak rates; the coefficients are
  // given there.
  struct {
    int tp;
    double golden_us;
  } const cases[] = {{1, 7797}, {2, 4538}, {4, 2909}, {8, 2094}};
  constexpr double kFlops = 989e12;
  constexpr double kBandwidth = 3.35e12;
  const LlmModel& llama = model("llama-3.1-8b");
  for (const auto& c : cases) {
    LlmDeployment deployment;
    deployment.tensor_parallel = c.tp;
    const LlmLayer layer = layer_of(llama, deployment);
    const double weights = llama.layers * layer.parameters();
    const double pairs = 3 * 128 * 128;  // it does not halve them
    const double prefill_flops =
        2 * weights * 3 * 128 + 4 * llama.layers * layer.attention.heads * llama.head_dim * pairs;
    const double cache_bytes = 5 * 266 * cache_bytes_per_token(llama, deployment);
    const double reduced = 2.0 * llama.layers * (3 * 128 + 5) * llama.hidden * 2;  // two all-reduces a layer
    const double us = 1e6 * (0.152128 * prefill_flops / kFlops + 1.36252915 * weights * 2 / kBandwidth +
                             1.94710771 * cache_bytes / kBandwidth +
                             0.752037 * 2 * (c.tp - 1) / c.tp * reduced / kBandwidth) +
                      32.09546717 * llama.layers + 4.41684444 * 8 + 126.024825;
    CHECK(us == doctest::Approx(c.golden_us).epsilon(0.0005));
  }
}

TEST_CASE(
    "an RTX 4090 with Llama-3.1-8B: the coefficients that a prototype fitted to the same kernel tables") {
  // Per layer: weights read once 471.2 µs and 1.001 µs a token at small batches, 2.65 µs a token when
  // compute-bound; lm_head and sampler 1122 µs for one sequence. (Products within 3%: it fitted straight
  // lines.)
  const LlmStepModel step(accelerator("rtx-4090"), model("llama-3.1-8b"), {}, {});
  for (const double sequences : {1.0, 16.0, 64.0}) {
    const StepTime time = step.breakdown(decodes(static_cast<int>(sequences), 500));
    CHECK(time.products / 32 * 1e6 == doctest::Approx(471.2 + 1.001 * sequences).epsilon(0.03));
  }
  CHECK(step.breakdown(prefill(2048)).products / 32 * 1e6 == doctest::Approx(2.65 * 2048).epsilon(0.03));
  CHECK(step.breakdown(decodes(1, 500)).output * 1e6 == doctest::Approx(1122).epsilon(0.01));
}

TEST_CASE("more work never takes less time, and no step is faster than the data sheet") {
  for (const std::string gpu : {"h100-sxm", "a100-sxm-80gb", "l4"})
    for (const std::string name : {"llama-3.1-8b", "mixtral-8x7b-v0.1", "deepseek-v3"})
      for (const int tp : {1, 8}) {
        CAPTURE(gpu);
        CAPTURE(name);
        CAPTURE(tp);
        LlmDeployment deployment;
        deployment.tensor_parallel = tp;
        const LlmStepModel step(accelerator(gpu.c_str()), model(name.c_str()), deployment, {});
        double before = 0;
        for (const int sequences : {1, 8, 64, 256, 1000}) {
          const StepLoad load = decodes(sequences, 2000);
          CHECK(step.seconds(load) >= before);
          CHECK(step.seconds(load) >= step.least_seconds(load));
          CHECK(step.compute_utilization(load) < 1);
          CHECK(step.bandwidth_utilization(load) <= 1);
          before = step.seconds(load);
        }
        for (const double tokens : {128.0, 2048.0, 8192.0, 30000.0}) {
          const StepLoad load = prefill(tokens);
          CHECK(step.seconds(load) >= step.least_seconds(load));
          CHECK(step.compute_utilization(load) < 1);
        }
      }
}

TEST_CASE("host time is added once per step and per sequence; old engines take more") {
  const Accelerator h100 = accelerator("h100-sxm");
  const StepLoad load = decodes(10, 100);
  const double bare = LlmStepModel(h100, model("llama-3.1-8b"), {}, {}).seconds(load);
  const double old = LlmStepModel(h100, model("llama-3.1-8b"), {}, vllm_overhead(0.12)).seconds(load);
  const double recent = LlmStepModel(h100, model("llama-3.1-8b"), {}, vllm_overhead(0.19)).seconds(load);
  CHECK(old - bare == doctest::Approx(1.7e-3 + 10 * 48e-6));
  CHECK(recent - bare == doctest::Approx(0.9e-3 + 10 * 2e-6));
}

TEST_CASE("pipeline stages work on different iterations at a time; tensor parallelism communicates") {
  LlmDeployment pipeline;
  pipeline.pipeline_parallel = 4;
  const Accelerator h100 = accelerator("h100-sxm");
  const StepLoad load = decodes(32, 1000);
  const LlmStepModel piped(h100, model("llama-3.1-70b"), pipeline, {});
  CHECK(piped.interval_seconds(load) == doctest::Approx(piped.seconds(load) / 4));
  LlmDeployment tensor;
  tensor.tensor_parallel = 4;
  const LlmStepModel split(h100, model("llama-3.1-70b"), tensor, {});
  CHECK(split.breakdown(load).communication > 0);
  CHECK(piped.breakdown(load).communication == 0);
  CHECK(split.seconds(load) < piped.seconds(load));
}
