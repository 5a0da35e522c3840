#include <algorithm>

#include <fmt/format.h>

#include "simulation/summary.hpp"

namespace windtunnel {
namespace {

/// Whether the calls inside a component grew throughout: more came in each of two halves than left.
struct Growth {
  double arrivals = 0;
  double departures = 0;
};

Growth between(const ComponentSnapshot& start, const ComponentSnapshot& end) {
  const auto arrivals = static_cast<double>(end.arrivals - start.arrivals);
  return {arrivals, arrivals - static_cast<double>(end.present - start.present)};
}

/// A resource is exhausted where it was busy nearly all the time while calls piled up in front of it: ever more, or
/// up to the limit of requests under way. `offered` is what would come if none were refused for that limit, as a
/// multiple of what did.
void add_overload(const std::vector<ComponentSnapshot>& snapshots, std::size_t from, double offered,
                  const ComponentResult& component, const std::string& cause, std::vector<std::string>& findings) {
  if (snapshots.size() < from + 4 || !(component.utilization_ratio.value >= 0.98)) return;
  const std::size_t middle = (from + snapshots.size()) / 2;
  const Growth early = between(snapshots[from], snapshots[middle]);
  const Growth late = between(snapshots[middle], snapshots.back());
  const bool grows = early.arrivals > 1.005 * early.departures && late.arrivals > 1.005 * late.departures;
  if (!grows && offered == 1) return;
  const double excess =
      offered * (early.arrivals + late.arrivals) / (early.departures + late.departures) - 1;
  std::string held;
  if (component.busiest_resource == "workers" && !cause.empty()) held = ", held by calls that wait for " + cause;
  findings.push_back(
      fmt::format("arrivals exceed capacity of {} by {:.0f}%: its queue grows without bound (all {} busy{})",
                  component.name, 100 * excess, component.busiest_resource, held));
}

/// The component that has run out of something of its own: its callers' workers are busy only with waiting for it.
std::string exhausted_itself(const Result& result) {
  for (const ComponentResult& component : result.components) {
    if (component.utilization_ratio.value >= 0.98 && component.busiest_resource != "workers") return component.name;
  }
  return "";
}

/// All requests over those that were let in.
double offered_over_admitted(const std::vector<RunData>& runs) {
  double turned_down = 0;
  double offered = 0;
  for (const RunData& run : runs) {
    for (const std::uint64_t count : run.turned_down) turned_down += static_cast<double>(count);
    for (const auto& workload : run.workloads) {
      for (const WorkloadPeriod& period : workload) offered += static_cast<double>(period.offered);
    }
  }
  return turned_down > 0 ? offered / (offered - turned_down) : 1;
}

}  // namespace

void add_findings(const Scenario& scenario, const std::vector<RunData>& runs, std::size_t from, Result& result) {
  const double offered = offered_over_admitted(runs);
  const std::string cause = exhausted_itself(result);
  for (std::size_t index = 0; index < scenario.components.size(); ++index) {
    add_overload(runs.front().components[index], from, offered, result.components[index], cause, result.findings);
  }
  for (std::size_t index = 0; index < scenario.workloads.size(); ++index) {
    std::uint64_t turned_down = 0;
    std::uint64_t unfinished = 0;
    for (const RunData& run : runs) {
      turned_down += run.turned_down[index];
      unfinished += run.unfinished[index];
    }
    const std::string& name = scenario.workloads[index].first;
    if (turned_down > 0) {
      result.findings.push_back(
          fmt::format("{} requests of {} were refused because {:.0f} were under way already (run.max_in_flight)",
                      turned_down, name, scenario.run.max_in_flight.value));
    }
    if (unfinished > 0) {
      result.findings.push_back(fmt::format("{} requests of {} had no answer when the run ended: latencies leave them out",
                                            unfinished, name));
    }
  }
}

}  // namespace windtunnel
