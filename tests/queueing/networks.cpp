// Closed forms of networks, fan-outs, batches and scaling, to the digits of tests/oracles/queueing.csv.
#include "queueing/networks.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "queueing/batches.hpp"
#include "queueing/oracles.hpp"
#include "queueing/stations.hpp"

namespace windtunnel::queueing {
namespace {

TEST_CASE("Jackson: visits by feedback, and a tandem's percentiles") {
  const std::vector<double> rates = jackson_rates({3}, {{0.4}});
  check_oracle("jackson-feedback", "utilization", rates[0] / 10);
  check_oracle("jackson-feedback", "mean_visits", rates[0] / 3);
  check_oracle("jackson-feedback", "mean_total_response_s",
               MMc{rates[0], 0.1, 1}.mean_sojourn() * rates[0] / 3);

  const std::vector<double> through = jackson_rates({5, 0, 0}, {{0, 1, 0}, {0, 0, 1}, {0, 0, 0}});
  CHECK(through == std::vector<double>{5, 5, 5});
  const std::vector<double> sojourn_rates = {5, 3, 7};  // μ - λ (Burke): independent exponentials
  check_oracle("jackson-tandem-3", "end_to_end_p50_s", hypoexponential_quantile(sojourn_rates, 0.5));
  check_oracle("jackson-tandem-3", "end_to_end_p95_s", hypoexponential_quantile(sojourn_rates, 0.95));
  check_oracle("jackson-tandem-3", "end_to_end_p99_s", hypoexponential_quantile(sojourn_rates, 0.99));
  // Equal rates, where partial fractions divide by zero: an Erlang law.
  CHECK(hypoexponential_tail({2, 2}, 1) == doctest::Approx(3 * std::exp(-2.0)).epsilon(1e-12));
}

TEST_CASE("Closed network: exact mean value analysis") {
  const std::vector<ClosedStation> stations = {{0.005}, {0.03}, {0.027}};
  for (const int users : {1, 10, 30, 50, 100}) {
    const ClosedNetwork result = mean_value_analysis(stations, 1, users);
    const std::string n = "_N" + std::to_string(users);
    check_oracle("mva-3st", "throughput" + n + "_per_s", result.throughput_per_second);
    check_oracle("mva-3st", "response" + n + "_s", result.response_seconds);
    for (int i = 0; i < 3; ++i) {
      check_oracle("mva-3st", "queue_lengths" + n + "." + std::to_string(i),
                   result.mean_present[static_cast<std::size_t>(i)]);
    }
    check_oracle("mva-3st", "bottleneck_util" + n, result.throughput_per_second * 0.03);
  }
}

TEST_CASE("Fork-join: exact for two, Nelson and Tantawi for more") {
  check_oracle("fj2-r0.5", "mean_response_s", fork_join_mean_sojourn(2, 0.5, 1));
  for (const int n : {4, 32}) {
    const std::string id = "fj" + std::to_string(n) + "-nt";
    for (const char* rho : {"0.3", "0.5", "0.8", "0.9"}) {
      check_oracle(id, std::string("nelson_tantawi_rho") + rho + "_s",
                   fork_join_mean_sojourn(n, std::stod(rho), 1));
      check_oracle(id, std::string("upper_bound_Hn_rho") + rho + "_s",
                   fork_join_upper_bound(n, std::stod(rho), 1));
    }
  }
  for (const int n : {10, 100}) {
    const std::string id = "maxexp-" + std::to_string(n);
    check_oracle(id, "mean_s", harmonic(n));
    check_oracle(id, "p50_s", largest_exponential_quantile(n, 0.5));
    check_oracle(id, "p99_s", largest_exponential_quantile(n, 0.99));
  }
}

TEST_CASE("Batch service: the chain at the ends of batches") {
  const auto constant = [](double seconds) { return [=](int) { return seconds; }; };
  const auto check = [](const char* id, const BatchServer& server) {
    const BatchEstimate result = batch_server(server);
    CHECK(result.stable);
    check_oracle(id, "mean_wait_s", result.mean_wait_seconds, 1e-6);
    check_oracle(id, "mean_response_s", result.mean_wait_seconds + result.mean_service_seconds, 1e-6);
    return result;
  };
  const BatchEstimate plain = check("batch-const", {40, 1, 8, constant(0.15), false});
  check_oracle("batch-const", "mean_batch_size", plain.mean_batch, 1e-6);
  check_oracle("batch-const", "busy_fraction", plain.busy, 1e-6);
  const BatchEstimate growing =
      check("batch-affine32", {200, 1, 32, [](int k) { return 0.01 + 0.003 * k; }, false});
  check_oracle("batch-affine32", "mean_batch_size", growing.mean_batch, 1e-6);
  check_oracle("batch-affine32", "busy_fraction", growing.busy, 1e-6);
  const BatchEstimate random = check("batchexp-b5", {3, 1, 5, constant(1), true});
  check_oracle("batchexp-b5", "prob_idle", 1 - random.busy, 1e-6);
  // Batches of one are an M/D/1.
  CHECK(batch_server({8, 1, 1, constant(0.1), false}).mean_wait_seconds ==
        doctest::Approx(0.2).epsilon(1e-6));
  CHECK_FALSE(batch_server({60, 1, 8, constant(0.15), false}).stable);
}

TEST_CASE("Scaling: universal scalability law, Amdahl, Gustafson") {
  const double loads[] = {1, 18, 36, 72, 108, 144, 216};
  for (std::size_t i = 0; i < std::size(loads); ++i) {
    check_oracle("usl-specsdm91", "throughput." + std::to_string(i),
                 usl_capacity(89.995233, 0.0277285, 0.0001044, loads[i]));
  }
  check_oracle("usl-specsdm91", "peak_load", usl_peak(0.0277285, 0.0001044));
  check_oracle("amdahl", "amdahl.serial=0.05.64", amdahl_speedup(0.05, 64));
  check_oracle("amdahl", "gustafson.serial=0.05.2", gustafson_speedup(0.05, 2));
}

}  // namespace
}  // namespace windtunnel::queueing
