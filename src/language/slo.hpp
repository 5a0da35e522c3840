// Goals: `p99(home_feed) < 200ms`, `errors(home_feed) < 0.1%`, `cost < 300k USD/month`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/parsed.hpp"
#include "language/value_type.hpp"

namespace windtunnel {

enum class SloMetric {
  latency_percentile,
  latency_mean,
  latency_max,  // seconds
  errors,
  availability,
  stale_reads,
  lost_writes,
  quality,  // ratio
  hit_ratio,
  utilization,  // ratio, of a component
  goodput,
  throughput,  // per second
  cost,        // USD per hour
};

struct Slo {
  SloMetric metric{};
  double percentile = 0;  ///< 0.99 for p99
  std::string subject;    ///< a workload or a component; empty for the whole (cost)
  std::string measure;    ///< `ttft`, `tpot` in p99(chat.ttft); empty: latency
  bool below = true;      ///< the goal is value < limit, else value > limit
  bool or_equal = false;
  double limit = 0;  ///< in base units (money: USD per hour)
  std::string text;  ///< as written
  Mark mark;
};

Parsed<Slo> parse_slo(std::string_view text);

/// Whether a value meets the goal.
bool meets(const Slo&, double value);

template <>
struct ValueType<Slo> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, Slo&);
  static void measure(const Slo&, std::vector<double>&) {}
};

}  // namespace windtunnel
