#include "simulation/cases.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <thread>

#include "components/registry.hpp"
#include "language/load.hpp"
#include "simulation/summary.hpp"

namespace windtunnel {
namespace {

std::uint64_t sum(const std::array<std::uint64_t, outcome_count>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::vector<std::pair<std::string, Expected>> expectations(const YAML::Node& node) {
  std::vector<std::pair<std::string, Expected>> all;
  for (const auto& entry : node)
    all.emplace_back(entry.first.as<std::string>(), parse_expected(entry.second.as<std::string>()));
  return all;
}

double quantile(const WorkloadResult& workload, const std::string& name) {
  for (std::size_t which = 0; which < latency_quantiles.size(); ++which) {
    if (name == latency_quantile_names[which]) return workload.quantile_seconds[which].value;
  }
  return NAN;
}

double of_workload(const WorkloadResult& workload, const std::string& name) {
  if (name == "mean") return workload.mean_seconds.value;
  if (name == "max") return workload.max_seconds;
  if (name == "offered") return workload.offered_per_second.value;
  if (name == "goodput") return workload.goodput_per_second.value;
  if (name == "errors") return workload.error_ratio.value;
  if (name == "ok") return static_cast<double>(workload.samples);
  if (name == "unfinished") return static_cast<double>(workload.unfinished);
  if (name == "quality") return workload.quality.value;
  if (name == "stale") return workload.stale_ratio.value;
  for (std::size_t kind = 0; kind < error_names.size(); ++kind) {
    if (name == error_names[kind]) return static_cast<double>(workload.errors.count[kind]);
    if (name == std::string(error_names[kind]) + "_ratio") return workload.errors.ratio[kind];
  }
  return quantile(workload, name);
}

double of_component(const ComponentResult& component, const std::string& name) {
  if (name == "arrivals") return component.arrivals_per_second.value;
  if (name == "wait") return component.wait_mean_seconds.value;
  if (name == "wait_p99") return component.wait_p99_seconds.value;
  if (name == "service") return component.service_mean_seconds.value;
  if (name == "replicas") return component.replicas;
  if (name == "queue") return component.queue_length.value;
  for (std::size_t kind = 0; kind < error_names.size(); ++kind) {
    if (name == error_names[kind]) return static_cast<double>(component.errors.count[kind]);
  }
  for (const NamedEstimate& metric : component.metrics) {
    if (metric.name == name) return metric.value.value;
  }
  return NAN;
}

double of_resource(const ResourceResult& resource, const std::string& name) {
  if (name == "utilization") return resource.utilization_ratio.value;
  if (name == "queue") return resource.queue_length.value;
  if (name == "capacity") return resource.capacity;
  return NAN;
}

void check_clients(const World& world, const RunData& data) {
  for (std::size_t index = 0; index < data.workloads.size(); ++index) {
    CAPTURE(world.scenario().workloads[index].first);
    std::uint64_t offered = 0;
    std::uint64_t ended = data.unfinished[index];
    for (const WorkloadPeriod& period : data.workloads[index]) {
      offered += period.offered;
      ended += sum(period.outcomes);
    }
    CHECK(offered == ended);
  }
}

void check_component(Component& component, Nanoseconds now, bool nothing_changes) {
  CAPTURE(component.name());
  const Meter& meter = component.meter();
  const auto inside = static_cast<std::uint64_t>(meter.present.value());
  CHECK(meter.arrivals == sum(meter.replies) + inside);
  // Little's law: the time integral of the number inside is the sum of the times spent inside.
  if (inside == 0) CHECK(meter.present.area(now) == meter.sojourn_total);
  CHECK(meter.present.area(now) >= meter.sojourn_total);
  std::vector<ResourceUse> uses;
  component.add_resources(uses);
  for (const ResourceUse& use : uses) {
    CAPTURE(use.name);
    CHECK(use.busy_area >= 0);
    CHECK(use.queue_area >= 0);
    if (nothing_changes) CHECK(use.busy_area <= use.capacity_area * (1 + 1e-12));
  }
}

Simulated simulate(Loaded loaded) {
  Simulated run;
  INFO(render(loaded.diagnostics));
  REQUIRE(loaded.scenario);
  run.scenario = std::make_unique<Scenario>(std::move(*loaded.scenario));
  static const Catalog catalog;
  const std::atomic<bool> never{false};
  const auto count = static_cast<std::size_t>(run.scenario->run.replications);
  run.worlds.resize(count);
  std::vector<RunData> data(count);
  std::vector<std::string> problems(count);
  const auto simulate_one = [&](std::size_t index) {
    const auto seed = static_cast<std::uint64_t>(run.scenario->run.seed);
    auto world = std::make_unique<World>(*run.scenario, catalog, seed, index, problems[index]);
    if (!problems[index].empty()) return;
    world->advance(world->duration(), never);
    world->drain(never);
    data[index] = world->finish();
    run.worlds[index] = std::move(world);
  };
  std::atomic<std::size_t> next{0};
  const auto take_turns = [&] {
    for (std::size_t index = next++; index < count; index = next++) simulate_one(index);
  };
  std::vector<std::thread> others;
  for (std::size_t thread = 1; thread < std::min<std::size_t>(count, std::thread::hardware_concurrency());
       ++thread)
    others.emplace_back(take_turns);
  take_turns();
  for (std::thread& other : others) other.join();
  run.problem = problems.front();
  if (!run.problem.empty()) return run;
  run.result = summarize(*run.scenario, catalog, data);
  return run;
}

}  // namespace

bool Expected::holds(double actual) const {
  if (relation == '<') return actual < value;
  if (relation == '>') return actual > value;
  return std::abs(actual - value) <= tolerance;
}

Expected parse_expected(const std::string& text) {
  Expected expected;
  const char* at = text.c_str();
  if (*at == '<' || *at == '>') expected.relation = *at++;
  char* end = nullptr;
  expected.value = std::strtod(at, &end);
  expected.tolerance = 1e-9 * std::abs(expected.value);
  const std::string rest = end;
  std::size_t position = rest.find("± ");
  if (position == std::string::npos) return expected;
  expected.tolerance = 0;
  for (at = rest.c_str() + position + std::string("± ").size();;) {
    const double part = std::strtod(at, &end);
    expected.tolerance += *end == '%' ? part / 100 * std::abs(expected.value) : part;
    const std::string further = end;
    position = further.find("+ ");
    if (position == std::string::npos) return expected;
    at = end + position + 2;
  }
}

std::vector<Case> read_cases(const std::string& path) {
  std::vector<Case> cases;
  for (const YAML::Node& entry : YAML::LoadFile(path)) {
    Case common;
    common.name = entry["name"].as<std::string>();
    common.source = entry["source"].as<std::string>("");
    common.scenario = entry["scenario"].as<std::string>();
    common.directory = std::filesystem::path(path).parent_path();
    const auto add = [&](const YAML::Node& run) {
      Case& made = cases.emplace_back(common);
      if (run["name"] && run["scenario"].IsDefined() == false)
        made.name += ": " + run["name"].as<std::string>();
      if (run["set"]) made.overrides = run["set"].as<std::vector<std::string>>();
      made.expected = expectations(run["expect"]);
    };
    if (!entry["runs"]) add(entry);
    for (const YAML::Node& run : entry["runs"]) add(run);
  }
  return cases;
}

Simulated simulate(const std::string& text, const std::vector<std::string>& overrides,
                   const std::string& name) {
  return simulate(load_scenario_text(text, name, component_types(), {"", overrides}));
}

Simulated simulate_file(const std::string& path, const std::vector<std::string>& overrides) {
  return simulate(load_scenario(path, component_types(), {"", overrides}));
}

double figure(const Result& result, const std::string& name) {
  const std::size_t open = name.find('(');
  REQUIRE(open != std::string::npos);
  const std::string what = name.substr(0, open);
  const std::string subject = name.substr(open + 1, name.size() - open - 2);
  double value = NAN;
  for (const WorkloadResult& workload : result.workloads) {
    if (workload.name == subject) value = of_workload(workload, what);
  }
  for (const ComponentResult& component : result.components) {
    if (component.name == subject) value = of_component(component, what);
    for (const ResourceResult& resource : component.resources) {
      if (component.name + "." + resource.name == subject) value = of_resource(resource, what);
    }
  }
  return value;
}

void check_laws(const Simulated& run) {
  const bool nothing_changes =
      run.scenario->faults.empty() &&
      std::none_of(run.scenario->components.begin(), run.scenario->components.end(),
                   [](const ComponentSpec& component) { return component.placement.scale.has_value(); });
  for (const auto& world : run.worlds) {
    check_clients(*world, world->data());
    for (Component* component : world->components())
      check_component(*component, world->simulator.now(), nothing_changes);
  }
}

void check_case(const Case& wanted, const OnFigure& on_figure) {
  CAPTURE(wanted.name);
  CAPTURE(wanted.source);
  const Simulated run = simulate(wanted.scenario, wanted.overrides, wanted.directory + "/case.yaml");
  REQUIRE(run.problem == "");
  check_laws(run);
  for (const auto& [name, expected] : wanted.expected) {
    const double actual = figure(run.result, name);
    const std::string verdict = fmt::format("{} is {:.9g}, expected {} {:.9g} ± {:.3g}", name, actual,
                                            expected.relation, expected.value, expected.tolerance);
    INFO(verdict);
    CHECK(expected.holds(actual));
    if (on_figure) on_figure(name, expected, actual);
  }
}

}  // namespace windtunnel
