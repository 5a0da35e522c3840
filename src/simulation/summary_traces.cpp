#include <algorithm>

#include "simulation/summary.hpp"

namespace windtunnel {
namespace {

/// Mean shares and times of the traced requests between two ranks of latency.
struct Band {
  std::vector<double> seconds;  // by component, last the network
  double total = 0;
};

Band band_of(const std::vector<const TracedLatency*>& sorted, double low, double high, std::size_t columns) {
  const auto count = static_cast<double>(sorted.size());
  const auto first = static_cast<std::size_t>(low * count);
  const auto last = std::max(first + 1, static_cast<std::size_t>(high * count));
  Band band{std::vector<double>(columns), 0};
  for (std::size_t rank = first; rank < std::min(last, sorted.size()); ++rank) {
    for (std::size_t column = 0; column < columns; ++column) {
      band.seconds[column] += static_cast<double>(sorted[rank]->seconds[column]);
    }
  }
  const auto members = static_cast<double>(std::min(last, sorted.size()) - first);
  for (double& seconds : band.seconds) {
    seconds /= members;
    band.total += seconds;
  }
  return band;
}

std::vector<BreakdownLine> break_down(const Scenario& scenario, std::vector<const TracedLatency*> rows) {
  if (rows.empty()) return {};
  std::sort(rows.begin(), rows.end(), [](const TracedLatency* a, const TracedLatency* b) {
    return a->latency != b->latency ? a->latency < b->latency : a->id < b->id;
  });
  const std::size_t columns = scenario.components.size() + 1;
  const Band middle = band_of(rows, 0.45, 0.55, columns);
  const Band slow = band_of(rows, 0.985, 0.995, columns);
  std::vector<BreakdownLine> lines;
  for (std::size_t column = 0; column < columns; ++column) {
    if (middle.seconds[column] <= 0 && slow.seconds[column] <= 0) continue;
    BreakdownLine& line = lines.emplace_back();
    line.component = column + 1 == columns ? "network" : scenario.components[column].name;
    line.p50_seconds = middle.seconds[column];
    line.p99_seconds = slow.seconds[column];
    line.p50_share_ratio = middle.total > 0 ? middle.seconds[column] / middle.total : 0;
    line.p99_share_ratio = slow.total > 0 ? slow.seconds[column] / slow.total : 0;
  }
  std::stable_sort(lines.begin(), lines.end(), [](const BreakdownLine& a, const BreakdownLine& b) {
    return a.p99_share_ratio > b.p99_share_ratio;
  });
  return lines;
}

TracedRequest told(const Scenario& scenario, const KeptTrace& kept) {
  TracedRequest out;
  out.workload = scenario.workloads[kept.workload].first;
  out.started_seconds = to_seconds(kept.started);
  out.latency_seconds = to_seconds(kept.latency);
  out.outcome = to_text(kept.outcome);
  for (std::size_t index = 0; index < kept.spans.size(); ++index) {
    const Span& span = kept.spans[index];
    const auto since_start = [&](Nanoseconds time) { return to_seconds(time - kept.started); };
    TracedSpan& line = out.spans.emplace_back();
    line.component = scenario.components[span.component].name;
    line.replica = span.replica;
    line.parent = span.parent == no_span ? -1 : static_cast<int>(span.parent);
    // Whoever gave up on a call did not see its end: it is shown up to the end of the request.
    const Nanoseconds end = span.finished ? span.returned : kept.started + kept.latency;
    line.sent_seconds = since_start(span.sent);
    line.arrived_seconds = since_start(span.arrived > 0 ? span.arrived : end);
    line.waited_seconds = to_seconds(span.waited);
    line.left_seconds = since_start(span.left > 0 ? span.left : end);
    line.returned_seconds = since_start(end);
    line.outcome = span.finished ? to_text(span.outcome) : "abandoned";
    line.critical = kept.critical[index];
  }
  return out;
}

}  // namespace

void summarize_traces(const Scenario& scenario, const std::vector<RunData>& runs, Result& result) {
  for (std::size_t workload = 0; workload < scenario.workloads.size(); ++workload) {
    std::vector<const TracedLatency*> rows;
    for (const RunData& run : runs) {
      for (const TracedLatency& row : run.traces.latencies()) {
        if (row.workload == workload) rows.push_back(&row);
      }
    }
    result.workloads[workload].breakdown = break_down(scenario, std::move(rows));
  }
  std::vector<const KeptTrace*> slow;
  for (const RunData& run : runs) {
    for (const KeptTrace& kept : run.traces.slowest()) slow.push_back(&kept);
  }
  std::stable_sort(slow.begin(), slow.end(),
                   [](const KeptTrace* a, const KeptTrace* b) { return a->latency > b->latency; });
  for (const KeptTrace* kept : slow) result.slow_requests.push_back(told(scenario, *kept));
}

}  // namespace windtunnel
