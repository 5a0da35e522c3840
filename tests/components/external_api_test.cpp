// Services of somebody else: their limits against exact counts, closed forms and nginx, and their bill.
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "components/registry.hpp"
#include "components/small_world.hpp"
#include "language/load.hpp"
#include "language/quantity.hpp"
#include "simulation/runner.hpp"

namespace windtunnel {
namespace {

std::string api(const std::string& workload, const std::string& fields) {
  return "run: {duration: 10000s, warmup: 0s}\n"
         "workloads: {clients: {calls: api, " +
         workload +
         "}}\n"
         "components: {api: {type: external_api, " +
         fields + "}}\n";
}

Result simulated(const std::string& text) {
  const Loaded loaded = load_scenario_text(text, "test", component_types(), {"", {"run.duration=100s"}});
  REQUIRE(loaded.scenario);
  static const Catalog catalog;
  return run_scenario(*loaded.scenario, catalog).result;
}

/// The price of a month of something that happens so often.
double usd_per_month(double per_second, double usd) { return per_second * 3600 * hours_per_month * usd; }

}  // namespace

TEST_CASE("A rate lets through what its bucket holds, to the call") {
  struct Case {
    std::string fields;
    double answered;  // in 100 s of 200 calls/s
  };
  for (const Case& c : {Case{"rate: 100/s, burst: 50", 10'050}, Case{"rate: 100/s, burst: 1", 10'000},
                        Case{"rate: 100/s", 10'100}, Case{"rate: 6000/min, burst: 50", 10'050},
                        Case{"rate: 300/s", 20'000}}) {
    CAPTURE(c.fields);
    SmallWorld world(api("arrivals: deterministic(200/s)", "latency: 1ms, " + c.fields));
    world.run_for(100);
    CHECK(world.outcomes(Outcome::ok) == doctest::Approx(c.answered).epsilon(2e-4));
    CHECK(world.outcomes(Outcome::refused) == doctest::Approx(20'000 - c.answered).epsilon(2e-4));
  }
}

TEST_CASE("nginx's limit refuses the same share") {
  double refused = 0, requests = 0;
  std::ifstream file(WINDTUNNEL_ROOT "/tests/groundtruth/rate_limit.csv");
  for (std::string line; std::getline(file, line); ++requests) refused += line.ends_with(",429");
  --requests;  // the line of headings
  REQUIRE(requests == 3012);
  const Loaded loaded =
      load_scenario(WINDTUNNEL_ROOT "/tests/groundtruth/rate_limit.yaml", component_types());
  REQUIRE(loaded.scenario);
  const Catalog catalog;
  const Result result = run_scenario(*loaded.scenario, catalog).result;
  CHECK(result.workloads[0].errors.ratio[1] == doctest::Approx(refused / requests).epsilon(0.02));
}

TEST_CASE("Tokens are limited over a minute") {
  // 100 calls/s of 1,000 tokens against 60k/s: the bucket of a minute is used up after 90 s, then 60 of 100
  // pass.
  SmallWorld world(api("arrivals: deterministic(100/s), tokens: {prompt: 800, output: 200}",
                       "latency: 1ms, token_rate: 60k/s"));
  world.run_for(90);
  CHECK(world.outcomes(Outcome::refused) < 5);
  world.run_for(100);
  CHECK(world.outcomes(Outcome::refused) == doctest::Approx(4000).epsilon(0.01));
}

TEST_CASE("A limit of concurrency loses calls as Erlang's B formula says") {
  // Five erlangs offered to five servers without a queue: 28.49% lost, whatever the law of service.
  for (const std::string latency : {"exp(50ms)", "50ms"}) {
    SmallWorld world(api("arrivals: poisson(100/s)", "concurrency: 5, latency: " + latency));
    world.run_for(5000);
    CHECK(world.outcomes(Outcome::refused) / world.requests() == doctest::Approx(0.284868).epsilon(0.015));
    CHECK(world.busy_share("api") == doctest::Approx(1 - 0.284868).epsilon(0.01));
  }
}

TEST_CASE("Latency grows with the tokens of the answer") {
  SmallWorld world(api("arrivals: deterministic(10/s), tokens: {prompt: 100, output: 50}",
                       "latency: 300ms, per_output_token: 10ms"));
  world.run_for(100);
  CHECK(world.mean_seconds() == doctest::Approx(0.8).epsilon(0.001));
}

TEST_CASE("Errors end calls, refusals take their time") {
  SmallWorld world(api("arrivals: poisson(1000/s)", "latency: 1ms, errors: 10%"));
  world.run_for(200);
  CHECK(world.outcomes(Outcome::failed) / world.requests() == doctest::Approx(0.1).epsilon(0.025));
}

TEST_CASE("The bill follows use: answered calls and their tokens, and a flat price") {
  const Result calls = simulated(
      api("arrivals: deterministic(10/s)", "latency: 1ms, price_per_call: $0.001, price: $100/month"));
  REQUIRE(calls.cost.lines.size() == 2);
  CHECK(calls.cost.total_usd_per_month == doctest::Approx(usd_per_month(10, 0.001) + 100).epsilon(0.002));

  const Result half = simulated(
      api("arrivals: deterministic(10/s)", "latency: 1ms, rate: 5/s, burst: 1, price_per_call: $0.001"));
  CHECK(half.cost.total_usd_per_month == doctest::Approx(usd_per_month(5, 0.001)).epsilon(0.002));

  const Catalog catalog;
  const ApiPrice& price = *catalog.find_api_price("openai/gpt-4o");
  const double usd =
      (1000 * price.input_usd_per_million_tokens + 500 * *price.output_usd_per_million_tokens) * 1e-6;
  const std::string tokens = "arrivals: deterministic(10/s), tokens: {prompt: 1000, output: 500}";
  const Result model = simulated(api(tokens, "latency: 1ms, model: openai/gpt-4o"));
  CHECK(model.cost.total_usd_per_month == doctest::Approx(usd_per_month(10, usd)).epsilon(0.002));
  REQUIRE(model.cost.lines.size() == 2);
  CHECK(model.cost.lines[0].source == price.origin.source);
  CHECK(model.components[0].cost_usd_per_month == model.cost.total_usd_per_month);

  const Result own = simulated(api(tokens, "latency: 1ms, input_price: $1, output_price: $2"));
  CHECK(own.cost.total_usd_per_month == doctest::Approx(usd_per_month(10, 2000e-6)).epsilon(0.002));
}

TEST_CASE("Services that cannot be are refused") {
  const auto problems = [](const std::string& fields) {
    return problems_of(api("arrivals: poisson(1/s)", fields));
  };
  CHECK(problems("latency: 10ms") == "");
  CHECK(problems("rate: 10/s").find("`latency`") != std::string::npos);
  CHECK(problems("latency: 10ms, burst: 5").find("needs `rate`") != std::string::npos);
  CHECK(problems("latency: 10ms, rate: 10").find("unit") != std::string::npos);
  CHECK(problems("latency: 10ms, model: gpt-4o").find("openai/gpt-4o") != std::string::npos);
}

}  // namespace windtunnel
