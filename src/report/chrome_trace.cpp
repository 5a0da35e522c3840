#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/json_writer.hpp"
#include "report/trace_export.hpp"

namespace windtunnel {
namespace {

using Json = OrderedJson;

constexpr std::size_t request_thread = 1;  // 0 is the idle thread to the viewers

// Microseconds, to the nanosecond.
Json microseconds(double seconds) { return json_number(std::round(seconds * 1e9) / 1e3); }

Json to_nanosecond(double seconds) { return json_number(std::round(seconds * 1e9) / 1e9); }

// Slices of one thread must nest. A call goes on its caller's thread where no earlier call there is still
// open, else on the first thread that is free, else on a new one.
class Lanes {
 public:
  explicit Lanes(const std::vector<TracedSpan>& spans)
      : spans_(spans), lane_of_(spans.size()), calls_end_(spans.size()) {}

  std::size_t place(std::size_t call) {
    const TracedSpan& span = spans_[call];
    const bool has_parent = span.parent >= 0 && static_cast<std::size_t>(span.parent) < call;
    if (has_parent) {
      const auto parent = static_cast<std::size_t>(span.parent);
      const bool within = span.returned_seconds <= spans_[parent].returned_seconds;
      if (within && span.sent_seconds >= calls_end_[parent]) {
        calls_end_[parent] = span.returned_seconds;
        return lane_of_[call] = lane_of_[parent];
      }
    }
    std::size_t lane = 0;
    while (lane < free_from_.size() && free_from_[lane] > span.sent_seconds) ++lane;
    if (lane == free_from_.size()) free_from_.push_back(0);
    free_from_[lane] = span.returned_seconds;
    return lane_of_[call] = lane;
  }

 private:
  const std::vector<TracedSpan>& spans_;
  std::vector<std::size_t> lane_of_;
  std::vector<double> calls_end_;  // by call: until when its own thread is taken by calls that it made
  std::vector<double> free_from_;  // by lane
};

Json slice(const TracedRequest& request, const TracedSpan& span, std::size_t process, std::size_t thread) {
  return {{"name", span.component},
          {"cat", span.critical ? "critical" : "call"},
          {"ph", "X"},
          {"ts", microseconds(request.started_seconds + span.sent_seconds)},
          {"dur", microseconds(std::max(0.0, span.returned_seconds - span.sent_seconds))},
          {"pid", process},
          {"tid", thread},
          {"args",
           {{"replica", span.replica},
            {"outcome", span.outcome},
            {"critical", span.critical},
            {"waited_seconds", to_nanosecond(span.waited_seconds)},
            {"network_out_seconds", to_nanosecond(span.arrived_seconds - span.sent_seconds)},
            {"network_back_seconds", to_nanosecond(span.returned_seconds - span.left_seconds)}}}};
}

Json process_name(std::size_t process, const std::string& name) {
  return {{"name", "process_name"}, {"ph", "M"}, {"pid", process}, {"args", {{"name", name}}}};
}

}  // namespace

std::string chrome_trace(const Result& result) {
  Json events = Json::array();
  for (std::size_t i = 0; i < result.slow_requests.size(); ++i) {
    const TracedRequest& request = result.slow_requests[i];
    const std::size_t process = i + 1;
    events.push_back(process_name(
        process,
        fmt::format("{} {} {}", request.workload, duration_text(request.latency_seconds), request.outcome)));
    events.push_back({{"name", request.workload},
                      {"cat", "request"},
                      {"ph", "X"},
                      {"ts", microseconds(request.started_seconds)},
                      {"dur", microseconds(request.latency_seconds)},
                      {"pid", process},
                      {"tid", request_thread},
                      {"args", {{"outcome", request.outcome}}}});
    Lanes lanes(request.spans);
    for (std::size_t call = 0; call < request.spans.size(); ++call) {
      events.push_back(slice(request, request.spans[call], process, request_thread + 1 + lanes.place(call)));
    }
  }
  return json_text({{"traceEvents", std::move(events)},
                    {"displayTimeUnit", "ms"},
                    {"otherData", {{"windtunnel", result.version}, {"command", result.command}}}});
}

}  // namespace windtunnel
