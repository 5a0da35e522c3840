#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "report/layout.hpp"
#include "report/sample_results.hpp"
#include "report/snapshot.hpp"
#include "report/trace_export.hpp"
#include "report/waterfall.hpp"

using namespace windtunnel;
using Json = nlohmann::ordered_json;

namespace {

// One call that makes `calls` others, half of them at a time, each making one more.
TracedRequest wide_request(int calls) {
  TracedRequest request{"home_feed", 1, 1, "ok", {{"api", 0, -1, 0, 0.001, 0.002, 0.999, 1, "ok", true}}};
  for (int i = 0; i < calls; ++i) {
    const double start = 0.01 + (i % 2) * 0.4 + i * 0.0001;
    const int self = static_cast<int>(request.spans.size());
    request.spans.push_back(
        {"store", i, 0, start, start + 0.001, 0, start + 0.2, start + 0.2 + i * 0.001, "ok", i == 7});
    request.spans.push_back(
        {"disk", i, self, start + 0.01, start + 0.011, 0.001, start + 0.1, start + 0.11, "timeout", false});
  }
  return request;
}

Result with_requests() {
  Result result = samples::rich();
  result.slow_requests.push_back(wide_request(30));
  return result;
}

struct Slice {
  double from, to;
};

}  // namespace

TEST_CASE("the waterfall of a request reads as approved") {
  const std::string text = waterfall(samples::rich().slow_requests[0], {});
  CHECK(text == approved("waterfall.txt", text));
}

TEST_CASE("a waterfall keeps to its columns, and leaves out the shortest of many calls") {
  for (const int columns : {60, 100}) {
    for (const int calls : {0, 1, 12, 400}) {
      std::istringstream stream(waterfall(wide_request(calls), {false, columns}));
      int lines = 0;
      for (std::string line; std::getline(stream, line); ++lines) {
        CHECK_MESSAGE(display_width(line) <= columns, line);
        CHECK_MESSAGE((line.empty() || line.back() != ' '), line);
      }
      CHECK(lines < 80);
    }
  }
  const std::string text = waterfall(wide_request(400), {});
  CHECK(text.find("● store[7]") == text.npos);  // indented below its caller
  CHECK(text.find("●   store[7]") != text.npos);
  CHECK(text.find("shorter calls not shown") != text.npos);
}

TEST_CASE("a waterfall stands odd traces") {
  CHECK(waterfall(TracedRequest{}, {}).find("nan") == std::string::npos);
  TracedRequest odd{
      "w",
      0,
      0.1,
      "failed",
      {{"a", 0, 5, 0.2, 0.3, 9, 0.1, 0.05, "abandoned", true}, {"b", 0, 1, 0, 0, 0, 0, 0, "", false}}};
  CHECK(waterfall(odd, {}).find("✗ abandoned") != std::string::npos);
}

TEST_CASE("trace files are as approved") {
  const std::string chrome = chrome_trace(samples::rich());
  CHECK(chrome == approved("chrome_trace.json", chrome));
  const std::string otlp = otlp_trace(samples::rich());
  CHECK(otlp == approved("otlp_trace.json", otlp));
}

TEST_CASE("slices of one thread nest or follow each other, as the trace viewers need") {
  const Json json = Json::parse(chrome_trace(with_requests()));
  std::map<std::pair<int, int>, std::vector<Slice>> threads;
  for (const Json& event : json["traceEvents"]) {
    if (event["ph"] != "X") continue;
    const double from = event["ts"];
    threads[{event["pid"], event["tid"]}].push_back({from, from + event["dur"].get<double>()});
  }
  CHECK(threads.size() > 10);
  constexpr double rounding = 0.002;  // microseconds: starts and lengths are rounded to nanoseconds
  for (const auto& [thread, slices] : threads) {
    for (std::size_t a = 0; a < slices.size(); ++a) {
      for (std::size_t b = a + 1; b < slices.size(); ++b) {
        const bool apart =
            slices[a].to <= slices[b].from + rounding || slices[b].to <= slices[a].from + rounding;
        const bool nested =
            (slices[a].from <= slices[b].from + rounding && slices[b].to <= slices[a].to + rounding) ||
            (slices[b].from <= slices[a].from + rounding && slices[a].to <= slices[b].to + rounding);
        CHECK((apart || nested));
      }
    }
  }
}

TEST_CASE("OTLP spans have ids of their own and parents in their trace") {
  const Json json = Json::parse(otlp_trace(with_requests(), 1'700'000'000));
  std::map<std::string, std::set<std::string>> ids;  // by trace
  std::vector<Json> spans;
  for (const Json& resource : json["resourceSpans"]) {
    CHECK(resource["resource"]["attributes"][0]["key"] == "service.name");
    for (const Json& span : resource["scopeSpans"][0]["spans"]) spans.push_back(span);
  }
  CHECK(spans.size() == 1 + 7 + 1 + 61);
  for (const Json& span : spans) {
    const std::string trace = span["traceId"];
    CHECK(trace.size() == 32);
    CHECK(span["spanId"].get<std::string>().size() == 16);
    CHECK(ids[trace].insert(span["spanId"]).second);
    CHECK(std::stoll(span["startTimeUnixNano"].get<std::string>()) <=
          std::stoll(span["endTimeUnixNano"].get<std::string>()));
    CHECK(std::stoll(span["startTimeUnixNano"].get<std::string>()) >= 1'700'000'000'000'000'000);
  }
  CHECK(ids.size() == 2);
  for (const Json& span : spans) {
    const std::string parent = span["parentSpanId"];
    const bool root = span["kind"] == 3;
    CHECK(parent.empty() == root);
    if (!root) CHECK(ids[span["traceId"]].contains(parent));
  }
}
