#include "report/json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "report/sample_results.hpp"
#include "report/snapshot.hpp"

using namespace windtunnel;
using Json = nlohmann::ordered_json;

namespace {

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }
bool same(const std::string& a, const std::string& b) { return a == b; }
bool same(std::uint64_t a, std::uint64_t b) { return a == b; }
bool same(int a, int b) { return a == b; }
bool same(bool a, bool b) { return a == b; }
bool same(Verdict a, Verdict b) { return a == b; }
bool same(const std::pair<std::string, std::string>& a, const std::pair<std::string, std::string>& b) {
  return a == b;
}

// Each structured binding names every field: a field added to a struct of the Result stops this from
// compiling until JSON has it too.
template <class List>
bool same_list(const List& a, const List& b);

bool same(const Estimate& a, const Estimate& b) {
  const auto& [v1, l1, h1] = a;
  const auto& [v2, l2, h2] = b;
  return same(v1, v2) && same(l1, l2) && same(h1, h2);
}
bool same(const SloResult& a, const SloResult& b) {
  const auto& [a1, a2, a3, a4, a5, a6, a7] = a;
  const auto& [b1, b2, b3, b4, b5, b6, b7] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5) && same(a6, b6) &&
         same(a7, b7);
}
bool same(const ErrorCounts& a, const ErrorCounts& b) {
  const auto& [c1, r1] = a;
  const auto& [c2, r2] = b;
  return c1 == c2 && r1 == r2;
}
bool same(const BreakdownLine& a, const BreakdownLine& b) {
  const auto& [a1, a2, a3, a4, a5] = a;
  const auto& [b1, b2, b3, b4, b5] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5);
}
bool same(const WorkloadResult& a, const WorkloadResult& b) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13] = a;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5) && same(a6, b6) &&
         same_list(a7, b7) && same(a8, b8) && same(a9, b9) && same(a10, b10) && same(a11, b11) &&
         same(a12, b12) && same_list(a13, b13);
}
bool same(const ResourceResult& a, const ResourceResult& b) {
  const auto& [a1, a2, a3, a4] = a;
  const auto& [b1, b2, b3, b4] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4);
}
bool same(const NamedEstimate& a, const NamedEstimate& b) {
  const auto& [a1, a2] = a;
  const auto& [b1, b2] = b;
  return same(a1, b1) && same(a2, b2);
}
bool same(const ComponentResult& a, const ComponentResult& b) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14] = a;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5) && same_list(a6, b6) &&
         same(a7, b7) && same(a8, b8) && same(a9, b9) && same(a10, b10) && same(a11, b11) && same(a12, b12) &&
         same_list(a13, b13) && same(a14, b14);
}
bool same(const CostLine& a, const CostLine& b) {
  const auto& [a1, a2, a3, a4, a5, a6, a7] = a;
  const auto& [b1, b2, b3, b4, b5, b6, b7] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5) && same(a6, b6) &&
         same(a7, b7);
}
bool same(const CostResult& a, const CostResult& b) {
  const auto& [a1, a2, a3, a4] = a;
  const auto& [b1, b2, b3, b4] = b;
  return same(a1, b1) && same(a2, b2) && same_list(a3, b3) && same_list(a4, b4);
}
bool same(const FaultMark& a, const FaultMark& b) {
  const auto& [a1, a2, a3] = a;
  const auto& [b1, b2, b3] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3);
}
bool same(const WorkloadSeries& a, const WorkloadSeries& b) {
  const auto& [a1, a2, a3, a4, a5, a6] = a;
  const auto& [b1, b2, b3, b4, b5, b6] = b;
  return same(a1, b1) && same_list(a2, b2) && same_list(a3, b3) && same_list(a4, b4) && same_list(a5, b5) &&
         same_list(a6, b6);
}
bool same(const TracedSpan& a, const TracedSpan& b) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10] = a;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5) && same(a6, b6) &&
         same(a7, b7) && same(a8, b8) && same(a9, b9) && same(a10, b10);
}
bool same(const TracedRequest& a, const TracedRequest& b) {
  const auto& [a1, a2, a3, a4, a5] = a;
  const auto& [b1, b2, b3, b4, b5] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same_list(a5, b5);
}
bool same(const Bottleneck& a, const Bottleneck& b) {
  const auto& [a1, a2, a3] = a;
  const auto& [b1, b2, b3] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3);
}
bool same(const RunInfo& a, const RunInfo& b) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10] = a;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5) && same(a6, b6) &&
         same(a7, b7) && same(a8, b8) && same(a9, b9) && same(a10, b10);
}
bool same(const ScenarioInfo& a, const ScenarioInfo& b) {
  const auto& [a1, a2, a3, a4, a5] = a;
  const auto& [b1, b2, b3, b4, b5] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same_list(a5, b5);
}
bool same(const Result& a, const Result& b) {
  const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15] = a;
  const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15] = b;
  return same(a1, b1) && same(a2, b2) && same(a3, b3) && same(a4, b4) && same(a5, b5) && same_list(a6, b6) &&
         same_list(a7, b7) && same_list(a8, b8) && same(a9, b9) && same(a10, b10) && same_list(a11, b11) &&
         same(a12, b12) && same_list(a13, b13) && same_list(a14, b14) && same_list(a15, b15);
}

template <class List>
bool same_list(const List& a, const List& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return same(x, y); });
}

Result read_back(const Result& result) {
  std::string error;
  const std::optional<Result> read = result_from_json(json_report(result), error);
  REQUIRE_MESSAGE(read.has_value(), error);
  return *read;
}

std::string error_of(const std::string& text) {
  std::string error;
  CHECK_FALSE(result_from_json(text, error).has_value());
  return error;
}

std::string with(const char* pointer, const Json& value) {
  Json json = Json::parse(json_report(samples::rich()));
  json[Json::json_pointer(pointer)] = value;
  return json.dump();
}

// Numbers without unit: what is counted, and names given by the scenario are no keys.
const std::set<std::string> dimensionless = {
    "format",   "seed",     "replications", "events", "count",        "samples",    "unfinished",  "replicas",
    "capacity", "quantity", "replica",      "parent", "queue_length", "batch_size", "power_watts", "slo"};

bool names_unit(const std::string& key) {
  for (const char* unit : {"_seconds", "_bytes", "_per_second", "_usd", "_usd_per_month", "_ratio"}) {
    if (key.ends_with(unit)) return true;
  }
  return key == "ratio" || key == "usd_per_month" || dimensionless.contains(key);
}

// Every number lies under a key that says its unit, itself or further up ("latency_seconds": {"p50":
// {"value": …).
void check_units(const Json& json, const std::string& path, bool unit_known) {
  if (json.is_number()) CHECK_MESSAGE(unit_known, path);
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items()) {
    check_units(value, path + "/" + key, unit_known || (json.is_object() && names_unit(key)));
  }
}

}  // namespace

TEST_CASE("JSON is as approved") {
  CHECK(json_report(samples::rich()) == approved("rich.json", json_report(samples::rich())));
  CHECK(json_report(samples::partial()) == approved("partial.json", json_report(samples::partial())));
}

TEST_CASE("JSON holds everything: what is read back is the result that was written") {
  CHECK(same(read_back(samples::rich()), samples::rich()));
  CHECK(same(read_back(samples::minimal()), samples::minimal()));
  CHECK(same(read_back(samples::partial()), samples::partial()));
  CHECK(same(read_back(samples::inconclusive()), samples::inconclusive()));
  CHECK(same(read_back(samples::crowded(30, 5, "a.name \"with\" everything µ")),
             samples::crowded(30, 5, "a.name \"with\" everything µ")));
  CHECK(same(read_back(Result{}), Result{}));
}

TEST_CASE("the comparison notices a difference") {
  Result other = samples::rich();
  other.slow_requests[0].spans[3].critical = false;
  CHECK_FALSE(same(other, samples::rich()));
}

TEST_CASE("the contract's keys stand where the contract says") {
  const Json json = Json::parse(json_report(samples::rich()));
  for (const char* pointer : {"/windtunnel/version",
                              "/windtunnel/format",
                              "/command",
                              "/scenario/sha256",
                              "/scenario/variant",
                              "/scenario/overrides/ranker.replicas",
                              "/run/seed",
                              "/run/fingerprint",
                              "/run/partial",
                              "/verdict",
                              "/slo/0/goal",
                              "/slo/0/limit",
                              "/slo/0/verdict",
                              "/workloads/home_feed/offered_per_second/low",
                              "/workloads/home_feed/errors/timeout/count",
                              "/workloads/home_feed/errors/unreachable/ratio",
                              "/workloads/home_feed/latency_seconds/mean/value",
                              "/workloads/home_feed/latency_seconds/p999/high",
                              "/workloads/home_feed/latency_seconds/max/value",
                              "/workloads/home_feed/samples",
                              "/workloads/home_feed/breakdown/0/p99_share_ratio",
                              "/components/ranker/type",
                              "/components/ranker/utilization_ratio/value",
                              "/components/ranker/wait_seconds/p99/value",
                              "/components/ranker/service_seconds/mean/value",
                              "/components/ranker/cost_usd_per_month",
                              "/components/ranker/metrics/batch_size/value",
                              "/cost/total_usd_per_month",
                              "/cost/per_million_requests_usd",
                              "/cost/lines/0/unit_usd_per_month",
                              "/bottleneck/utilization_ratio",
                              "/findings/0",
                              "/series/step_seconds",
                              "/series/home_feed.p99_seconds/1",
                              "/series/home_feed.goodput_per_second/0"}) {
    CHECK_MESSAGE(json.contains(Json::json_pointer(pointer)), pointer);
  }
  CHECK(json["windtunnel"]["format"] == 1);
}

TEST_CASE("no NaN, no infinity: null where a figure cannot be given") {
  Result result = samples::partial();
  result.workloads[0].max_seconds = std::numeric_limits<double>::infinity();
  const std::string text = json_report(result);
  CHECK(text.find("nan") == text.npos);
  CHECK(text.find("NaN") == text.npos);
  CHECK(text.find("inf\"") == text.npos);
  const Json json = Json::parse(text);
  CHECK(json["workloads"]["web"]["latency_seconds"]["p99"]["value"].is_null());
  CHECK(json["workloads"]["web"]["latency_seconds"]["max"]["value"].is_null());
  CHECK(json["scenario"]["variant"].is_null());
}

TEST_CASE("every number stands under a key that names its unit") {
  check_units(Json::parse(json_report(samples::rich())), "", false);
  check_units(Json::parse(json_report(samples::inconclusive())), "", false);
}

TEST_CASE("what is no result is refused with its place") {
  CHECK(error_of("") == "not a JSON document");
  CHECK(error_of("{\"windtunnel\": ") == "not a JSON document");
  CHECK(error_of("[]") == "document: expected an object, found array");
  CHECK(error_of("{}") == "not a result of windtunnel: windtunnel.format is missing");
  CHECK(error_of("{\"windtunnel\": {\"format\": 1}}") == "run is missing");
  CHECK(error_of(with("/windtunnel/format", 2)) == "windtunnel.format is 2; this version reads format 1");
  CHECK(error_of(with("/windtunnel/format", "1")) ==
        "windtunnel.format: expected a whole number, found string");
  CHECK(error_of(with("/slo/0/limit", "200ms")) == "slo[0].limit: expected a number or null, found string");
  CHECK(error_of(with("/run/events", -1)) == "run.events: expected a whole number, found number");
  CHECK(error_of(with("/run/replications", 1e18)) ==
        "run.replications: expected a whole number, found number");
  CHECK(error_of(with("/workloads", Json::array({1}))) == "workloads: expected an object, found array");
  CHECK(error_of(with("/components/ranker/wait_seconds", 3)) ==
        "components.ranker.wait_seconds: expected an object, found number");
  CHECK(error_of(with("/verdict", "maybe")) == "verdict: expected pass, fail or inconclusive, found string");
  CHECK(error_of(with("/series/home_feed.p99_seconds/3", true)) ==
        "series.home_feed.p99_seconds[3]: expected a number or null, found boolean");
}

TEST_CASE("keys that this version does not know are passed over") {
  std::string error;
  CHECK(result_from_json(with("/future", Json::array({1, 2})), error).has_value());
}
