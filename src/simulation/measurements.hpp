#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "components/component.hpp"
#include "kernel/event_queue.hpp"
#include "simulation/trace_log.hpp"
#include "stats/histogram.hpp"
#include "stats/warmup.hpp"

namespace windtunnel {


/// What a workload's clients saw of the requests that they sent in one period.
struct WorkloadPeriod {
  std::uint64_t offered = 0;
  std::array<std::uint64_t, outcome_count> outcomes{};
  std::uint64_t stale = 0;
  double quality_total = 0;
  LatencyHistogram latency_ns;  ///< of the requests that were answered

  std::uint64_t ok() const { return outcomes[0]; }
  void merge(const WorkloadPeriod& other);
};

/// A component's counters at the end of a period: sums from the start, except for the waits of the period.
struct ComponentSnapshot {
  std::uint64_t arrivals = 0;
  std::array<std::uint64_t, outcome_count> replies{};
  std::uint64_t turned_away = 0;
  std::int64_t present = 0;  ///< calls inside, and messages that wait without a call
  double present_area = 0;
  double replica_area = 0;
  double sojourn_seconds = 0;
  double wait_seconds = 0;
  WaitHistogram waits;
  std::vector<ResourceUse> resources;
  std::vector<Metric> metrics;
  std::vector<Charge> charges;
};

/// Everything measured in one run, by periods of equal length. Which of them are warm-up is decided
/// afterwards.
struct RunData {
  Nanoseconds period = 0;
  std::vector<std::vector<WorkloadPeriod>> workloads;      ///< [workload][period]
  std::vector<std::vector<ComponentSnapshot>> components;  ///< [component][period end]
  std::vector<std::uint64_t> unfinished;                   ///< by workload
  std::vector<std::uint64_t> turned_down;                  ///< by workload: beyond run.max_in_flight
  std::vector<WarmupDetector> warmup;                    ///< by workload: latencies in order of their end
  TraceLog traces;
  std::uint64_t events = 0;
  std::uint64_t fingerprint = 0;
  bool partial = false;
  std::size_t periods_done() const { return components.empty() ? 0 : components.front().size(); }
};

/// The length of a period: a round number (1, 2 or 5 times a power of ten) of which 50 to 125 fill the run.
Nanoseconds period_for(Nanoseconds duration);

/// Takes the components' counters at the end of every period.
class PeriodClock : Event {
 public:
  PeriodClock(Simulator& simulator, const std::vector<Component*>& components, RunData& data);

 private:
  void take();
  Simulator& simulator_;
  const std::vector<Component*>& components_;
  RunData& data_;
};

}  // namespace windtunnel
