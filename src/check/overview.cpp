#include "check/overview.hpp"

#include <algorithm>
#include <limits>

#include "check/design.hpp"
#include "topology/questions.hpp"

namespace windtunnel {
namespace {

std::vector<std::string> names_of(const Design& design, const std::vector<std::size_t>& vertices) {
  std::vector<std::string> names;
  for (const std::size_t vertex : vertices) names.push_back(design.graph.names[vertex]);
  return names;
}

/// Requests of a workload that each component can serve per second, when the others' load stays in
/// proportion.
std::vector<double> limits_of(const Design& design, std::size_t workload) {
  std::vector<double> limits(design.graph.size(), std::numeric_limits<double>::infinity());
  for (const ComponentSpec& component : design.scenario.components) {
    const double utilization = design.traffic_of(component).utilization();
    if (utilization > 0)
      limits[design.graph.workloads + design.index_of(component)] = design.peaks[workload] / utilization;
  }
  return limits;
}

std::vector<std::string> single_points_of(const Design& design, std::size_t workload) {
  std::vector<std::string> found;
  for (const std::size_t vertex : needed_by(design.graph, workload)) {
    const ComponentSpec& component = design.scenario.components[vertex - design.graph.workloads];
    if (Design::has_machines(component) && !design.is_bypassed(component) &&
        Design::copies_of(component) == 1)
      found.push_back(component.name);
  }
  return found;
}

}  // namespace

std::vector<std::string> critical_chain(const Design& design, const CallSite& call) {
  // What a component adds itself: its answer less the slowest of its calls.
  std::vector<double> own(design.graph.size());
  for (const CallSite& site : design.calls) {
    double seconds = design.idle_seconds(site);
    for (const CallSite* inner : design.calls_of(site.callee->name)) {
      seconds = std::min(seconds, std::max(0.0, design.idle_seconds(site) - design.idle_seconds(*inner)));
    }
    own[design.graph.workloads + design.index_of(*site.callee)] = seconds;
  }
  return names_of(design,
                  critical_path(design.graph, *design.graph.component(call.callee->name), own).vertices);
}

std::vector<Overview> overview_of(const Design& design) {
  std::vector<Overview> all;
  for (const CallSite& call : design.calls) {
    if (!call.from_workload) continue;
    const std::size_t workload = all.size();
    const WeakestLink weakest = weakest_link(design.graph, workload, limits_of(design, workload));
    Overview& one = all.emplace_back();
    one.workload = call.caller;
    one.idle_seconds = design.idle_seconds(call);
    one.critical_path = critical_chain(design, call);
    one.peak_per_second = design.peaks[workload];
    one.most_per_second = weakest.per_second;
    one.limited_by = names_of(design, weakest.components);
    one.single_points = single_points_of(design, workload);
  }
  return all;
}

}  // namespace windtunnel
