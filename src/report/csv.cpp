#include "report/csv.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "report/figures.hpp"

namespace windtunnel {
namespace {

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string field(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

std::string_view unit_name(FigureUnit unit) {
  switch (unit) {
    case FigureUnit::seconds:
      return "seconds";
    case FigureUnit::per_second:
      return "per_second";
    case FigureUnit::ratio:
      return "ratio";
    case FigureUnit::bytes:
      return "bytes";
    case FigureUnit::bytes_per_second:
      return "bytes_per_second";
    case FigureUnit::usd:
      return "usd";
    case FigureUnit::usd_per_month:
      return "usd_per_month";
    case FigureUnit::number:
      break;
  }
  return "";
}

class Rows {
 public:
  // The unit is the one that the metric's name ends in.
  void add(const std::string& subject, const std::string& metric, const Estimate& estimate) {
    add(subject, metric, estimate, unit_name(unit_of(metric)));
  }
  void add(const std::string& subject, const std::string& metric, double value) {
    add(subject, metric, Estimate{value});
  }
  void add(const std::string& subject, const std::string& metric, std::uint64_t count) {
    text_ += fmt::format("{},{},{},,,\n", field(subject), field(metric), count);
  }
  void add(const std::string& subject, const std::string& metric, const Estimate& e, std::string_view unit) {
    text_ += fmt::format("{},{},{},{},{},{}\n", field(subject), field(metric), field(e.value), field(e.low),
                         field(e.high), field(unit));
  }
  void add(const std::string& subject, const ErrorCounts& errors) {
    for (std::size_t i = 0; i < error_names.size(); ++i) {
      add(subject, fmt::format("{}_count", error_names[i]), errors.count[i]);
      add(subject, fmt::format("{}_ratio", error_names[i]), errors.ratio[i]);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_ = "subject,metric,value,low,high,unit\n";
};

void add_run(Rows& rows, const RunInfo& run) {
  rows.add("run", "seed", run.seed);
  rows.add("run", "replications", static_cast<std::uint64_t>(run.replications));
  rows.add("run", "simulated_seconds", run.simulated_seconds);
  rows.add("run", "warmup_seconds", run.warmup_seconds);
  rows.add("run", "events", run.events);
  rows.add("run", "wall_seconds", run.wall_seconds);
  rows.add("run", "peak_memory_bytes", static_cast<double>(run.peak_memory_bytes));
  rows.add("run", "partial", std::uint64_t{run.partial});
}

void add_workload(Rows& rows, const WorkloadResult& workload) {
  const std::string subject = "workload/" + workload.name;
  rows.add(subject, "offered_per_second", workload.offered_per_second);
  rows.add(subject, "goodput_per_second", workload.goodput_per_second);
  rows.add(subject, "error_ratio", workload.error_ratio);
  rows.add(subject, workload.errors);
  rows.add(subject, "mean_seconds", workload.mean_seconds);
  for (std::size_t i = 0; i < latency_quantiles.size(); ++i) {
    rows.add(subject, fmt::format("{}_seconds", latency_quantile_names[i]), workload.quantile_seconds[i]);
  }
  rows.add(subject, "max_seconds", workload.max_seconds);
  rows.add(subject, "samples", workload.samples);
  rows.add(subject, "unfinished", workload.unfinished);
  rows.add(subject, "quality_ratio", workload.quality);
  rows.add(subject, "stale_ratio", workload.stale_ratio);
  for (const BreakdownLine& line : workload.breakdown) {
    rows.add(subject, fmt::format("{}.p50_share_ratio", line.component), line.p50_share_ratio);
    rows.add(subject, fmt::format("{}.p99_share_ratio", line.component), line.p99_share_ratio);
    rows.add(subject, fmt::format("{}.p50_seconds", line.component), line.p50_seconds);
    rows.add(subject, fmt::format("{}.p99_seconds", line.component), line.p99_seconds);
  }
}

void add_component(Rows& rows, const ComponentResult& component) {
  const std::string subject = "component/" + component.name;
  rows.add(subject, "replicas", component.replicas);
  rows.add(subject, "arrivals_per_second", component.arrivals_per_second);
  rows.add(subject, "utilization_ratio", component.utilization_ratio);
  for (const ResourceResult& resource : component.resources) {
    rows.add(subject, fmt::format("{}.utilization_ratio", resource.name), resource.utilization_ratio);
    rows.add(subject, fmt::format("{}.capacity", resource.name), resource.capacity);
    rows.add(subject, fmt::format("{}.queue_length", resource.name), resource.queue_length);
  }
  rows.add(subject, "queue_length", component.queue_length);
  rows.add(subject, "wait_mean_seconds", component.wait_mean_seconds);
  rows.add(subject, "wait_p99_seconds", component.wait_p99_seconds);
  rows.add(subject, "service_mean_seconds", component.service_mean_seconds);
  rows.add(subject, component.errors);
  for (const NamedEstimate& metric : component.metrics) rows.add(subject, metric.name, metric.value);
  rows.add(subject, "cost_usd_per_month", component.cost_usd_per_month);
}

}  // namespace

std::string csv_report(const Result& result) {
  Rows rows;
  add_run(rows, result.run);
  for (const SloResult& goal : result.slo) {
    rows.add("slo/" + goal.goal, "value", goal.value, goal.unit);
    rows.add("slo/" + goal.goal, "limit", Estimate{goal.limit}, goal.unit);
    rows.add("slo/" + goal.goal, "met",
             Estimate{goal.verdict == Verdict::inconclusive ? Estimate::kNone
                      : goal.verdict == Verdict::pass       ? 1.0
                                                            : 0.0});
  }
  for (const WorkloadResult& workload : result.workloads) add_workload(rows, workload);
  for (const ComponentResult& component : result.components) add_component(rows, component);
  rows.add("cost", "total_usd_per_month", result.cost.total_usd_per_month);
  rows.add("cost", "per_million_requests_usd", result.cost.per_million_requests_usd);
  for (const CostLine& line : result.cost.lines) {
    rows.add("cost", fmt::format("{}/{}.usd_per_month", line.component, line.item), line.usd_per_month);
  }
  return rows.text();
}

}  // namespace windtunnel
