#include <fmt/format.h>

#include <cmath>
#include <map>

#include "report/json_writer.hpp"
#include "report/trace_export.hpp"

// Field names, ids in hex and 64-bit numbers as text follow opentelemetry-proto (trace.proto) and its JSON
// encoding (OTLP specification 1.3, "JSON Protobuf Encoding").
namespace windtunnel {
namespace {

using Json = OrderedJson;

constexpr int kind_server = 2;
constexpr int kind_client = 3;
constexpr int status_unset = 0;
constexpr int status_error = 2;

// FNV-1a, 64 bit (Fowler, Noll, Vo). Ids must differ from zero and from each other, and be the same in every
// run.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return value ? value : 1;
}

std::string hex(std::uint64_t value) { return fmt::format("{:016x}", value); }

class Spans {
 public:
  Spans(const Result& result, std::int64_t origin_unix_seconds)
      : result_(result), origin_(origin_unix_seconds) {}

  void add(std::size_t index) {
    const TracedRequest& request = result_.slow_requests[index];
    const std::string run = fmt::format("{}/{}/{}", result_.run.fingerprint, result_.run.seed, index);
    const std::string trace = hex(hash(run)) + hex(hash(run + "/low"));
    const auto id_of = [&](int call) { return hex(hash(fmt::format("{}/{}", trace, call))); };
    by_service_[request.workload].push_back(span(trace, id_of(-1), "", request.workload, kind_client,
                                                 request.outcome, request.started_seconds,
                                                 request.latency_seconds, Json::array()));
    for (std::size_t call = 0; call < request.spans.size(); ++call) {
      const TracedSpan& s = request.spans[call];
      const Json attributes = {number("windtunnel.waited_seconds", s.waited_seconds),
                               number("windtunnel.arrived_seconds", s.arrived_seconds),
                               number("windtunnel.left_seconds", s.left_seconds),
                               {{"key", "windtunnel.critical"}, {"value", {{"boolValue", s.critical}}}},
                               text("service.instance.id", fmt::format("{}[{}]", s.component, s.replica))};
      by_service_[s.component].push_back(
          span(trace, id_of(static_cast<int>(call)), id_of(s.parent), s.component, kind_server, s.outcome,
               request.started_seconds + s.sent_seconds, s.returned_seconds - s.sent_seconds, attributes));
    }
  }

  Json resource_spans() const {
    Json list = Json::array();
    for (const auto& [service, spans] : by_service_) {
      list.push_back(
          {{"resource", {{"attributes", Json::array({text("service.name", service)})}}},
           {"scopeSpans", Json::array({{{"scope", {{"name", "windtunnel"}, {"version", result_.version}}},
                                        {"spans", spans}}})}});
    }
    return list;
  }

 private:
  static Json text(const char* key, const std::string& value) {
    return {{"key", key}, {"value", {{"stringValue", value}}}};
  }
  static Json number(const char* key, double value) {
    return {{"key", key}, {"value", {{"doubleValue", json_number(value)}}}};
  }

  std::string unix_nanoseconds(double seconds) const {
    return fmt::format("{}", origin_ * 1'000'000'000 + std::llround(seconds * 1e9));
  }

  Json span(const std::string& trace, const std::string& id, const std::string& parent,
            const std::string& name, int kind, const std::string& outcome, double started_seconds,
            double length_seconds, Json attributes) const {
    const bool ok = outcome == "ok";
    Json status = {{"code", ok ? status_unset : status_error}};
    if (!ok) status["message"] = outcome;
    return {{"traceId", trace},
            {"spanId", id},
            {"parentSpanId", parent},
            {"name", name},
            {"kind", kind},
            {"startTimeUnixNano", unix_nanoseconds(started_seconds)},
            {"endTimeUnixNano", unix_nanoseconds(started_seconds + std::max(0.0, length_seconds))},
            {"attributes", std::move(attributes)},
            {"status", std::move(status)}};
  }

  const Result& result_;
  std::int64_t origin_;
  std::map<std::string, Json> by_service_;
};

}  // namespace

std::string otlp_trace(const Result& result, std::int64_t origin_unix_seconds) {
  Spans spans(result, origin_unix_seconds);
  for (std::size_t i = 0; i < result.slow_requests.size(); ++i) spans.add(i);
  return json_text({{"resourceSpans", spans.resource_spans()}});
}

}  // namespace windtunnel
