#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "components/request_pool.hpp"
#include "components/trace.hpp"

namespace windtunnel {

/// Where one traced request's time went: seconds on the critical path, by component; the last entry is the
/// network.
struct TracedLatency {
  std::uint64_t id = 0;
  std::uint16_t workload = 0;
  Nanoseconds latency = 0;
  std::vector<float> seconds;
};

/// A whole traced request, kept for the slowest.
struct KeptTrace {
  std::uint16_t workload = 0;
  Nanoseconds started = 0;
  Nanoseconds latency = 0;
  Outcome outcome = Outcome::ok;
  std::vector<Span> spans;
  std::vector<bool> critical;
};

/// Time on the critical path of a request, by component (last: network), and which spans lie on it.
/// At a join the branch that came last is on the path (as in CRISP, Zhang et al., USENIX ATC 2022).
std::vector<float> critical_path(const std::vector<Span>& spans, Nanoseconds started, Nanoseconds ended,
                                 std::size_t component_count, std::vector<bool>& critical);

/// Traces a bounded sample of requests: every k-th, where k doubles whenever the sample grows too large.
class TraceLog : public TraceOwner {
 public:
  explicit TraceLog(std::size_t component_count = 0) : component_count_(component_count) {}

  /// Where the request's spans go, or null where it is not in the sample.
  Trace* begin(std::uint64_t id);
  /// The request has ended. Spans that other calls may still add are not looked at any more.
  void end(Trace* trace, const Request& request, Nanoseconds now, Outcome outcome);
  /// No call holds the trace any more.
  void release(Trace* trace) override;

  const std::vector<TracedLatency>& latencies() const { return latencies_; }
  const std::vector<KeptTrace>& slowest() const { return slowest_; }

 private:
  static constexpr std::size_t sample_max = 16384;
  static constexpr std::size_t slowest_max = 20;  // of each workload

  void thin_out();
  void keep_if_slow(KeptTrace kept);

  std::size_t component_count_;
  std::uint64_t stride_ = 1;
  std::deque<Trace> traces_;
  std::vector<Trace*> free_;
  std::vector<TracedLatency> latencies_;
  std::vector<KeptTrace> slowest_;
};

}  // namespace windtunnel
