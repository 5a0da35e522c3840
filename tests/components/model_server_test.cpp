// Model servers against exact queues, a real batching server, and Triton.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "components/registry.hpp"
#include "components/small_world.hpp"
#include "language/load.hpp"
#include "simulation/runner.hpp"

namespace windtunnel {
namespace {

std::string server(const std::string& workload, const std::string& fields, const std::string& duration) {
  return "run: {duration: " + duration +
         "}\n"
         "workloads: {clients: {" +
         workload +
         ", calls: server}}\n"
         "components: {server: {type: model_server, " +
         fields + "}}\n";
}

std::string arrivals(const std::string& law) { return "arrivals: " + law; }

/// By linear interpolation on the sorted sample, as the measurements were summarized.
double quantile(std::vector<double> sample, double q) {
  std::sort(sample.begin(), sample.end());
  const double place = q * static_cast<double>(sample.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sample.size() - 1);
  return sample[below] + (place - static_cast<double>(below)) * (sample[above] - sample[below]);
}

}  // namespace

TEST_CASE("Batch queues meet their embedded Markov chains") {
  // M/G^[1,b]/1 by the embedded chain at the ends of batches, with Little's law; the last, M/M^[1,5]/1, by
  // its Markov chain in continuous time. Numeric, in double precision.
  struct Case {
    std::string rate;
    std::string fields;
    double seconds;
    double wait, batch_size, busy;
  };
  const Case cases[] = {
      {"40/s", "service: 150ms, batch: 8", 10'000, 0.0895002933916, 6.0019222721, 0.999679723926},
      {"200/s", "service: {base: 10ms, per_item: 3ms}, batch: 32", 2'000, 0.0138804705045, 5.04159078232,
       0.996700185786},
      {"3/s", "service: exp(1s), batch: 5", 200'000, 1.59075826874, 3 / (1 - 0.0523355187255),
       1 - 0.0523355187255},
  };
  for (const Case& c : cases) {
    CAPTURE(c.fields);
    SmallWorld world(server(arrivals("poisson(" + c.rate + ")"), c.fields + ", overhead: 0ms", "200000s"));
    world.run_for(c.seconds);
    const Meter& meter = world.world().component("server").meter();
    const double served = static_cast<double>(meter.replies[0]);
    CHECK(to_seconds(meter.wait_total) / served == doctest::Approx(c.wait).epsilon(0.015));
    CHECK(world.metric("server", "batch_size") == doctest::Approx(c.batch_size).epsilon(0.01));
    CHECK(world.busy_share("server") == doctest::Approx(c.busy).epsilon(0.005));
  }
}

TEST_CASE("A real batching server is met within 2% + 0.3 ms") {
  for (const std::string setting : {"w0_l50", "w0_l95", "w5_l50", "w5_l95"}) {
    CAPTURE(setting);
    std::vector<double> measured;
    std::ifstream file(WINDTUNNEL_ROOT "/tests/groundtruth/batching_" + setting + ".csv");
    for (std::string line; std::getline(file, line);) {
      double sent = 0, latency = 0;
      if (std::sscanf(line.c_str(), "%lf,%lf", &sent, &latency) == 2) measured.push_back(latency * 1e-6);
    }
    REQUIRE(measured.size() == 1200);
    double sum = 0;
    for (const double latency : measured) sum += latency;

    const std::string path = WINDTUNNEL_ROOT "/tests/groundtruth/batching.yaml";
    const Loaded loaded = load_scenario(path, component_types(), {setting == "w0_l50" ? "" : setting, {}});
    REQUIRE(loaded.scenario);
    const Catalog catalog;
    const Result result = run_scenario(*loaded.scenario, catalog).result;
    const WorkloadResult& simulated = result.workloads.front();
    const auto near = [](double value, double truth) {
      return std::abs(value - truth) < 0.02 * truth + 3e-4;
    };
    CHECK(near(simulated.mean_seconds.value, sum / 1200));
    CHECK(near(simulated.quantile_seconds[0].value, quantile(measured, 0.5)));
    CHECK(near(simulated.quantile_seconds[2].value, quantile(measured, 0.95)));
    CHECK(near(simulated.quantile_seconds[3].value, quantile(measured, 0.99)));
  }
}

TEST_CASE("Triton's throughput with dynamic batching follows from two of its points") {
  // triton-inference-server/server @ 06151b8b, docs/user_guide/optimization.md: Inception v3, dynamic
  // batching, max 4, closed loop of N. S(2) = 2 / 165.2 from N = 4, S(4) = 4 / 272 from N = 8; the overhead
  // from what a second client adds without batching, 1/62.6 - 1/73.2.
  struct Case {
    int clients;
    int instances;
    double per_second;
    double tolerance;
  };
  for (const Case& c : {Case{5, 1, 194.4, 0.03}, Case{6, 1, 217.6, 0.03}, Case{7, 1, 249.8, 0.03},
                        Case{16, 2, 289.6, 0.07}}) {
    CAPTURE(c.clients);
    SmallWorld world(server(arrivals("closed(" + std::to_string(c.clients) + " think=0s)"),
                            "service: {1: 11.5ms, 2: 12.1ms, 4: 14.7ms}, batch: 4, overhead: exp(2.3ms), "
                            "instances: " +
                                std::to_string(c.instances),
                            "100s"));
    world.run_for(100);
    CHECK(world.requests() / 100 == doctest::Approx(c.per_second).epsilon(c.tolerance));
  }
}

TEST_CASE("Items of a call travel together, in as many batches as they need where batches count items") {
  const auto mean_seconds = [](const std::string& items, const std::string& batch) {
    SmallWorld world(
        "run: {duration: 10s}\n"
        "workloads: {clients: {arrivals: deterministic(1/s), calls: api}}\n"
        "components:\n"
        "  api: {type: service, do: [{call: server, items: " +
        items +
        "}]}\n"
        "  server: {type: model_server, service: {base: 10ms, per_item: 1ms}, overhead: 2ms, batch: " +
        batch + "}\n");
    world.run_for(10);
    return world.mean_seconds();
  };
  CHECK(mean_seconds("1", "100") == doctest::Approx(0.013).epsilon(0.001));
  CHECK(mean_seconds("250", "100") == doctest::Approx(0.262).epsilon(0.001));
  CHECK(mean_seconds("10", "{max: 100, wait: 5ms}") == doctest::Approx(0.027).epsilon(0.001));
  CHECK(mean_seconds("100", "{max: 100, counts: items}") == doctest::Approx(0.112).epsilon(0.001));
  CHECK(mean_seconds("250", "{max: 100, counts: items}") == doctest::Approx(0.282).epsilon(0.001));
  CHECK(mean_seconds("10", "{max: 100, counts: items, wait: 5ms, preferred: 10}") ==
        doctest::Approx(0.022).epsilon(0.001));
}

TEST_CASE("Instances share their GPU as much as `interference` says") {
  const auto throughput = [](const std::string& fields) {
    SmallWorld world(
        server(arrivals("closed(8 think=0s)"), "overhead: 0ms, service: 10ms, " + fields, "20s"));
    world.run_for(20);
    return world.requests() / 20;
  };
  CHECK(throughput("instances: 1") == doctest::Approx(100).epsilon(0.01));
  CHECK(throughput("instances: 2") == doctest::Approx(100).epsilon(0.01));
  CHECK(throughput("instances: 2, interference: 0%") == doctest::Approx(200).epsilon(0.01));
  CHECK(throughput("instances: 2, interference: 50%") == doctest::Approx(133.3).epsilon(0.01));
}

TEST_CASE("A full queue refuses, and a slow GPU takes longer") {
  SmallWorld world(server(arrivals("closed(8 think=0s)"),
                          "overhead: 1ms, service: 10ms, queue: 3, batch: {max: 1}", "10s"));
  world.run_for(10);
  CHECK(world.outcomes(Outcome::refused) > 0);
  CHECK(world.outcomes(Outcome::ok) == doctest::Approx(1000).epsilon(0.01));

  SmallWorld slow(server(arrivals("deterministic(10/s)"), "overhead: 0ms, service: 10ms", "10s") +
                  "faults: [{at: 0s, for: 10s, slow: \"server[*]\", by: 3x}]\n");
  slow.run_for(10);
  CHECK(slow.mean_seconds() == doctest::Approx(0.03).epsilon(0.02));
}

TEST_CASE("The catalog's figures give a time where none is stated") {
  // One DLRM batch is bound by its kernels, 40 of 2.2 us (gpu/dnn_batch.cpp); BERT's by its products.
  const auto busy_seconds_per_batch = [](const std::string& fields) {
    SmallWorld world(server(arrivals("deterministic(10/s)"), "overhead: 0ms, " + fields, "10s"));
    world.run_for(10);
    return world.mean_seconds();
  };
  CHECK(busy_seconds_per_batch("model: dlrm-26x64, gpu: h100-sxm") == doctest::Approx(88e-6).epsilon(0.01));
  const double l4 = busy_seconds_per_batch("model: bert-base-512, gpu: l4");
  const double h100 = busy_seconds_per_batch("model: bert-base-512, gpu: h100-sxm");
  CHECK(h100 < l4);
  CHECK(l4 > 96.6e9 / 121e12);  // never above the data sheet
}

TEST_CASE("Model servers that cannot be are refused") {
  const auto problems = [](const std::string& fields) {
    return problems_of(server(arrivals("poisson(1/s)"), fields, "1s"));
  };
  CHECK(problems("model: dlrm-26x64, gpu: l4") == "");
  CHECK(problems("service: {1: 1ms, 8: 2ms}, batch: 8") == "");
  CHECK(problems("gpu: l4").find("needs `model` and `gpu`, or `service`") != std::string::npos);
  CHECK(problems("model: dlrm-26x6, gpu: l4").find("did you mean dlrm-26x64") != std::string::npos);
  CHECK(problems("model: dlrm-26x64, gpu: h100").find("h100-sxm") != std::string::npos);
  CHECK(problems("model: dlrm-26x128, gpu: l4").find("more than") != std::string::npos);
  CHECK(problems("service: {1: 1ms, x: 2ms}").find("`x` is not a number of items") != std::string::npos);
  CHECK(problems("service: {base: 1ms, per_itm: 2ms}").find("per_item") != std::string::npos);
  CHECK(problems("service: {1: 5}").find("has no unit") != std::string::npos);
}

}  // namespace windtunnel
