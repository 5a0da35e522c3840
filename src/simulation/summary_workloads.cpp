#include <algorithm>
#include <span>

#include "simulation/summary.hpp"
#include "stats/batches.hpp"
#include "stats/interval.hpp"

namespace windtunnel {
namespace {

/// The batches of all replications of one workload, and the seconds that each covers.
struct WorkloadBatches {
  std::vector<WorkloadPeriod> batches;
  std::vector<double> seconds;
};

WorkloadBatches batches_of(const std::vector<RunData>& runs, std::size_t workload, std::size_t from) {
  WorkloadBatches all;
  for (const RunData& run : runs) {
    std::vector<WorkloadPeriod> periods = run.workloads[workload];
    periods.resize(run.periods_done());
    if (from >= periods.size()) continue;
    const std::span<const WorkloadPeriod> kept(periods.begin() + static_cast<std::ptrdiff_t>(from), periods.end());
    const std::vector<double> lengths(kept.size(), to_seconds(run.period));
    for (WorkloadPeriod& batch : into_batches(kept)) all.batches.push_back(std::move(batch));
    for (const double length : into_batches(std::span<const double>(lengths))) all.seconds.push_back(length);
  }
  return all;
}

template <class Amount>
std::vector<double> each(const std::vector<WorkloadPeriod>& batches, Amount amount) {
  std::vector<double> amounts;
  for (const WorkloadPeriod& batch : batches) amounts.push_back(static_cast<double>(amount(batch)));
  return amounts;
}

}  // namespace

void summarize_workloads(const Scenario& scenario, const std::vector<RunData>& runs, std::size_t from,
                         Result& result) {
  for (std::size_t index = 0; index < scenario.workloads.size(); ++index) {
    WorkloadResult& out = result.workloads.emplace_back();
    out.name = scenario.workloads[index].first;
    const WorkloadBatches all = batches_of(runs, index, from);
    WorkloadPeriod total;
    std::vector<LatencyHistogram> latencies;
    for (const WorkloadPeriod& batch : all.batches) {
      total.merge(batch);
      latencies.push_back(batch.latency_ns);
    }
    const auto offered = each(all.batches, [](const auto& batch) { return batch.offered; });
    const auto answered = each(all.batches, [](const auto& batch) { return batch.ok(); });
    out.offered_per_second = batch_ratio_estimate(offered, all.seconds);
    out.goodput_per_second = batch_ratio_estimate(answered, all.seconds);
    const auto wrong = each(all.batches, [](const auto& batch) {
      std::uint64_t errors = 0;
      for (std::size_t kind = 1; kind < batch.outcomes.size(); ++kind) errors += batch.outcomes[kind];
      return errors;
    });
    out.error_ratio = batch_ratio_estimate(wrong, offered);
    for (std::size_t kind = 0; kind < out.errors.count.size(); ++kind) {
      out.errors.count[kind] = total.outcomes[kind + 1];
      out.errors.ratio[kind] =
          total.offered ? static_cast<double>(total.outcomes[kind + 1]) / static_cast<double>(total.offered) : 0;
    }
    out.samples = total.ok();
    for (const RunData& run : runs) out.unfinished += run.unfinished[index];
    if (total.ok() == 0) continue;
    out.mean_seconds =
        batch_ratio_estimate(each(all.batches, [](const auto& batch) { return batch.latency_ns.sum() * 1e-9; }), answered);
    for (std::size_t which = 0; which < latency_quantiles.size(); ++which) {
      Estimate& estimate = out.quantile_seconds[which];
      estimate = quantile_estimate(latencies, latency_quantiles[which]);
      estimate.value *= 1e-9;
      estimate.low *= 1e-9;
      estimate.high *= 1e-9;
    }
    out.max_seconds = to_seconds(total.latency_ns.max());
    out.quality = batch_ratio_estimate(each(all.batches, [](const auto& batch) { return batch.quality_total; }), answered);
    out.stale_ratio = batch_ratio_estimate(each(all.batches, [](const auto& batch) { return batch.stale; }), answered);
  }
}

void summarize_series(const Scenario& scenario, const std::vector<RunData>& runs, Result& result) {
  const RunData& first = runs.front();
  result.series_step_seconds = to_seconds(first.period);
  for (std::size_t index = 0; index < scenario.workloads.size(); ++index) {
    WorkloadSeries& series = result.series.emplace_back();
    series.workload = scenario.workloads[index].first;
    for (std::size_t number = 0; number < first.periods_done(); ++number) {
      WorkloadPeriod sum;
      for (const RunData& run : runs) {
        if (number < run.workloads[index].size()) sum.merge(run.workloads[index][number]);
      }
      const double seconds = result.series_step_seconds * static_cast<double>(runs.size());
      series.offered_per_second.push_back(static_cast<double>(sum.offered) / seconds);
      series.goodput_per_second.push_back(static_cast<double>(sum.ok()) / seconds);
      std::uint64_t errors = 0;
      for (std::size_t kind = 1; kind < sum.outcomes.size(); ++kind) errors += sum.outcomes[kind];
      series.error_ratio.push_back(sum.offered ? static_cast<double>(errors) / static_cast<double>(sum.offered) : 0);
      const auto percentile = [&](double q) {
        return enough_samples(q, static_cast<double>(sum.ok())) ? sum.latency_ns.quantile(q) * 1e-9 : Estimate::kNone;
      };
      series.p50_seconds.push_back(percentile(0.5));
      series.p99_seconds.push_back(percentile(0.99));
    }
  }
  for (const Fault& fault : scenario.faults) {
    if (!fault.at) continue;
    FaultMark& mark = result.faults.emplace_back();
    mark.at_seconds = fault.at->seconds;
    if (fault.lasts) mark.until_seconds = fault.at->seconds + fault.lasts->seconds;
    mark.text = describe_fault(fault);
  }
}

std::string describe_fault(const Fault& fault) {
  const auto names = [](const std::vector<FaultTarget>& targets) {
    std::string text;
    for (const FaultTarget& target : targets) text += (text.empty() ? "" : ", ") + target.text;
    return text;
  };
  const auto sides = [&](const std::vector<std::vector<FaultTarget>>& all) {
    std::string text;
    for (const auto& side : all) text += (text.empty() ? "" : " | ") + names(side);
    return text;
  };
  if (!fault.crash.empty()) return "crash of " + names(fault.crash);
  if (!fault.slow.empty()) return "slow " + names(fault.slow);
  if (!fault.partition.empty()) return "partition " + sides(fault.partition);
  return "loss between " + sides(fault.lossy);
}

}  // namespace windtunnel
