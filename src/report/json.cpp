#include "report/json.hpp"

#include <fmt/format.h>

#include "report/json_writer.hpp"
#include "report/summary.hpp"

namespace windtunnel {
namespace {

using Json = OrderedJson;

Json json_of(const Estimate& estimate) {
  return {{"value", json_number(estimate.value)},
          {"low", json_number(estimate.low)},
          {"high", json_number(estimate.high)}};
}

Json json_of(const ErrorCounts& errors) {
  Json json = Json::object();
  for (std::size_t i = 0; i < error_names.size(); ++i) {
    json[error_names[i]] = {{"count", errors.count[i]}, {"ratio", json_number(errors.ratio[i])}};
  }
  return json;
}

Json json_of(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values) json.push_back(json_number(value));
  return json;
}

Json json_of(const ScenarioInfo& scenario) {
  Json overrides = Json::object();
  for (const auto& [path, value] : scenario.overrides) overrides[path] = value;
  return {{"name", scenario.name},
          {"file", scenario.file},
          {"sha256", scenario.sha256},
          {"variant", scenario.variant.empty() ? Json(nullptr) : Json(scenario.variant)},
          {"overrides", std::move(overrides)}};
}

Json json_of(const RunInfo& run) {
  return {{"seed", run.seed},
          {"replications", run.replications},
          {"simulated_seconds", json_number(run.simulated_seconds)},
          {"warmup_seconds", json_number(run.warmup_seconds)},
          {"warmup_detected", run.warmup_detected},
          {"events", run.events},
          {"wall_seconds", json_number(run.wall_seconds)},
          {"peak_memory_bytes", run.peak_memory_bytes},
          {"fingerprint", run.fingerprint},
          {"partial", run.partial}};
}

Json json_of(const SloResult& goal) {
  return {{"goal", goal.goal},
          {"value", json_number(goal.value.value)},
          {"low", json_number(goal.value.low)},
          {"high", json_number(goal.value.high)},
          {"limit", json_number(goal.limit)},
          {"unit", goal.unit},
          {"must_be", goal.upper ? "below" : "above"},
          {"verdict", verdict_word(goal.verdict)},
          {"note", goal.note}};
}

Json json_of(const BreakdownLine& line) {
  return {{"component", line.component},
          {"p50_share_ratio", json_number(line.p50_share_ratio)},
          {"p99_share_ratio", json_number(line.p99_share_ratio)},
          {"p50_seconds", json_number(line.p50_seconds)},
          {"p99_seconds", json_number(line.p99_seconds)}};
}

Json json_of(const WorkloadResult& workload) {
  Json latency = {{"mean", json_of(workload.mean_seconds)}};
  for (std::size_t i = 0; i < latency_quantiles.size(); ++i) {
    latency[latency_quantile_names[i]] = json_of(workload.quantile_seconds[i]);
  }
  latency["max"] = json_of(Estimate{workload.max_seconds});
  Json breakdown = Json::array();
  for (const BreakdownLine& line : workload.breakdown) breakdown.push_back(json_of(line));
  return {{"offered_per_second", json_of(workload.offered_per_second)},
          {"goodput_per_second", json_of(workload.goodput_per_second)},
          {"error_ratio", json_of(workload.error_ratio)},
          {"errors", json_of(workload.errors)},
          {"latency_seconds", std::move(latency)},
          {"samples", workload.samples},
          {"unfinished", workload.unfinished},
          {"quality_ratio", json_of(workload.quality)},
          {"stale_ratio", json_of(workload.stale_ratio)},
          {"breakdown", std::move(breakdown)}};
}

Json json_of(const ComponentResult& component) {
  Json resources = Json::object();
  for (const ResourceResult& resource : component.resources) {
    resources[resource.name] = {{"utilization_ratio", json_of(resource.utilization_ratio)},
                                {"capacity", json_number(resource.capacity)},
                                {"queue_length", json_of(resource.queue_length)}};
  }
  Json metrics = Json::object();
  for (const NamedEstimate& metric : component.metrics) metrics[metric.name] = json_of(metric.value);
  return {{"type", component.type},
          {"replicas", json_number(component.replicas)},
          {"utilization_ratio", json_of(component.utilization_ratio)},
          {"busiest_resource", component.busiest_resource},
          {"resources", std::move(resources)},
          {"arrivals_per_second", json_of(component.arrivals_per_second)},
          {"queue_length", json_of(component.queue_length)},
          {"wait_seconds",
           {{"mean", json_of(component.wait_mean_seconds)}, {"p99", json_of(component.wait_p99_seconds)}}},
          {"service_seconds", {{"mean", json_of(component.service_mean_seconds)}}},
          {"errors", json_of(component.errors)},
          {"cost_usd_per_month", json_number(component.cost_usd_per_month)},
          {"metrics", std::move(metrics)}};
}

Json json_of(const CostResult& cost) {
  Json lines = Json::array();
  for (const CostLine& line : cost.lines) {
    lines.push_back({{"component", line.component},
                     {"item", line.item},
                     {"quantity", json_number(line.quantity)},
                     {"unit_usd_per_month", json_number(line.unit_usd_per_month)},
                     {"usd_per_month", json_number(line.usd_per_month)},
                     {"source", line.source},
                     {"as_of", line.as_of}});
  }
  return {{"total_usd_per_month", json_number(cost.total_usd_per_month)},
          {"per_million_requests_usd", json_number(cost.per_million_requests_usd)},
          {"lines", std::move(lines)},
          {"not_priced", cost.not_priced}};
}

Json series_of(const Result& result) {
  Json json = {{"step_seconds", json_number(result.series_step_seconds)}};
  for (const WorkloadSeries& series : result.series) {
    const auto add = [&](const char* metric, const std::vector<double>& values) {
      json[fmt::format("{}.{}", series.workload, metric)] = json_of(values);
    };
    add("offered_per_second", series.offered_per_second);
    add("goodput_per_second", series.goodput_per_second);
    add("error_ratio", series.error_ratio);
    add("p50_seconds", series.p50_seconds);
    add("p99_seconds", series.p99_seconds);
  }
  return json;
}

Json json_of(const TracedRequest& request) {
  Json spans = Json::array();
  for (const TracedSpan& span : request.spans) {
    spans.push_back({{"component", span.component},
                     {"replica", span.replica},
                     {"parent", span.parent},
                     {"sent_seconds", json_number(span.sent_seconds)},
                     {"arrived_seconds", json_number(span.arrived_seconds)},
                     {"waited_seconds", json_number(span.waited_seconds)},
                     {"left_seconds", json_number(span.left_seconds)},
                     {"returned_seconds", json_number(span.returned_seconds)},
                     {"outcome", span.outcome},
                     {"critical", span.critical}});
  }
  return {{"workload", request.workload},
          {"started_seconds", json_number(request.started_seconds)},
          {"latency_seconds", json_number(request.latency_seconds)},
          {"outcome", request.outcome},
          {"spans", std::move(spans)}};
}

Json json_of(const FaultMark& fault) {
  return {{"at_seconds", json_number(fault.at_seconds)},
          {"until_seconds", json_number(fault.until_seconds)},
          {"text", fault.text}};
}

template <class Items>
Json list_of(const Items& items) {
  Json json = Json::array();
  for (const auto& item : items) json.push_back(json_of(item));
  return json;
}

template <class Items>
Json by_name(const Items& items) {
  Json json = Json::object();
  for (const auto& item : items) json[item.name] = json_of(item);
  return json;
}

}  // namespace

std::string json_report(const Result& result) {
  Json json;
  json["windtunnel"] = {{"version", result.version}, {"format", json_format}};
  json["command"] = result.command;
  json["scenario"] = json_of(result.scenario);
  json["run"] = json_of(result.run);
  json["verdict"] = verdict_word(result.verdict);
  json["slo"] = list_of(result.slo);
  json["workloads"] = by_name(result.workloads);
  json["components"] = by_name(result.components);
  json["cost"] = json_of(result.cost);
  json["bottleneck"] = {{"component", result.bottleneck.component},
                        {"resource", result.bottleneck.resource},
                        {"utilization_ratio", json_number(result.bottleneck.utilization_ratio)}};
  json["findings"] = result.findings;
  json["series"] = series_of(result);
  json["faults"] = list_of(result.faults);
  json["slow_requests"] = list_of(result.slow_requests);
  return json_text(json);
}

}  // namespace windtunnel
