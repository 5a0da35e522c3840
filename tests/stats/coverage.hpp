#pragma once

#include <array>
#include <cstdint>

#include "stats/estimate.hpp"

namespace windtunnel {

/// How often intervals contained the truth, over many seeds.
struct Coverage {
  int covered = 0;
  int missed = 0;
  int without = 0;      ///< runs that were too short for an interval, and said so
  double widths = 0;    ///< sum of relative half widths
  double observed = 0;  ///< sum of observations, where a run chooses its length

  void count(const Estimate& estimate, double truth);
  double share() const { return static_cast<double>(covered) / (covered + missed); }
  double mean_width() const { return widths / (covered + missed); }
};

/// Sojourn times of M/M/1 with service rate 1 and arrival rate rho, by Lindley's recursion, from a stationary
/// start: exponential with mean 1 / (1 - rho). rho = 0: independent exponential values.
struct SingleRunCoverage {
  Coverage mean;
  std::array<Coverage, 3> percentiles;  ///< of p50, p95, p99
};
constexpr std::array<double, 3> kCoveredPercentiles = {0.5, 0.95, 0.99};
SingleRunCoverage cover_single_runs(double rho, int observations, int runs);

/// The mean of `replications` averages of 50 independent exponential values each.
Coverage cover_replications(int replications, int runs);

/// p99 of independent exponential values from the histograms of replications.
Coverage cover_replicated_percentile(int replications, int observations, int runs);

/// Mean sojourn time of M/M/1 at utilization 0.5 against the same customers with services 20% longer; 2,000
/// customers per replication.
struct DifferenceCoverage {
  Coverage paired;
  Coverage independent;  ///< other customers for the second design
};
DifferenceCoverage cover_differences(int replications, int runs);

/// Mean and p99 of M/M/1 sojourn times where the run stops when the figure's interval is precise enough.
Coverage cover_sequential_mean(double rho, double precision, int runs);
Coverage cover_sequential_p99(double rho, double precision, int runs);

/// What cutting the warm-up does to the mean sojourn time of M/M/1 that starts with a backlog of so many
/// seconds of work (0: empty) instead of a stationary one. Averages over runs; biases relative to the true
/// mean.
struct WarmupEffect {
  double bias_before = 0;
  double bias_after = 0;
  double share_cut = 0;
  double share_trusted = 0;  ///< of the runs
};
WarmupEffect measure_warmup(double rho, double backlog, int observations, int runs);

}  // namespace windtunnel
