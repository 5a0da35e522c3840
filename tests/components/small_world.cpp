#include "components/small_world.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "components/registry.hpp"
#include "language/load.hpp"

namespace windtunnel {
namespace {

const Catalog& catalog() {
  static const Catalog facts;
  return facts;
}

Scenario loaded(const std::string& text) {
  Loaded result = load_scenario_text(text, "test", component_types());
  INFO(render(result.diagnostics));
  REQUIRE(result.scenario);
  return std::move(*result.scenario);
}

}  // namespace

/// A component's sums at one moment.
struct SmallWorld::Mark {
  std::string component;
  std::vector<Metric> metrics;
  std::vector<ResourceUse> resources;
  double calls = 0;
};

SmallWorld::SmallWorld(const std::string& text, std::uint64_t seed) : scenario_(loaded(text)) {
  std::string problem;
  world_ = std::make_unique<World>(scenario_, catalog(), seed, 0, problem);
  REQUIRE(problem == "");
}

SmallWorld::~SmallWorld() = default;

void SmallWorld::run_for(double seconds) {
  const std::atomic<bool> stop = false;
  now_seconds_ += seconds;
  REQUIRE(now_seconds_ <= to_seconds(world_->duration()));
  world_->advance(to_nanoseconds(now_seconds_), stop);
}

std::unique_ptr<SmallWorld::Mark> SmallWorld::mark_of(const std::string& name) {
  Component& component = world_->component(name);
  auto mark = std::make_unique<Mark>();
  mark->component = name;
  component.add_metrics(mark->metrics);
  component.add_resources(mark->resources);
  mark->calls = static_cast<double>(component.meter().arrivals);
  for (const auto& old : marks_) {
    if (old->component != name) continue;
    for (std::size_t i = 0; i < mark->metrics.size(); ++i) {
      mark->metrics[i].numerator -= old->metrics[i].numerator;
      mark->metrics[i].denominator -= old->metrics[i].denominator;
    }
    for (std::size_t i = 0; i < mark->resources.size(); ++i) {
      mark->resources[i].busy_area -= old->resources[i].busy_area;
      mark->resources[i].capacity_area -= old->resources[i].capacity_area;
    }
    mark->calls -= old->calls;
  }
  return mark;
}

void SmallWorld::forget() {
  marks_.clear();
  std::vector<std::unique_ptr<Mark>> marks;
  for (Component* component : world_->components()) marks.push_back(mark_of(component->name()));
  marks_ = std::move(marks);
}

double SmallWorld::metric(const std::string& component, const std::string& name) {
  const auto mark = mark_of(component);
  for (const Metric& metric : mark->metrics) {
    if (metric.name == name) return metric.numerator / metric.denominator;
  }
  FAIL("no such metric: " << name);
  return 0;
}

double SmallWorld::busy_share(const std::string& component, int resource) {
  const ResourceUse use = mark_of(component)->resources[static_cast<std::size_t>(resource)];
  return use.busy_area / use.capacity_area;
}

double SmallWorld::calls(const std::string& component) { return mark_of(component)->calls; }

WorkloadPeriod SmallWorld::total() {
  WorkloadPeriod sum;
  for (const WorkloadPeriod& period : world_->data().workloads.front()) {
    sum.offered += period.offered;
    for (std::size_t kind = 0; kind < sum.outcomes.size(); ++kind)
      sum.outcomes[kind] += period.outcomes[kind];
    sum.quality_total += period.quality_total;
    sum.latency_ns.merge(period.latency_ns);
  }
  return sum;
}

double SmallWorld::mean_seconds() { return total().latency_ns.mean() * 1e-9; }
double SmallWorld::quantile_seconds(double q) {
  return static_cast<double>(total().latency_ns.quantile(q)) * 1e-9;
}
double SmallWorld::outcomes(Outcome outcome) {
  return static_cast<double>(total().outcomes[static_cast<std::size_t>(outcome)]);
}
double SmallWorld::requests() { return static_cast<double>(total().offered); }
double SmallWorld::mean_quality() { return total().quality_total / outcomes(Outcome::ok); }

std::string problems_of(const std::string& text) {
  return render(load_scenario_text(text, "test", component_types()).diagnostics);
}

}  // namespace windtunnel
