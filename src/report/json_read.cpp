#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/json.hpp"

namespace windtunnel {
namespace {

using Json = nlohmann::ordered_json;

// A value with its place in the document. Reading a value of the wrong kind notes the first such error and
// gives a default, so that the readers below need no branches.
class Node {
 public:
  Node(const Json* value, std::string path, std::string& error)
      : value_(value), path_(std::move(path)), error_(&error) {}

  Node operator[](const std::string& key) const {
    const std::string path = path_.empty() ? key : path_ + "." + key;
    if (absent()) return {nullptr, path, *error_};
    if (!value_->is_object()) {
      complain("an object");
      return {nullptr, path, *error_};
    }
    const auto found = value_->find(key);
    return {found == value_->end() ? nullptr : &*found, path, *error_};
  }

  bool present() const { return value_ != nullptr; }

  double number(double otherwise = Estimate::kNone) const {
    if (absent()) return value_ ? Estimate::kNone : otherwise;
    if (value_->is_number()) return value_->get<double>();
    complain("a number or null");
    return otherwise;
  }

  template <class Integer>
  Integer whole(Integer otherwise = 0) const {
    if (!value_) return otherwise;
    if (value_->is_number_unsigned() && value_->get<std::uint64_t>() <= limit<Integer>())
      return value_->get<Integer>();
    const bool negative = value_->is_number_integer() && !value_->is_number_unsigned();
    if (negative && value_->get<std::int64_t>() >= std::numeric_limits<int>::min() &&
        std::is_signed_v<Integer>) {
      return value_->get<Integer>();
    }
    complain("a whole number");
    return otherwise;
  }

  std::string text() const {
    if (absent()) return "";
    if (value_->is_string()) return value_->get<std::string>();
    complain("a text");
    return "";
  }

  bool boolean(bool otherwise = false) const {
    if (!value_) return otherwise;
    if (value_->is_boolean()) return value_->get<bool>();
    complain("true or false");
    return otherwise;
  }

  std::vector<Node> items() const {
    std::vector<Node> nodes;
    if (absent()) return nodes;
    if (!value_->is_array()) complain("a list");
    if (value_->is_array()) {
      for (std::size_t i = 0; i < value_->size(); ++i)
        nodes.emplace_back(&(*value_)[i], fmt::format("{}[{}]", path_, i), *error_);
    }
    return nodes;
  }

  std::vector<std::pair<std::string, Node>> members() const {
    std::vector<std::pair<std::string, Node>> nodes;
    if (absent()) return nodes;
    if (!value_->is_object()) complain("an object");
    if (value_->is_object()) {
      for (const auto& [key, value] : value_->items())
        nodes.emplace_back(key, Node(&value, path_ + "." + key, *error_));
    }
    return nodes;
  }

  Estimate estimate() const {
    return {(*this)["value"].number(), (*this)["low"].number(), (*this)["high"].number()};
  }

  std::vector<double> numbers() const {
    std::vector<double> values;
    for (const Node& item : items()) values.push_back(item.number());
    return values;
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> values;
    for (const Node& item : items()) values.push_back(item.text());
    return values;
  }

  void complain(std::string_view expected) const {
    if (error_->empty())
      *error_ =
          fmt::format("{}: expected {}, found {}", path_.empty() ? "document" : path_, expected, found());
  }

 private:
  template <class Integer>
  static constexpr std::uint64_t limit() {
    return static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
  }
  bool absent() const { return !value_ || value_->is_null(); }
  std::string_view found() const { return value_ ? value_->type_name() : "nothing"; }

  const Json* value_;
  std::string path_;
  std::string* error_;
};

Verdict read_verdict(const Node& node) {
  const std::string word = node.text();
  if (word == "pass") return Verdict::pass;
  if (word == "fail") return Verdict::fail;
  if (word != "inconclusive") node.complain("pass, fail or inconclusive");
  return Verdict::inconclusive;
}

ScenarioInfo read_scenario(const Node& node) {
  ScenarioInfo scenario{
      node["name"].text(), node["file"].text(), node["sha256"].text(), node["variant"].text(), {}};
  for (const auto& [path, value] : node["overrides"].members())
    scenario.overrides.emplace_back(path, value.text());
  return scenario;
}

RunInfo read_run(const Node& node) {
  RunInfo run;
  run.seed = node["seed"].whole<std::uint64_t>();
  run.replications = node["replications"].whole<int>(1);
  run.simulated_seconds = node["simulated_seconds"].number(0);
  run.warmup_seconds = node["warmup_seconds"].number(0);
  run.warmup_detected = node["warmup_detected"].boolean();
  run.events = node["events"].whole<std::uint64_t>();
  run.wall_seconds = node["wall_seconds"].number(0);
  run.peak_memory_bytes = node["peak_memory_bytes"].whole<std::uint64_t>();
  run.fingerprint = node["fingerprint"].text();
  run.partial = node["partial"].boolean();
  return run;
}

SloResult read_goal(const Node& node) {
  SloResult goal;
  goal.goal = node["goal"].text();
  goal.value = node.estimate();
  goal.limit = node["limit"].number(0);
  goal.unit = node["unit"].text();
  goal.upper = node["must_be"].text() != "above";
  goal.verdict = read_verdict(node["verdict"]);
  goal.note = node["note"].text();
  return goal;
}

ErrorCounts read_errors(const Node& node) {
  ErrorCounts errors;
  for (std::size_t i = 0; i < error_names.size(); ++i) {
    errors.count[i] = node[error_names[i]]["count"].whole<std::uint64_t>();
    errors.ratio[i] = node[error_names[i]]["ratio"].number(0);
  }
  return errors;
}

WorkloadResult read_workload(const std::string& name, const Node& node) {
  WorkloadResult workload;
  workload.name = name;
  workload.offered_per_second = node["offered_per_second"].estimate();
  workload.goodput_per_second = node["goodput_per_second"].estimate();
  workload.error_ratio = node["error_ratio"].estimate();
  workload.errors = read_errors(node["errors"]);
  const Node latency = node["latency_seconds"];
  workload.mean_seconds = latency["mean"].estimate();
  for (std::size_t i = 0; i < latency_quantiles.size(); ++i) {
    workload.quantile_seconds[i] = latency[latency_quantile_names[i]].estimate();
  }
  workload.max_seconds = latency["max"]["value"].number();
  workload.samples = node["samples"].whole<std::uint64_t>();
  workload.unfinished = node["unfinished"].whole<std::uint64_t>();
  workload.quality = node["quality_ratio"].estimate();
  workload.stale_ratio = node["stale_ratio"].estimate();
  for (const Node& line : node["breakdown"].items()) {
    workload.breakdown.push_back({line["component"].text(), line["p50_share_ratio"].number(0),
                                  line["p99_share_ratio"].number(0), line["p50_seconds"].number(0),
                                  line["p99_seconds"].number(0)});
  }
  return workload;
}

ComponentResult read_component(const std::string& name, const Node& node) {
  ComponentResult component;
  component.name = name;
  component.type = node["type"].text();
  component.replicas = node["replicas"].number(0);
  component.utilization_ratio = node["utilization_ratio"].estimate();
  component.busiest_resource = node["busiest_resource"].text();
  for (const auto& [resource, value] : node["resources"].members()) {
    component.resources.push_back({resource, value["utilization_ratio"].estimate(),
                                   value["capacity"].number(0), value["queue_length"].estimate()});
  }
  component.arrivals_per_second = node["arrivals_per_second"].estimate();
  component.queue_length = node["queue_length"].estimate();
  component.wait_mean_seconds = node["wait_seconds"]["mean"].estimate();
  component.wait_p99_seconds = node["wait_seconds"]["p99"].estimate();
  component.service_mean_seconds = node["service_seconds"]["mean"].estimate();
  component.errors = read_errors(node["errors"]);
  for (const auto& [metric, value] : node["metrics"].members())
    component.metrics.push_back({metric, value.estimate()});
  component.cost_usd_per_month = node["cost_usd_per_month"].number();
  return component;
}

CostResult read_cost(const Node& node) {
  CostResult cost;
  cost.total_usd_per_month = node["total_usd_per_month"].number(0);
  cost.per_million_requests_usd = node["per_million_requests_usd"].number();
  for (const Node& line : node["lines"].items()) {
    cost.lines.push_back({line["component"].text(), line["item"].text(), line["quantity"].number(0),
                          line["unit_usd_per_month"].number(0), line["usd_per_month"].number(0),
                          line["source"].text(), line["as_of"].text()});
  }
  cost.not_priced = node["not_priced"].texts();
  return cost;
}

// Keys are "<workload>.<metric>"; a metric has no dot, a workload may.
void read_series(const Node& node, Result& result) {
  result.series_step_seconds = node["step_seconds"].number(0);
  for (const auto& [key, value] : node.members()) {
    const std::size_t dot = key.rfind('.');
    if (dot == std::string::npos) continue;
    const std::string workload = key.substr(0, dot);
    const std::string metric = key.substr(dot + 1);
    auto series = std::find_if(result.series.begin(), result.series.end(),
                               [&](const WorkloadSeries& s) { return s.workload == workload; });
    if (series == result.series.end())
      series = result.series.insert(series, WorkloadSeries{workload, {}, {}, {}, {}, {}});
    if (metric == "offered_per_second") series->offered_per_second = value.numbers();
    if (metric == "goodput_per_second") series->goodput_per_second = value.numbers();
    if (metric == "error_ratio") series->error_ratio = value.numbers();
    if (metric == "p50_seconds") series->p50_seconds = value.numbers();
    if (metric == "p99_seconds") series->p99_seconds = value.numbers();
  }
}

TracedRequest read_request(const Node& node) {
  TracedRequest request{node["workload"].text(),
                        node["started_seconds"].number(0),
                        node["latency_seconds"].number(0),
                        node["outcome"].text(),
                        {}};
  for (const Node& span : node["spans"].items()) {
    TracedSpan read;
    read.component = span["component"].text();
    read.replica = span["replica"].whole<int>();
    read.parent = span["parent"].whole<int>(-1);
    read.sent_seconds = span["sent_seconds"].number(0);
    read.arrived_seconds = span["arrived_seconds"].number(0);
    read.waited_seconds = span["waited_seconds"].number(0);
    read.left_seconds = span["left_seconds"].number(0);
    read.returned_seconds = span["returned_seconds"].number(0);
    read.outcome = span["outcome"].text();
    read.critical = span["critical"].boolean();
    request.spans.push_back(std::move(read));
  }
  return request;
}

Result read_result(const Node& root) {
  Result result;
  result.version = root["windtunnel"]["version"].text();
  result.command = root["command"].text();
  result.scenario = read_scenario(root["scenario"]);
  result.run = read_run(root["run"]);
  result.verdict = read_verdict(root["verdict"]);
  for (const Node& goal : root["slo"].items()) result.slo.push_back(read_goal(goal));
  for (const auto& [name, workload] : root["workloads"].members())
    result.workloads.push_back(read_workload(name, workload));
  for (const auto& [name, component] : root["components"].members()) {
    result.components.push_back(read_component(name, component));
  }
  result.cost = read_cost(root["cost"]);
  const Node bottleneck = root["bottleneck"];
  result.bottleneck = {bottleneck["component"].text(), bottleneck["resource"].text(),
                       bottleneck["utilization_ratio"].number(0)};
  result.findings = root["findings"].texts();
  read_series(root["series"], result);
  for (const Node& fault : root["faults"].items()) {
    result.faults.push_back(
        {fault["at_seconds"].number(0), fault["until_seconds"].number(), fault["text"].text()});
  }
  for (const Node& request : root["slow_requests"].items())
    result.slow_requests.push_back(read_request(request));
  return result;
}

}  // namespace

std::optional<Result> result_from_json(std::string_view text, std::string& error) {
  error.clear();
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    error = "not a JSON document";
    return std::nullopt;
  }
  const Node root(&json, "", error);
  const Node format = root["windtunnel"]["format"];
  if (!format.present()) {
    if (error.empty()) error = "not a result of windtunnel: windtunnel.format is missing";
    return std::nullopt;
  }
  if (const int number = format.whole<int>(); error.empty() && number != json_format) {
    error = fmt::format("windtunnel.format is {}; this version reads format {}", number, json_format);
  }
  for (const char* key : {"run", "verdict", "workloads", "components"}) {
    if (error.empty() && !root[key].present()) error = fmt::format("{} is missing", key);
  }
  if (!error.empty()) return std::nullopt;
  Result result = read_result(root);
  if (!error.empty()) return std::nullopt;
  return result;
}

}  // namespace windtunnel
