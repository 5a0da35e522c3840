// Autoscaling: is it fast enough, does it reach far enough?
#include <fmt/format.h>

#include <cmath>

#include "check/flow.hpp"
#include "check/rule.hpp"

namespace windtunnel {
namespace {

/// Until a decision has become a replica that serves; s.
double reaction_seconds(const Design& design, const Scale& scale) {
  double start = 0;
  if (const auto time = parse_duration(scale.starts_in)) {
    start = time->seconds;
  } else if (const StartupTime* figure = design.catalog.find_startup_time(scale.starts_in)) {
    start = figure->middle_seconds().value_or(0);
  }
  return scale.period.seconds + start;
}

/// How fast the load of a workload jumps up; nothing where it rises slowly.
struct Jump {
  double base;
  double peak;
  double lasts_seconds;
};
std::optional<Jump> jump_of(const Arrivals& arrivals) {
  if (const auto* burst = std::get_if<arrival::Burst>(&arrivals))
    return Jump{burst->base.per_second, burst->peak.per_second, burst->lasts.seconds};
  if (const auto* mmpp = std::get_if<arrival::Mmpp>(&arrivals))
    return Jump{mmpp->low.per_second, mmpp->high.per_second, mmpp->high_for.seconds};
  return std::nullopt;
}

bool is_reached(const Design& design, std::size_t workload, const ComponentSpec& component) {
  const std::size_t vertex = design.graph.workloads + design.index_of(component);
  std::vector<std::size_t> open{workload};
  std::vector<bool> seen(design.graph.size());
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    if (at == vertex) return true;
    for (const Link& link : design.graph.links) {
      if (link.from != at || seen[link.to]) continue;
      seen[link.to] = true;
      open.push_back(link.to);
    }
  }
  return false;
}

void slower_than_the_burst(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (!component.placement.scale) continue;
    const Scale& scale = *component.placement.scale;
    const double reaction = reaction_seconds(design, scale);
    for (std::size_t i = 0; i < design.graph.workloads; ++i) {
      const auto& [name, workload] = design.scenario.workloads[i];
      const auto jump = jump_of(workload.arrivals);
      if (!jump || !is_reached(design, i, component)) continue;
      const bool headroom = jump->peak * scale.target.value <= jump->base;
      if (headroom || reaction < jump->lasts_seconds) continue;
      report.add(component.name,
                 fmt::format("new replicas serve after {:.3g} s, but a burst of `{}` to {:.3g} times its "
                             "load lasts {:.3g} s",
                             reaction, name, jump->peak / jump->base, jump->lasts_seconds),
                 Design::field(component, {"scale"}));
    }
  }
}

void max_below_need(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (!component.placement.scale) continue;
    const Scale& scale = *component.placement.scale;
    const double busy = design.traffic_of(component).utilization() * component.placement.replicas;
    const double needed = std::ceil(busy / scale.target.value - 1e-9);
    if (needed <= scale.max) continue;
    report.add(component.name,
               fmt::format("the peak needs {:.0f} replicas at a utilization of {:.0f}%, but `max` is {}",
                           needed, scale.target.value * 100, scale.max),
               Design::field(component, {"scale", "max"}));
  }
}

void high_target(const Design& design, Report& report) {
  constexpr double highest = 0.8;
  for (const ComponentSpec& component : design.scenario.components) {
    if (!component.placement.scale || component.placement.scale->target.value <= highest) continue;
    report.add(component.name,
               fmt::format("`{}` is scaled up only beyond {:.0f}% utilization", component.name,
                           component.placement.scale->target.value * 100),
               Design::field(component, {"scale", "target"}));
  }
}

constexpr Rule rules[] = {
    {"WT030", "autoscaling slower than the burst", Severity::warning,
     "The new replicas come when the burst is over: it is served, or refused, by those that were there.",
     "keep headroom for the burst (a lower `target`, a higher `min`), or shed load (`queue:`)",
     slower_than_the_burst},
    {"WT031", "autoscaling ends below the need", Severity::error,
     "At `max` the load goes on rising, and the replicas do not.", "raise `max`", max_below_need},
    {"WT032", "autoscaling target too high", Severity::warning,
     "Until new replicas serve, the load must fit into what the target leaves free.",
     "choose a `target` of 50% to 70%", high_target},
};

}  // namespace

std::span<const Rule> scaling_rules() { return rules; }

}  // namespace windtunnel
