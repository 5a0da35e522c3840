// What happens when one of them is gone: replicas, zones, load balancers, health checks.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "check/rule.hpp"
#include "components/database.hpp"
#include "components/load_balancer.hpp"
#include "topology/questions.hpp"

namespace windtunnel {
namespace {

/// Whether requests fail without it: every request of some workload needs it, and nobody has a fallback.
struct Need {
  bool needed = false;
  std::string workload;
  std::size_t behind = 0;  ///< components that are out of reach without it
};

bool has_fallback(const CallSite& call) { return call.step && call.step->fallback.has_value(); }

Need need_of(const Design& design, const ComponentSpec& component) {
  const auto sites = design.calls_to(component);
  const bool always_replaced =
      !sites.empty() && std::all_of(sites.begin(), sites.end(), [](const CallSite* call) {
        return has_fallback(*call) || call->is_fallback || call->after_reply;
      });
  if (always_replaced) return {};
  const std::size_t vertex = design.graph.workloads + design.index_of(component);
  for (std::size_t i = 0; i < design.graph.workloads; ++i) {
    const Vertices needed = needed_by(design.graph, i);
    if (std::find(needed.begin(), needed.end(), vertex) == needed.end()) continue;
    return {true, design.graph.names[i], behind(design.graph, i, vertex).size()};
  }
  return {};
}

std::string cut_off(const Need& need) {
  return need.behind > 0 ? fmt::format(", and {} components behind it are cut off", need.behind) : "";
}

void single_replica(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const bool other_rule = !Design::has_machines(component) || fields_if<LoadBalancerFields>(component) ||
                            fields_if<DatabaseFields>(component);
    if (other_rule || design.is_bypassed(component) || Design::copies_of(component) > 1) continue;
    if (component.placement.scale && component.placement.scale->min > 1) continue;
    const Need need = need_of(design, component);
    if (!need.needed) continue;
    report.add(component.name,
               fmt::format("without the only replica of `{}` no request of `{}` is answered{}",
                           component.name, need.workload, cut_off(need)),
               component.mark, static_cast<int>(component.name.size()));
  }
}

void single_load_balancer(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (!fields_if<LoadBalancerFields>(component) || component.placement.replicas > 1) continue;
    const Need need = need_of(design, component);
    report.add(
        component.name,
        fmt::format("everything behind `{}` depends on one load balancer{}", component.name, cut_off(need)),
        component.mark, static_cast<int>(component.name.size()));
  }
}

std::size_t zones_available(const Design& design) {
  std::size_t most = 0;
  for (const auto& [name, region] : design.scenario.regions) most = std::max(most, region.zones.size());
  return most;
}

void one_zone(const Design& design, Report& report) {
  const std::size_t available = zones_available(design);
  for (const ComponentSpec& component : design.scenario.components) {
    const auto& places = design.places_of(component);
    if (!Design::has_machines(component) || places.empty() || Design::copies_of(component) < 2) continue;
    std::set<std::string> names;
    for (const Place& place : places) names.insert(place.name());
    if (names.size() > 1 || !need_of(design, component).needed) continue;
    const char* why = available > 1 ? "" : ", the only one that `regions:` declares";
    report.add(component.name,
               fmt::format("all {} replicas of `{}` stand in {}{}", Design::machines_of(component),
                           component.name, *names.begin(), why),
               Design::field(component, {"zones"}));
  }
}

void few_replicas_for_zones(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (!component.placement.scale || component.placement.scale->min > 1) continue;
    if (component.placement.replicas < 2) continue;
    report.add(component.name,
               fmt::format("autoscaling may leave `{}` with a single replica", component.name),
               Design::field(component, {"scale", "min"}));
  }
}

void slow_health_checks(const Design& design, Report& report) {
  constexpr double longest = 15;  // three checks, 5 s apart: what is common
  for (const ComponentSpec& component : design.scenario.components) {
    const auto* balancer = fields_if<LoadBalancerFields>(component);
    if (!balancer) continue;
    const double seconds =
        balancer->checks.every.seconds * balancer->checks.fall + balancer->checks.timeout.seconds;
    int targets = 0;
    for (const CallSite* call : design.calls_of(component.name)) targets += Design::copies_of(*call->callee);
    const auto callers = design.calls_to(component);
    const bool retried =
        !callers.empty() && std::all_of(callers.begin(), callers.end(), [](const CallSite* call) {
          return call->policy && call->policy->retry && call->policy->retry->attempts > 1;
        });
    if (targets < 2 || (retried && seconds <= 2 * longest) || seconds <= longest + 1) continue;
    report.add(component.name,
               fmt::format("a dead backend of `{}` gets 1 of {} requests for about {:.3g} s", component.name,
                           targets, seconds),
               Design::field(component, {"checks"}));
  }
}

void check_longer_than_interval(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const auto* balancer = fields_if<LoadBalancerFields>(component);
    if (!balancer || balancer->checks.timeout < balancer->checks.every) continue;
    report.add(component.name,
               fmt::format("a check of `{}` may take {}, but the next one starts after {}", component.name,
                           to_text(balancer->checks.timeout), to_text(balancer->checks.every)),
               Design::field(component, {"checks"}));
  }
}

constexpr Rule rules[] = {
    {"WT040", "single point of failure", Severity::warning,
     "Its crash, its deployment, its zone's loss are an outage of everything above it.",
     "set `replicas: 2` or more (3 for three zones), or give its callers a `fallback`", single_replica},
    {"WT041", "single load balancer", Severity::warning,
     "It multiplies the replicas behind it and is the one that is not multiplied.",
     "set `replicas: 2` or more", single_load_balancer},
    {"WT042", "all replicas in one zone", Severity::warning,
     "A zone fails as a whole: power, cooling and network are shared.",
     "spread them: leave out `zones`, or name several", one_zone},
    {"WT043", "autoscaling down to one replica", Severity::warning,
     "At night the service is a single point of failure, and the morning finds it cold.",
     "set `min` to 2 or more", few_replicas_for_zones},
    {"WT044", "slow health checks", Severity::warning,
     "Until its checks have failed, a dead backend goes on getting its share of the requests.",
     "check more often, or let the callers `retry` once", slow_health_checks},
    {"WT045", "health check longer than its interval", Severity::warning,
     "Checks of a slow backend pile up, and load it when it needs relief.",
     "make `timeout` shorter than `every`", check_longer_than_interval},
};

}  // namespace

std::span<const Rule> redundancy_rules() { return rules; }

}  // namespace windtunnel
