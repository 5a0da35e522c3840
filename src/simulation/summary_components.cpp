#include <algorithm>
#include <span>

#include "language/quantity.hpp"
#include "simulation/summary.hpp"
#include "stats/batches.hpp"

namespace windtunnel {
namespace {

using Snapshots = std::vector<ComponentSnapshot>;

/// Differences of a cumulated figure between batch ends, over all replications.
struct Differences {
  std::vector<const ComponentSnapshot*> starts;
  std::vector<const ComponentSnapshot*> ends;
  std::vector<double> seconds;

  template <class Figure>
  std::vector<double> of(Figure figure) const {
    std::vector<double> all;
    for (std::size_t index = 0; index < ends.size(); ++index) {
      const double before = starts[index] ? static_cast<double>(figure(*starts[index])) : 0.0;
      all.push_back(static_cast<double>(figure(*ends[index])) - before);
    }
    return all;
  }
};

/// Cuts the snapshots from period `from` on into batches of equal length.
void add_batches(const Snapshots& snapshots, std::size_t from, Nanoseconds period, Differences& all) {
  const std::size_t count = snapshots.size() - from;
  const std::size_t size = (count + kMaxBatches - 1) / kMaxBatches;
  for (std::size_t start = from; start < snapshots.size();) {
    std::size_t end = start + size;
    if (end + size > snapshots.size()) end = snapshots.size();  // the last batch takes the remainder
    all.starts.push_back(start == 0 ? nullptr : &snapshots[start - 1]);
    all.ends.push_back(&snapshots[end - 1]);
    all.seconds.push_back(to_seconds(static_cast<Nanoseconds>(end - start) * period));
    start = end;
  }
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

/// Calls in all the component's queues, integrated over time.
double queued_area(const ComponentSnapshot& at) {
  double area = 0;
  for (const ResourceUse& resource : at.resources) area += resource.queue_area;
  return area;
}

void add_resources(const Differences& all, ComponentResult& out) {
  const std::size_t kinds = all.ends.front()->resources.size();
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    ResourceResult& resource = out.resources.emplace_back();
    resource.name = all.ends.front()->resources[kind].name;
    const auto busy = all.of([&](const auto& at) { return at.resources[kind].busy_area; });
    const auto capacity = all.of([&](const auto& at) { return at.resources[kind].capacity_area; });
    const auto queue = all.of([&](const auto& at) { return at.resources[kind].queue_area * 1e-9; });
    resource.utilization_ratio = batch_ratio_estimate(busy, capacity);
    resource.capacity = sum(capacity) * 1e-9 / sum(all.seconds);
    resource.queue_length = batch_ratio_estimate(queue, all.seconds);
    if (out.busiest_resource.empty() || resource.utilization_ratio.value > out.utilization_ratio.value) {
      out.busiest_resource = resource.name;
      out.utilization_ratio = resource.utilization_ratio;
    }
  }
}

void add_waits(const std::vector<RunData>& runs, std::size_t component, std::size_t from, ComponentResult& out) {
  std::vector<WaitHistogram> batches;
  for (const RunData& run : runs) {
    const Snapshots& snapshots = run.components[component];
    std::vector<WaitHistogram> periods;
    for (std::size_t index = from; index < snapshots.size(); ++index) periods.push_back(snapshots[index].waits);
    for (WaitHistogram& batch : into_batches(std::span<const WaitHistogram>(periods))) batches.push_back(std::move(batch));
  }
  std::vector<double> totals, counts;
  for (const WaitHistogram& batch : batches) {
    totals.push_back(batch.sum() * 1e-9);
    counts.push_back(static_cast<double>(batch.count()));
  }
  if (sum(counts) == 0) return;
  out.wait_mean_seconds = batch_ratio_estimate(totals, counts);
  out.wait_p99_seconds = quantile_estimate(batches, 0.99);
  out.wait_p99_seconds.value *= 1e-9;
  out.wait_p99_seconds.low *= 1e-9;
  out.wait_p99_seconds.high *= 1e-9;
}

/// What a month's use costs besides machines, at the rate measured.
void add_usage(const Differences& all, const std::string& component, CostResult& out) {
  const std::vector<Charge>& charges = all.ends.front()->charges;
  for (std::size_t which = 0; which < charges.size(); ++which) {
    const double units = sum(all.of([&](const auto& at) { return at.charges[which].units; }));
    CostLine& line = out.lines.emplace_back();
    line.component = component;
    line.item = charges[which].item;
    line.quantity = units / sum(all.seconds) * hours_per_month * 3600;
    line.unit_usd_per_month = charges[which].usd_per_unit;
    line.usd_per_month = line.quantity * line.unit_usd_per_month;
    line.source = charges[which].source;
    line.as_of = charges[which].as_of;
  }
}

}  // namespace

void summarize_components(const Scenario& scenario, const std::vector<RunData>& runs, std::size_t from,
                          Result& result) {
  for (std::size_t index = 0; index < scenario.components.size(); ++index) {
    ComponentResult& out = result.components.emplace_back();
    out.name = scenario.components[index].name;
    out.type = scenario.components[index].type;
    Differences all;
    for (const RunData& run : runs) {
      if (from < run.components[index].size()) add_batches(run.components[index], from, run.period, all);
    }
    if (all.ends.empty()) continue;
    const auto arrivals = all.of([](const auto& at) { return at.arrivals; });
    const auto left = all.of([](const auto& at) {
      std::uint64_t replies = 0;
      for (const std::uint64_t count : at.replies) replies += count;
      return replies;
    });
    out.replicas = sum(all.of([](const auto& at) { return at.replica_area * 1e-9; })) / sum(all.seconds);
    out.arrivals_per_second = batch_ratio_estimate(arrivals, all.seconds);
    add_resources(all, out);
    add_waits(runs, index, from, out);
    add_usage(all, out.name, result.cost);
    out.queue_length = batch_ratio_estimate(all.of([](const auto& at) { return queued_area(at) * 1e-9; }), all.seconds);
    const auto sojourn = all.of([](const auto& at) { return at.sojourn_seconds; });
    const auto waited = all.of([](const auto& at) { return at.wait_seconds; });
    std::vector<double> inside;
    for (std::size_t batch = 0; batch < sojourn.size(); ++batch) inside.push_back(sojourn[batch] - waited[batch]);
    if (sum(left) > 0) out.service_mean_seconds = batch_ratio_estimate(inside, left);
    for (std::size_t kind = 0; kind < out.errors.count.size(); ++kind) {
      const double count = sum(all.of([&](const auto& at) { return at.replies[kind + 1]; }));
      out.errors.count[kind] = static_cast<std::uint64_t>(count);
      out.errors.ratio[kind] = sum(arrivals) > 0 ? count / sum(arrivals) : 0;
    }
    for (std::size_t which = 0; which < all.ends.front()->metrics.size(); ++which) {
      const auto numerators = all.of([&](const auto& at) { return at.metrics[which].numerator; });
      const auto denominators = all.of([&](const auto& at) { return at.metrics[which].denominator; });
      if (sum(denominators) == 0) continue;
      out.metrics.push_back({all.ends.front()->metrics[which].name, batch_ratio_estimate(numerators, denominators)});
    }
  }
  for (const ComponentResult& component : result.components) {
    if (component.resources.empty()) continue;
    if (!(component.utilization_ratio.value <= result.bottleneck.utilization_ratio)) {
      result.bottleneck = {component.name, component.busiest_resource, component.utilization_ratio.value};
    }
  }
}

}  // namespace windtunnel
