// Chains of calls: what cannot be fast enough, what is as slow as the slowest of many, what fails together.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "check/overview.hpp"
#include "check/rule.hpp"
#include "components/service.hpp"
#include "components/vector_store.hpp"
#include "topology/questions.hpp"

namespace windtunnel {
namespace {

constexpr double wide_fan_out = 10;

std::string milliseconds(double seconds) { return fmt::format("{:.4g} ms", seconds * 1e3); }

std::string slowest_chain(const Design& design, const CallSite& call) {
  return fmt::format("{}", fmt::join(critical_chain(design, call), " → "));
}

void impossible_deadline(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!call.policy || !call.policy->timeout) continue;
    const double seconds = design.idle_seconds(call);
    if (seconds <= call.policy->timeout->seconds) continue;
    report.add(
        call.caller,
        fmt::format(
            "without any load `{}` takes {} (medians), more than its timeout of {}; slowest chain: {}",
            call.name(), milliseconds(seconds), to_text(*call.policy->timeout), slowest_chain(design, call)),
        call);
  }
}

void impossible_goal(const Design& design, Report& report) {
  for (const Slo& goal : design.scenario.slos) {
    if (!goal.below || !goal.measure.empty()) continue;
    if (goal.metric != SloMetric::latency_percentile || goal.percentile < 0.5) continue;
    for (const CallSite& call : design.calls) {
      if (!call.from_workload || call.caller != goal.subject) continue;
      const double seconds = design.idle_seconds(call);
      if (seconds <= goal.limit) continue;
      report.add(
          call.caller,
          fmt::format("without any load half of the requests of `{}` take {} or more; slowest chain: {}",
                      call.caller, milliseconds(seconds), slowest_chain(design, call)),
          goal.mark, static_cast<int>(goal.text.size()));
    }
  }
}

/// The strictest percentile that a goal asks for, at least the 99th.
double strictest_percentile(const Design& design) {
  double strictest = 0.99;
  for (const Slo& goal : design.scenario.slos) strictest = std::max(strictest, goal.percentile);
  return strictest;
}

void say_fan_out(const Design& design, Report& report, const std::string& subject, double parts,
                 const char* what, const Node& at) {
  if (parts < wide_fan_out) return;
  const double percentile = strictest_percentile(design);
  report.add(
      subject,
      fmt::format("waits for all of {:.0f} {}: {:.0f}% of requests see a latency beyond one part's p{:g}",
                  parts, what, 100 * (1 - std::pow(percentile, parts)), percentile * 100),
      at);
}

void fan_out_of_steps(const Design& design, Report& report, const ComponentSpec& component,
                      const Steps& steps) {
  for (const Step& step : steps) {
    const auto* parallel = std::get_if<ParallelStep>(&step.action);
    if (!parallel) continue;
    const auto parts = static_cast<double>(parallel->parallel.of.size());
    const bool all = !parallel->parallel.best_effort &&
                     parallel->parallel.need.value_or(static_cast<int>(parts)) == static_cast<int>(parts);
    Node at;
    at.mark = step.mark;
    at.length = 1;
    if (all) say_fan_out(design, report, component.name, parts, "branches", at);
  }
}

void tail_of_fan_out(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (const auto* service = fields_if<ServiceFields>(component))
      fan_out_of_steps(design, report, component, service->steps);
    const auto* store = fields_if<VectorStoreFields>(component);
    if (store && !store->best_effort)
      say_fan_out(design, report, component.name, store->shards, "shards",
                  Design::field(component, {"shards"}));
  }
}

bool share_a_region(const std::vector<Place>& a, const std::vector<Place>& b) {
  return std::any_of(a.begin(), a.end(), [&](const Place& here) {
    return std::any_of(b.begin(), b.end(), [&](const Place& there) { return here.region == there.region; });
  });
}

void far_call(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (call.from_workload || call.after_reply || call.is_fallback) continue;
    const ComponentSpec& caller = *design.scenario.find_component(call.caller);
    const auto& here = design.places_of(caller);
    const auto& there = design.places_of(*call.callee);
    if (here.empty() || there.empty() || share_a_region(here, there)) continue;
    report.add(call.caller,
               fmt::format("every `{}` crosses from {} to {}", call.name(), here.front().region,
                           there.front().region),
               call);
  }
}

void fallback_needs_the_same(const Design& design, Report& report) {
  for (const CallSite& fallback : design.calls) {
    if (!fallback.is_fallback || !fallback.step) continue;
    const ComponentSpec* main = design.scenario.find_component(fallback.step->call.name);
    if (!main) continue;
    const auto first = design.graph.component(main->name);
    const Vertices needed = needed_by(design.graph, *design.graph.component(fallback.callee->name));
    Vertices with_itself = needed;
    with_itself.push_back(*design.graph.component(fallback.callee->name));
    Vertices shared = needed_by(design.graph, *first);
    shared.push_back(*first);
    for (const std::size_t vertex : shared) {
      if (std::find(with_itself.begin(), with_itself.end(), vertex) == with_itself.end()) continue;
      report.add(fallback.caller,
                 fmt::format("the fallback of `{}` needs `{}`, as the call itself does",
                             fallback.step->call.name, design.graph.names[vertex]),
                 fallback);
      break;
    }
  }
}

void circle_by_chance(const Design& design, Report& report) {
  for (const Vertices& circle : circles(design.graph)) {
    std::string names;
    for (const std::size_t vertex : circle) names += (names.empty() ? "" : ", ") + design.graph.names[vertex];
    const ComponentSpec& first = *design.scenario.find_component(design.graph.names[circle.front()]);
    report.add(first.name, fmt::format("calls can go round in a circle: {}", names), first.mark,
               static_cast<int>(first.name.size()));
  }
}

constexpr Rule rules[] = {
    {"WT011", "impossible deadline", Severity::error,
     "The call times out on an empty system already: queues only add to it.",
     "raise the timeout, shorten the chain, or make its calls in `parallel`", impossible_deadline},
    {"WT012", "impossible goal", Severity::error,
     "No number of replicas makes a request faster than its work.",
     "shorten the chain, make its calls in `parallel`, or relax the goal", impossible_goal},
    {"WT013", "tail of a fan-out", Severity::info,
     "The slowest of many parts decides: the tail of one becomes the median of all (Dean and Barroso, The "
     "Tail at "
     "Scale, CACM 2013).",
     "wait for most of the parts (`need`, `best_effort`), hedge them, or use fewer", tail_of_fan_out},
    {"WT014", "call across regions", Severity::warning,
     "Each such call adds a long round trip to the answer, and the answer needs both regions.",
     "put a replica or a cache into the caller's region, or make the call after `reply`", far_call},
    {"WT015", "fallback that fails too", Severity::warning,
     "A fallback helps against failures that it does not share.",
     "fall back on something that does not need it, such as a cache without origin", fallback_needs_the_same},
    {"WT016", "circle of calls", Severity::info,
     "Components that call each other can wait for each other's threads (deadlock), and cannot be deployed "
     "alone.",
     "break the circle with a queue, or move what both need into a third component", circle_by_chance},
};

}  // namespace

std::span<const Rule> path_rules() { return rules; }

}  // namespace windtunnel
