#include "simulation/trace_log.hpp"

#include <algorithm>

#include "kernel/time.hpp"

namespace windtunnel {
namespace {

/// Walks back from the end of each span over the children that determined it.
class PathWalk {
 public:
  PathWalk(const std::vector<Span>& spans, std::vector<float>& seconds, std::vector<bool>& critical)
      : spans_(spans), seconds_(seconds), critical_(critical), children_(spans.size() + 1) {
    for (std::size_t index = 0; index < spans.size(); ++index) {
      const std::uint32_t parent = spans[index].parent;
      children_[parent == no_span ? spans.size() : parent].push_back(index);
    }
  }

  /// Time of `owner` between `from` and `until`, less that of the children (of `parent`) on the path.
  void attribute(std::size_t parent, std::size_t owner, Nanoseconds from, Nanoseconds until) {
    Nanoseconds cursor = until;
    while (cursor > from) {
      const Span* last = nullptr;
      std::size_t which = 0;
      for (const std::size_t child : children_[parent]) {
        const Span& span = spans_[child];
        const Nanoseconds end =
            span.finished ? span.returned : cursor;  // one given up ends when its caller goes on
        if (span.sent < from || span.sent >= cursor || end > cursor) continue;
        if (!last || end > end_of(*last, cursor)) {
          last = &span;
          which = child;
        }
      }
      if (!last) break;
      const Nanoseconds end = end_of(*last, cursor);
      add(owner, cursor - end);
      visit(which, end);
      cursor = last->sent;
    }
    add(owner, cursor - from);
  }

 private:
  static Nanoseconds end_of(const Span& span, Nanoseconds cursor) {
    return span.finished ? span.returned : cursor;
  }

  void visit(std::size_t index, Nanoseconds end) {
    const Span& span = spans_[index];
    critical_[index] = true;
    const std::size_t network = seconds_.size() - 1;
    if (!span.finished) {
      add(span.component, end - span.sent);
      return;
    }
    add(network, (span.arrived - span.sent) + (span.returned - span.left));
    attribute(index, span.component, span.arrived, span.left);
  }
  void add(std::size_t owner, Nanoseconds span) { seconds_[owner] += static_cast<float>(to_seconds(span)); }

  const std::vector<Span>& spans_;
  std::vector<float>& seconds_;
  std::vector<bool>& critical_;
  std::vector<std::vector<std::size_t>> children_;
};

}  // namespace

std::vector<float> critical_path(const std::vector<Span>& spans, Nanoseconds started, Nanoseconds ended,
                                 std::size_t component_count, std::vector<bool>& critical) {
  std::vector<float> seconds(component_count + 1);
  critical.assign(spans.size(), false);
  // The client itself takes no time: what no call accounts for is waiting between attempts, shown as network.
  PathWalk(spans, seconds, critical).attribute(spans.size(), component_count, started, ended);
  return seconds;
}

Trace* TraceLog::begin(std::uint64_t id) {
  if (id % stride_ != 0) return nullptr;
  if (free_.empty()) {
    traces_.emplace_back();
    free_.push_back(&traces_.back());
  }
  Trace* trace = free_.back();
  free_.pop_back();
  trace->spans.clear();
  return trace;
}

void TraceLog::end(Trace* trace, const Request& request, Nanoseconds now, Outcome outcome) {
  KeptTrace kept{request.workload, request.started, now - request.started, outcome, trace->spans, {}};
  std::vector<float> seconds =
      critical_path(kept.spans, request.started, now, component_count_, kept.critical);
  if (outcome == Outcome::ok) {
    latencies_.push_back({request.id, request.workload, kept.latency, std::move(seconds)});
    if (latencies_.size() > sample_max) thin_out();
  }
  keep_if_slow(std::move(kept));
}

void TraceLog::release(Trace* trace) { free_.push_back(trace); }

void TraceLog::thin_out() {
  stride_ *= 2;
  std::erase_if(latencies_, [&](const TracedLatency& row) { return row.id % stride_ != 0; });
}

void TraceLog::keep_if_slow(KeptTrace kept) {
  const auto same_workload = [&](const KeptTrace& other) { return other.workload == kept.workload; };
  const auto count = std::count_if(slowest_.begin(), slowest_.end(), same_workload);
  if (static_cast<std::size_t>(count) < slowest_max) {
    slowest_.push_back(std::move(kept));
    return;
  }
  KeptTrace* fastest = nullptr;
  for (KeptTrace& other : slowest_) {
    if (same_workload(other) && (!fastest || other.latency < fastest->latency)) fastest = &other;
  }
  if (kept.latency > fastest->latency) *fastest = std::move(kept);
}

}  // namespace windtunnel
