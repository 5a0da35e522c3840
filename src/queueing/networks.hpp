// Several stations: open and closed networks, chains, fan-outs; and laws of scaling.
#pragma once

#include <vector>

namespace windtunnel::queueing {

/// Arrivals at each node of an open network (Jackson, Operations Research 5(4) 1957): the solution of
/// λ = external + λ routing, routing[i][j] the probability of going from i to j. Every call leaves at last.
std::vector<double> jackson_rates(const std::vector<double>& external,
                                  const std::vector<std::vector<double>>& routing);

/// A station of a closed network.
struct ClosedStation {
  double demand_seconds = 0;  ///< visits per request times the service time
  int servers = 1;
};
struct ClosedNetwork {
  double throughput_per_second = 0;
  double response_seconds = 0;            ///< without thinking
  std::vector<double> residence_seconds;  ///< by station
  std::vector<double> mean_present;       ///< by station
};
/// Users who think, ask, and wait for the answer: mean value analysis (Reiser, Lavenberg, J. ACM 27(2) 1980),
/// exact for single servers; several servers by Seidmann, Schweitzer, Shalev-Oren (Large Scale Systems 1987):
/// a single server that is c times as fast, and a delay of (c - 1)/c of the demand.
ClosedNetwork mean_value_analysis(const std::vector<ClosedStation>& stations, double think_seconds,
                                  int users);

/// P(sum of independent exponentials > t), by uniformization: positive terms, equal rates allowed.
double hypoexponential_tail(const std::vector<double>& rates, double t);
double hypoexponential_quantile(const std::vector<double>& rates, double q);

/// 1 + 1/2 + … + 1/n: the mean of the largest of n independent exponentials, in their mean.
double harmonic(int n);
/// q-quantile of the largest of n independent exponentials of mean 1.
double largest_exponential_quantile(int n, double q);

/// Mean response of a request that is split over n M/M/1 queues and waits for all (Nelson, Tantawi, IEEE TC
/// 37(6) 1988): exact for n <= 2 (Flatto, Hahn 1984), within 5% for n <= 32. λ per queue.
double fork_join_mean_sojourn(int n, double arrivals_per_second, double service_seconds);
/// What no fork-join exceeds: n independent queues.
double fork_join_upper_bound(int n, double arrivals_per_second, double service_seconds);

/// Universal scalability law (Gunther, Guerrilla Capacity Planning, 2007): capacity of n workers, in the
/// unit of `single`: single n / (1 + contention (n-1) + coherency n (n-1)).
double usl_capacity(double single, double contention, double coherency, double n);
/// Where that is largest: sqrt((1 - contention) / coherency).
double usl_peak(double contention, double coherency);
/// Speed-up of n workers with a serial part (Amdahl 1967), and of work that grows with them (Gustafson 1988).
double amdahl_speedup(double serial, double n);
double gustafson_speedup(double serial, double n);

}  // namespace windtunnel::queueing
