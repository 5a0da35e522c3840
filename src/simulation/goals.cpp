#include <cmath>

#include <fmt/format.h>

#include "simulation/summary.hpp"

namespace windtunnel {
namespace {

const WorkloadResult* workload_named(const Result& result, const std::string& name) {
  for (const WorkloadResult& workload : result.workloads) {
    if (workload.name == name) return &workload;
  }
  return nullptr;
}

const ComponentResult* component_named(const Result& result, const std::string& name) {
  for (const ComponentResult& component : result.components) {
    if (component.name == name) return &component;
  }
  return nullptr;
}

Estimate metric_of(const ComponentResult& component, const std::string& name) {
  for (const NamedEstimate& metric : component.metrics) {
    if (metric.name == name) return metric.value;
  }
  return {};
}

Estimate complement(const Estimate& share) { return {1 - share.value, 1 - share.high, 1 - share.low}; }

Estimate percentile_of(const WorkloadResult& workload, double percentile) {
  for (std::size_t which = 0; which < latency_quantiles.size(); ++which) {
    if (std::abs(latency_quantiles[which] - percentile) < 1e-9) return workload.quantile_seconds[which];
  }
  return {};
}

/// What the run has to say about a goal, in the unit of its limit; no value where it says nothing.
Estimate measured(const Slo& slo, const Result& result, std::string& unit) {
  const WorkloadResult* workload = workload_named(result, slo.subject);
  const ComponentResult* component = component_named(result, slo.subject);
  switch (slo.metric) {
    case SloMetric::latency_percentile:
      unit = "seconds";
      if (component) return metric_of(*component, fmt::format("{}_p{:g}_seconds", slo.measure, slo.percentile * 100));
      return workload ? percentile_of(*workload, slo.percentile) : Estimate{};
    case SloMetric::latency_mean:
      unit = "seconds"; return workload ? workload->mean_seconds : Estimate{};
    case SloMetric::latency_max:
      unit = "seconds";
      return workload ? Estimate{workload->max_seconds, Estimate::kNone, Estimate::kNone} : Estimate{};
    case SloMetric::errors: unit = "ratio"; return workload ? workload->error_ratio : Estimate{};
    case SloMetric::availability:
      unit = "ratio";
      return workload ? complement(workload->error_ratio) : Estimate{};
    case SloMetric::quality: unit = "ratio"; return workload ? workload->quality : Estimate{};
    case SloMetric::stale_reads:
      unit = "ratio";
      if (component) return metric_of(*component, "stale_reads_ratio");
      return workload ? workload->stale_ratio : Estimate{};
    case SloMetric::lost_writes:
      unit = "ratio";
      return component ? metric_of(*component, "lost_writes_ratio") : Estimate{};
    case SloMetric::hit_ratio: unit = "ratio"; return component ? metric_of(*component, "hit_ratio") : Estimate{};
    case SloMetric::utilization: unit = "ratio"; return component ? component->utilization_ratio : Estimate{};
    case SloMetric::goodput: unit = "per_second"; return workload ? workload->goodput_per_second : Estimate{};
    case SloMetric::throughput:
      unit = "per_second";
      if (workload) return workload->offered_per_second;
      return component ? component->arrivals_per_second : Estimate{};
    case SloMetric::cost: {
      unit = "usd_per_month";
      const double total = result.cost.total_usd_per_month;
      return {total, total, total};
    }
  }
  return {};
}

/// Met or not; not decided while the interval straddles the limit.
Verdict judge(const Slo& slo, const Estimate& value) {
  if (!value.has_value()) return Verdict::inconclusive;
  if (!value.has_interval()) return meets(slo, value.value) ? Verdict::pass : Verdict::fail;
  const bool at_low = meets(slo, value.low);
  const bool at_high = meets(slo, value.high);
  if (at_low != at_high) return Verdict::inconclusive;
  return at_low ? Verdict::pass : Verdict::fail;
}

/// How much more simulated time would settle a goal, at the usual 1/sqrt(n).
std::string what_settles(const Slo& goal, const Estimate& value, double limit) {
  if (!value.has_value()) {
    if (goal.metric == SloMetric::latency_percentile) return "too few answers for this percentile: simulate longer";
    return "this run does not measure it";
  }
  const double arm = std::max(value.high - value.value, value.value - value.low);
  const double gap = std::abs(limit - value.value);
  if (gap <= 0) return "the value is at the limit: more simulation will not settle it";
  return fmt::format("about {:.0f} times the simulated time would settle it", std::ceil(std::pow(arm / gap, 2)));
}

}  // namespace

void judge_goals(const Scenario& scenario, Result& result) {
  bool open = false;
  bool failed = false;
  for (const Slo& slo : scenario.slos) {
    SloResult& goal = result.slo.emplace_back();
    goal.goal = slo.text;
    Slo in_unit = slo;
    goal.value = measured(slo, result, goal.unit);
    if (slo.metric == SloMetric::cost) in_unit.limit *= hours_per_month;
    goal.limit = in_unit.limit;
    goal.upper = slo.below;
    goal.verdict = judge(in_unit, goal.value);
    if (goal.verdict == Verdict::inconclusive) goal.note = what_settles(slo, goal.value, goal.limit);
    open = open || goal.verdict == Verdict::inconclusive;
    failed = failed || goal.verdict == Verdict::fail;
  }
  result.verdict = failed ? Verdict::fail : open ? Verdict::inconclusive : Verdict::pass;
}

}  // namespace windtunnel
