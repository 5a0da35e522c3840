#include <set>

#include "check/rule.hpp"
#include "report/json_writer.hpp"
#include "report/review.hpp"

namespace windtunnel {
namespace {

const char* word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      break;
  }
  return "info";
}

OrderedJson finding_json(const Finding& finding, const Diagnostics& sources) {
  OrderedJson json{
      {"rule", finding.rule->id},   {"name", finding.rule->name}, {"severity", word(finding.rule->severity)},
      {"subject", finding.subject}, {"message", finding.message}, {"why", finding.rule->why},
      {"mend", finding.rule->mend}};
  json["file"] =
      finding.mark.known() ? OrderedJson(std::string(sources.source_name(finding.mark))) : OrderedJson();
  json["line"] = finding.mark.known() ? OrderedJson(finding.mark.line) : OrderedJson();
  json["column"] = finding.mark.known() ? OrderedJson(finding.mark.column) : OrderedJson();
  json["accepted_because"] = finding.accepted.empty() ? OrderedJson() : OrderedJson(finding.accepted);
  return json;
}

OrderedJson sarif_rule(const Rule& rule) {
  return {
      {"id", rule.id},
      {"name", rule.name},
      {"shortDescription", {{"text", rule.name}}},
      {"fullDescription", {{"text", rule.why}}},
      {"help", {{"text", rule.mend}}},
      {"defaultConfiguration", {{"level", rule.severity == Severity::info ? "note" : word(rule.severity)}}}};
}

OrderedJson sarif_result(const Finding& finding, const Diagnostics& sources) {
  OrderedJson result{
      {"ruleId", finding.rule->id},
      {"level", finding.rule->severity == Severity::info ? "note" : word(finding.rule->severity)},
      {"message", {{"text", finding.message + ". To mend it: " + finding.rule->mend + "."}}}};
  if (finding.mark.known()) {
    const OrderedJson region{{"startLine", finding.mark.line},
                             {"startColumn", finding.mark.column},
                             {"endColumn", finding.mark.column + finding.length}};
    result["locations"] = OrderedJson::array();
    result["locations"].push_back(
        {{"physicalLocation",
          {{"artifactLocation", {{"uri", std::string(sources.source_name(finding.mark))}}},
           {"region", region}}}});
  }
  if (!finding.accepted.empty()) {
    result["suppressions"] = OrderedJson::array();
    result["suppressions"].push_back({{"kind", "inSource"}, {"justification", finding.accepted}});
  }
  return result;
}

}  // namespace

std::string review_json(const Review& review, const Diagnostics& sources, const std::string& command,
                        const std::string& version) {
  OrderedJson json{{"windtunnel", {{"version", version}, {"format", 1}}}, {"command", command}};
  const ReviewCounts counts = count(review);
  json["counts"] = {{"error", counts.errors},
                    {"warning", counts.warnings},
                    {"info", counts.notes},
                    {"accepted", counts.accepted}};
  json["findings"] = OrderedJson::array();
  for (const Finding& finding : review.findings) json["findings"].push_back(finding_json(finding, sources));
  json["workloads"] = OrderedJson::object();
  for (const Overview& way : review.overview) {
    json["workloads"][way.workload] = {{"critical_path", way.critical_path},
                                       {"idle_seconds", json_number(way.idle_seconds)},
                                       {"peak_per_second", json_number(way.peak_per_second)},
                                       {"most_per_second", json_number(way.most_per_second)},
                                       {"limited_by", way.limited_by},
                                       {"single_points_of_failure", way.single_points}};
  }
  return json_text(json);
}

std::string review_sarif(const Review& review, const Diagnostics& sources, const std::string& version) {
  OrderedJson rules = OrderedJson::array();
  std::set<std::string> listed;
  for (const Finding& finding : review.findings) {
    if (listed.insert(finding.rule->id).second) rules.push_back(sarif_rule(*finding.rule));
  }
  OrderedJson results = OrderedJson::array();
  for (const Finding& finding : review.findings) results.push_back(sarif_result(finding, sources));
  const OrderedJson driver{{"name", "windtunnel"}, {"version", version}, {"rules", rules}};
  OrderedJson runs = OrderedJson::array();
  runs.push_back({{"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}});
  const OrderedJson sarif{
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", runs}};
  return json_text(sarif);
}

}  // namespace windtunnel
