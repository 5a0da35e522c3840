#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stats/estimate.hpp"

namespace windtunnel {

/// What a run found out: plain figures in base units (seconds, bytes, US dollars, ratios 0 to 1), everything
/// that any output shows. Every Estimate carries its 95% interval; NaN means that the run cannot say.
enum class Verdict { pass, fail, inconclusive };

struct SloResult {
  std::string goal;  ///< as written: "p99(home_feed) < 200ms"
  Estimate value;    ///< in `unit`
  double limit = 0;
  std::string unit;   ///< "seconds", "ratio", "per_second", "usd_per_month"
  bool upper = true;  ///< the value must stay below the limit
  Verdict verdict = Verdict::inconclusive;
  std::string note;  ///< why inconclusive and what would settle it; empty otherwise
};

/// The outcomes other than ok, in the order of the enum Outcome: timeout, refused, unreachable, failed.
inline constexpr std::array<const char*, 4> error_names = {"timeout", "refused", "unreachable", "failed"};
struct ErrorCounts {
  std::array<std::uint64_t, 4> count{};
  std::array<double, 4> ratio{};  ///< of the calls offered
};

inline constexpr std::array<double, 5> latency_quantiles = {0.50, 0.90, 0.95, 0.99, 0.999};
inline constexpr std::array<const char*, 5> latency_quantile_names = {"p50", "p90", "p95", "p99", "p999"};

/// Where the time of typical and of slow requests goes, from traced requests: shares of the critical path.
struct BreakdownLine {
  std::string component;  ///< or "network"
  double p50_share_ratio = 0;
  double p99_share_ratio = 0;
  double p50_seconds = 0;
  double p99_seconds = 0;
};

struct WorkloadResult {
  std::string name;
  Estimate offered_per_second;
  Estimate goodput_per_second;
  Estimate error_ratio;
  ErrorCounts errors;
  Estimate mean_seconds;
  std::array<Estimate, 5> quantile_seconds;  ///< by latency_quantiles; no value where the run is too short
  double max_seconds = Estimate::kNone;
  std::uint64_t samples = 0;     ///< answered requests behind the latencies
  std::uint64_t unfinished = 0;  ///< still in flight when the run ended
  Estimate quality;              ///< mean quality of the answers, 1 is full
  Estimate stale_ratio;           ///< answers that rest on stale reads
  std::vector<BreakdownLine> breakdown;
};

struct ResourceResult {
  std::string name;  ///< cores, workers, connections, gpu …
  Estimate utilization_ratio;
  double capacity = 0;  ///< mean units there
  Estimate queue_length;
};

struct NamedEstimate {
  std::string name;  ///< ends in its unit
  Estimate value;
};

struct ComponentResult {
  std::string name;
  std::string type;
  double replicas = 0;         ///< mean over time
  Estimate utilization_ratio;  ///< of its busiest resource
  std::string busiest_resource;
  std::vector<ResourceResult> resources;
  Estimate arrivals_per_second;
  Estimate queue_length;
  Estimate wait_mean_seconds;
  Estimate wait_p99_seconds;
  Estimate service_mean_seconds;  ///< time inside without the waiting
  ErrorCounts errors;
  std::vector<NamedEstimate> metrics;
  double cost_usd_per_month = Estimate::kNone;  ///< NaN: not priced
};

struct CostLine {
  std::string component;
  std::string item;
  double quantity = 0;
  double unit_usd_per_month = 0;
  double usd_per_month = 0;
  std::string source;
  std::string as_of;
};

struct CostResult {
  double total_usd_per_month = 0;
  double per_million_requests_usd = Estimate::kNone;
  std::vector<CostLine> lines;
  std::vector<std::string> not_priced;  ///< components without a price
};

/// A fault as it happened, for marks on the time axis.
struct FaultMark {
  double at_seconds = 0;
  double until_seconds = Estimate::kNone;
  std::string text;
};

/// Measured per period over the whole run, the warm-up included.
struct WorkloadSeries {
  std::string workload;
  std::vector<double> offered_per_second;
  std::vector<double> goodput_per_second;
  std::vector<double> error_ratio;
  std::vector<double> p50_seconds;  ///< NaN in periods with too few answers
  std::vector<double> p99_seconds;
};

/// One traced request, for waterfalls: spans in the order of sending.
struct TracedSpan {
  std::string component;
  int replica = 0;
  int parent = -1;
  double sent_seconds = 0;  ///< since the request's start, as are all below
  double arrived_seconds = 0;
  double waited_seconds = 0;
  double left_seconds = 0;
  double returned_seconds = 0;
  std::string outcome;
  bool critical = false;  ///< lies on the critical path
};
struct TracedRequest {
  std::string workload;
  double started_seconds = 0;
  double latency_seconds = 0;
  std::string outcome;
  std::vector<TracedSpan> spans;
};

struct Bottleneck {
  std::string component;  ///< empty: no component has a resource
  std::string resource;
  double utilization_ratio = 0;
};

struct RunInfo {
  std::uint64_t seed = 0;
  int replications = 1;
  double simulated_seconds = 0;
  double warmup_seconds = 0;
  bool warmup_detected = false;  ///< by MSER-5; otherwise as given
  std::uint64_t events = 0;
  double wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::string fingerprint;
  bool partial = false;
};

struct ScenarioInfo {
  std::string name;
  std::string file;
  std::string sha256;
  std::string variant;  ///< empty: the base design
  std::vector<std::pair<std::string, std::string>> overrides;
};

struct Result {
  std::string version;
  std::string command;
  ScenarioInfo scenario;
  RunInfo run;
  Verdict verdict = Verdict::pass;
  std::vector<SloResult> slo;
  std::vector<WorkloadResult> workloads;
  std::vector<ComponentResult> components;
  CostResult cost;
  Bottleneck bottleneck;
  std::vector<std::string> findings;
  double series_step_seconds = 0;
  std::vector<WorkloadSeries> series;
  std::vector<FaultMark> faults;
  std::vector<TracedRequest> slow_requests;  ///< the slowest traced ones, slowest first
};

}  // namespace windtunnel
