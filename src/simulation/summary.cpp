#include "simulation/summary.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace windtunnel {
namespace {

/// Load that changes by plan has no steady state to warm up to.
bool is_stationary(const Arrivals& arrivals) {
  return std::holds_alternative<arrival::Poisson>(arrivals) ||
         std::holds_alternative<arrival::Deterministic>(arrivals) ||
         std::holds_alternative<arrival::Renewal>(arrivals) || std::holds_alternative<arrival::Closed>(arrivals) ||
         std::holds_alternative<arrival::Mmpp>(arrivals);
}

Nanoseconds first_fault(const Scenario& scenario) {
  Nanoseconds first = forever;
  for (const Fault& fault : scenario.faults) {
    if (fault.at) first = std::min(first, to_nanoseconds(fault.at->seconds));
  }
  return first;
}

std::size_t periods_in(Nanoseconds time, Nanoseconds period) {
  return static_cast<std::size_t>((time + period - 1) / period);
}

}  // namespace

WarmupCut find_warmup(const Scenario& scenario, const std::vector<RunData>& runs) {
  const Nanoseconds period = runs.front().period;
  WarmupCut cut;
  if (scenario.run.warmup.time) {
    cut.periods = periods_in(to_nanoseconds(scenario.run.warmup.time->seconds), period);
    return cut;
  }
  for (const auto& [name, workload] : scenario.workloads) {
    if (!is_stationary(workload.arrivals)) return cut;
  }
  cut.detected = true;
  for (const RunData& run : runs) {
    for (const WarmupDetector& detector : run.warmup) {
      const Warmup warmup = detector.detect();
      const Nanoseconds time = std::min<Nanoseconds>(warmup.time, first_fault(scenario));
      cut.periods = std::max(cut.periods, periods_in(time, period));
      cut.trustworthy = cut.trustworthy && warmup.trustworthy;
    }
  }
  cut.periods = std::min(cut.periods, runs.front().periods_done() / 2);
  return cut;
}

Result summarize(const Scenario& scenario, const Catalog& catalog, const std::vector<RunData>& runs) {
  Result result;
  result.scenario = {scenario.name, scenario.file, scenario.sha256, scenario.variant, scenario.overrides};
  if (runs.empty() || runs.front().periods_done() == 0) return result;

  const WarmupCut cut = find_warmup(scenario, runs);
  result.run.replications = static_cast<int>(runs.size());
  result.run.warmup_seconds = to_seconds(static_cast<Nanoseconds>(cut.periods) * runs.front().period);
  result.run.warmup_detected = cut.detected;
  result.run.simulated_seconds = to_seconds(static_cast<Nanoseconds>(runs.front().periods_done()) * runs.front().period);
  std::uint64_t fingerprint = 0;
  for (const RunData& run : runs) {
    result.run.events += run.events;
    result.run.partial = result.run.partial || run.partial;
    fingerprint = (fingerprint ^ run.fingerprint) * 0x9e3779b97f4a7c15;
  }
  result.run.fingerprint = fmt::format("{:016x}", runs.size() == 1 ? runs.front().fingerprint : fingerprint);
  if (!cut.trustworthy) {
    result.findings.push_back("the run is too short to tell where its warm-up ends: figures may be biased; simulate longer");
  }

  summarize_workloads(scenario, runs, cut.periods, result);
  summarize_components(scenario, runs, cut.periods, result);
  summarize_traces(scenario, runs, result);
  summarize_series(scenario, runs, result);
  price_components(scenario, catalog, result);
  judge_goals(scenario, result);
  add_findings(scenario, runs, cut.periods, result);
  return result;
}

}  // namespace windtunnel
