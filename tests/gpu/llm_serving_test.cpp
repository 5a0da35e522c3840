// Step times under a scheduler, against recorded runs of real engines. Nothing is fitted to these runs except
// where a case says so.

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

#include "catalog/catalog.hpp"
#include "gpu/continuous_batching.hpp"

using namespace windtunnel;
using oracle::ContinuousBatching;
using oracle::Request;

namespace {

/// Rows of five numbers below a comment and a header.
std::vector<std::array<double, 5>> read_rows(const std::string& name) {
  std::ifstream file(WINDTUNNEL_ROOT "/tests/gpu/data/" + name);
  std::vector<std::array<double, 5>> rows;
  for (std::string line; std::getline(file, line);) {
    std::array<double, 5> row{};
    if (std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf", &row[0], &row[1], &row[2], &row[3], &row[4]) == 5)
      rows.push_back(row);
  }
  return rows;
}

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

LlmStepModel step_model(const char* gpu, const char* model, int tensor_parallel, HostOverhead host) {
  const Catalog catalog;
  LlmDeployment deployment;
  deployment.tensor_parallel = tensor_parallel;
  return LlmStepModel(Accelerator(*catalog.find_gpu(gpu), find_profile(gpu, "no such folder").profile),
                      *catalog.find_llm_model(model), deployment, host);
}

}  // namespace

TEST_CASE("300 ShareGPT requests to vLLM 0.19 on an RTX 4090, overloaded, with preemptions") {
  // Kernel tables in, no host overhead, nothing fitted. The engine had prefix caching, which lets preempted
  // requests keep most of their blocks; this scheduler recomputes them, hence a few percent too long.
  const LlmStepModel step = step_model("rtx-4090", "llama-3.1-8b", 1, {});
  std::vector<Request> requests;
  std::vector<double> measured_ttft, measured_latency;
  for (const auto& row : read_rows("vllm0.19_rtx4090_llama-3.1-8b.csv")) {
    requests.push_back({row[0], static_cast<int>(row[1]), static_cast<int>(row[2])});
    measured_ttft.push_back(row[3]);
    measured_latency.push_back(row[4]);
  }
  REQUIRE(requests.size() == 300);
  ContinuousBatching(step, {2588, 2048, 256}).run(requests);
  std::vector<double> ttft, latency;
  for (const Request& r : requests) {
    ttft.push_back(r.ttft_seconds);
    latency.push_back(r.latency_seconds);
  }
  for (const double q : {0.5, 0.9, 0.99}) {
    CAPTURE(q);
    MESSAGE("quantile " << q << ": TTFT " << quantile(ttft, q) / quantile(measured_ttft, q) << ", latency "
                        << quantile(latency, q) / quantile(measured_latency, q) << " of measured");
    CHECK(quantile(ttft, q) == doctest::Approx(quantile(measured_ttft, q)).epsilon(0.05));
    CHECK(quantile(latency, q) == doctest::Approx(quantile(measured_latency, q)).epsilon(0.08));
  }
}

TEST_CASE("Qwen3-32B on four H100s, vLLM 0.12, closed loops of 8 to 128 users") {
  // The host's 1.7 ms a step and 48 µs a sequence were fitted to a larger set of such runs; without them the
  // median error of end-to-end times is near 20%.
  const LlmStepModel step = step_model("h100-sxm", "qwen3-32b", 4, vllm_overhead(0.12));
  std::vector<double> latency_errors, tpot_errors;
  for (const auto& row : read_rows("vllm0.12_h100_qwen3-32b_tp4.csv")) {
    const int users = static_cast<int>(row[2]);
    std::vector<Request> requests(static_cast<std::size_t>(4 * users),
                                  {0, static_cast<int>(row[0]), static_cast<int>(row[1])});
    ContinuousBatching(step, {}).run(requests, users);
    double latency = 0;
    double decode = 0;
    for (std::size_t i = static_cast<std::size_t>(users); i < requests.size();
         ++i) {  // after the common start
      latency += requests[i].latency_seconds;
      decode += requests[i].latency_seconds - requests[i].ttft_seconds;
    }
    const double count = static_cast<double>(requests.size()) - users;
    const double measured = row[3] + row[4] * (row[1] - 1);
    latency_errors.push_back(std::abs(1e3 * latency / count / measured - 1));
    tpot_errors.push_back(std::abs(1e3 * decode / count / (row[1] - 1) / row[4] - 1));
  }
  REQUIRE(latency_errors.size() == 30);
  MESSAGE("median error of latency " << quantile(latency_errors, 0.5) << ", of TPOT "
                                     << quantile(tpot_errors, 0.5) << "; 90% below "
                                     << quantile(latency_errors, 0.9));
  CHECK(quantile(latency_errors, 0.5) < 0.06);
  CHECK(quantile(latency_errors, 0.9) < 0.15);
}
