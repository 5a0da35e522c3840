// Laws that hold in every run, and the same result whatever does not belong to the design.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "components/registry.hpp"
#include "language/load.hpp"
#include "simulation/cases.hpp"
#include "simulation/runner.hpp"

using namespace windtunnel;

namespace {

std::vector<std::filesystem::path> shipped_scenarios() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(WINDTUNNEL_ROOT "/scenarios"))
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

const std::string shop = R"(
run: {duration: 20s, replications: 3}
workloads:
  web: {arrivals: poisson(200/s), calls: edge, timeout: 300ms, retry: {attempts: 2}, keys: {user: zipf(1k s=0.9), item: uniform(50)}}
  batch: {arrivals: mmpp(low=5/s high=50/s low_for=3s high_for=1s), calls: api}
components:
  edge: {type: load_balancer, policy: least_requests(2), to: api}
  api:
    type: service
    replicas: 4
    concurrency: 8
    do:
      - work: lognormal(p50=3ms p99=20ms)
      - parallel: [{call: db}, {wait: exp(5ms)}]
  db: {type: service, concurrency: 6, queue: 20, do: [work: exp(15ms)]}
faults:
  - {at: 5s, for: 3s, crash: "api[1]"}
)";

const std::string shop_permuted = R"(
faults:
  - {crash: "api[1]", for: 3s, at: 5s}
components:
  db: {do: [work: exp(15ms)], queue: 20, concurrency: 6, type: service}
  api:
    do:
      - work: lognormal(p50=3ms p99=20ms)
      - parallel: [{call: db}, {wait: exp(5ms)}]
    concurrency: 8
    replicas: 4
    type: service
  edge: {to: api, policy: least_requests(2), type: load_balancer}
workloads:
  batch: {calls: api, arrivals: mmpp(high=50/s low=5/s high_for=1s low_for=3s)}
  web: {keys: {item: uniform(50), user: zipf(1k s=0.9)}, retry: {attempts: 2}, timeout: 300ms, calls: edge, arrivals: poisson(200/s)}
run: {replications: 3, duration: 20s}
)";

Scenario loaded(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Loaded result = load_scenario_text(text, "shop.yaml", component_types(), {"", overrides});
  INFO(render(result.diagnostics));
  REQUIRE(result.scenario);
  return std::move(*result.scenario);
}

std::string fingerprint(const std::string& text, int threads) {
  static const Catalog catalog;
  RunControl control;
  control.threads = threads;
  return run_scenario(loaded(text), catalog, control).result.run.fingerprint;
}

/// When the requests of a workload were sent, and their keys.
std::vector<std::uint64_t> offered_by_period(const Simulated& run, std::size_t workload) {
  std::vector<std::uint64_t> offered;
  for (const WorkloadPeriod& period : run.worlds.front()->data().workloads[workload])
    offered.push_back(period.offered);
  return offered;
}

/// Why the scenario with this trace cannot be simulated.
std::string problem_of_trace(const std::string& csv) {
  const auto path = std::filesystem::temp_directory_path() / "windtunnel_broken_trace.csv";
  std::ofstream(path) << csv;
  const std::string text = "workloads: {web: {arrivals: trace(" + path.filename().string() +
                           " unit=ms), calls: api}}\n"
                           "components: {api: {type: service, do: [work: 1ms]}}\n";
  const Simulated run = simulate(text, {}, (path.parent_path() / "case.yaml").string());
  std::filesystem::remove(path);
  const std::size_t name = run.problem.find("windtunnel_broken");
  return name == std::string::npos ? run.problem : run.problem.substr(name);
}

}  // namespace

TEST_CASE("nothing is lost, and Little's law holds, in every shipped scenario") {
  const auto paths = shipped_scenarios();
  CHECK_FALSE(paths.empty());
  for (const auto& path : paths) {
    CAPTURE(path.filename().string());
    const Simulated run = simulate_file(path.string(), {"run.duration=1s", "run.replications=1"});
    CHECK(run.problem == "");
    check_laws(run);
  }
}

TEST_CASE("nothing is lost with faults, retries, timeouts and full queues") {
  check_laws(simulate(shop));
  check_laws(simulate(shop, {"workloads.web.cancel=true"}));
  check_laws(simulate(shop, {"components.api.asynchronous=true", "components.api.queue=10"}));
  check_laws(simulate(shop, {"workloads.web.arrivals=poisson(800/s)", "run.max_in_flight=500"}));
  check_laws(simulate(shop, {"workloads.web.arrivals=closed(50 think=exp(100ms))"}));
}

TEST_CASE("the same scenario and seed give the same run, on any number of threads") {
  const std::string alone = fingerprint(shop, 1);
  CHECK(fingerprint(shop, 1) == alone);
  CHECK(fingerprint(shop, 2) == alone);
  CHECK(fingerprint(shop + "\nname: Another title\n", 2) == alone);
}

TEST_CASE("the order of the file does not matter") {
  CHECK(fingerprint(shop_permuted, 2) == fingerprint(shop, 2));
}

TEST_CASE("what is added elsewhere leaves the traffic of a workload as it was") {
  const Simulated before = simulate(shop);
  const std::string more = shop + R"(

)";
  std::string extended = more;
  const std::string batch = "  batch:";
  extended.replace(extended.find(batch), 0,
                   "  other: {arrivals: poisson(30/s), calls: extra, keys: {session: uniform(9)}}\n");
  extended.replace(extended.find("  db:"), 0, "  extra: {type: service, do: [work: exp(2ms)]}\n");
  const Simulated after = simulate(extended);
  CHECK(offered_by_period(before, 0) == offered_by_period(after, 0));
  CHECK(offered_by_period(before, 1) == offered_by_period(after, 2));
  CHECK(figure(before.result, "p99(web)") == figure(after.result, "p99(web)"));
  CHECK(figure(before.result, "utilization(db.cores)") == figure(after.result, "utilization(db.cores)"));
}

TEST_CASE("a fault that strikes nothing stops the command") {
  const auto problem = [](const std::string& fault) {
    return simulate(shop, {"faults=[" + fault + "]"}).problem;
  };
  CHECK(problem("{at: 1s, crash: api}") == "");
  CHECK(problem("{at: 1s, crash: \"api[4..9]\"}") == "the fault strikes nothing: there is no `api[4..9]`");
  CHECK(problem("{at: 1s, partition: [api, db]}") ==
        "the partition cuts nothing: its sides stand in the same zones; give them `zones:` of their own");
}

TEST_CASE("a broken line of a trace stops the command with its place") {
  CHECK(problem_of_trace("time\n1\n2\n5\n") == "");
  CHECK(problem_of_trace("time\n1\nsoon\n5\n") ==
        "windtunnel_broken_trace.csv:3: `soon` is not a time in ms");
  CHECK(problem_of_trace("time\n1\n5\n2\n") ==
        "windtunnel_broken_trace.csv:4: the time goes back; sort the trace by its column `time`");
  CHECK(problem_of_trace("at\n1\n") == "windtunnel_broken_trace.csv:1: there is no column `time`");
  CHECK(problem_of_trace("time\n") == "windtunnel_broken_trace.csv: has no rows");
  CHECK(problem_of_trace("time,user\n1,a\n2\n").starts_with("windtunnel_broken_trace.csv:3: "));
}
