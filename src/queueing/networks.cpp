#include "queueing/networks.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "queueing/root.hpp"

namespace windtunnel::queueing {

/// Gaussian elimination with partial pivoting on (I - Pᵀ) λ = external.
std::vector<double> jackson_rates(const std::vector<double>& external,
                                  const std::vector<std::vector<double>>& routing) {
  const std::size_t n = external.size();
  std::vector<std::vector<double>> rows(n, std::vector<double>(n + 1));
  for (std::size_t to = 0; to < n; ++to) {
    for (std::size_t from = 0; from < n; ++from)
      rows[to][from] = (to == from ? 1.0 : 0.0) - routing[from][to];
    rows[to][n] = external[to];
  }
  for (std::size_t column = 0; column < n; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column; row < n; ++row) {
      if (std::abs(rows[row][column]) > std::abs(rows[pivot][column])) pivot = row;
    }
    std::swap(rows[column], rows[pivot]);
    for (std::size_t row = column + 1; row < n; ++row) {
      const double factor = rows[row][column] / rows[column][column];
      for (std::size_t k = column; k <= n; ++k) rows[row][k] -= factor * rows[column][k];
    }
  }
  std::vector<double> rates(n);
  for (std::size_t row = n; row-- > 0;) {
    double sum = rows[row][n];
    for (std::size_t k = row + 1; k < n; ++k) sum -= rows[row][k] * rates[k];
    rates[row] = sum / rows[row][row];
  }
  return rates;
}

ClosedNetwork mean_value_analysis(const std::vector<ClosedStation>& stations, double think_seconds,
                                  int users) {
  ClosedNetwork result;
  result.residence_seconds.resize(stations.size());
  result.mean_present.resize(stations.size());
  std::vector<double> queued(stations.size(), 0.0);
  for (int population = 1; population <= users; ++population) {
    double response = 0;
    for (std::size_t i = 0; i < stations.size(); ++i) {
      const double fast = stations[i].demand_seconds / stations[i].servers;
      const double residence = fast * (1 + queued[i]) + fast * (stations[i].servers - 1);
      result.residence_seconds[i] = residence;
      response += residence;
    }
    result.response_seconds = response;
    result.throughput_per_second = population / (think_seconds + response);
    for (std::size_t i = 0; i < stations.size(); ++i) {
      const double fast = stations[i].demand_seconds / stations[i].servers;
      queued[i] = result.throughput_per_second * fast * (1 + queued[i]);
      result.mean_present[i] = result.throughput_per_second * result.residence_seconds[i];
    }
  }
  return result;
}

double hypoexponential_tail(const std::vector<double>& rates, double t) {
  // The chain is watched at the fastest rate: after so many ticks, the probability of each stage.
  const double fastest = *std::max_element(rates.begin(), rates.end());
  const double mean_ticks = fastest * t;
  std::vector<double> stage(rates.size(), 0.0);
  stage[0] = 1;
  double log_weight = -mean_ticks;  // of Poisson(0)
  double tail = 0;
  const double last = mean_ticks + 12 * std::sqrt(mean_ticks) + 30;
  for (double tick = 0; tick <= last; ++tick) {
    double inside = 0;
    for (const double p : stage) inside += p;
    tail += std::exp(log_weight) * inside;
    log_weight += std::log(mean_ticks / (tick + 1));
    for (std::size_t i = stage.size(); i-- > 0;) {
      const double moves = rates[i] / fastest;
      if (i + 1 < stage.size()) stage[i + 1] += stage[i] * moves;
      stage[i] *= 1 - moves;
    }
  }
  return std::min(tail, 1.0);
}

double hypoexponential_quantile(const std::vector<double>& rates, double q) {
  double mean = 0;
  for (const double rate : rates) mean += 1 / rate;
  return where_tail_falls_to([&](double t) { return hypoexponential_tail(rates, t); }, 1 - q, mean);
}

double harmonic(int n) {
  double sum = 0;
  for (int k = n; k >= 1; --k) sum += 1.0 / k;
  return sum;
}

double largest_exponential_quantile(int n, double q) { return -std::log(-std::expm1(std::log(q) / n)); }

double fork_join_mean_sojourn(int n, double arrivals_per_second, double service_seconds) {
  const double rho = arrivals_per_second * service_seconds;
  if (rho >= 1) return std::numeric_limits<double>::infinity();
  const double one = service_seconds / (1 - rho);
  if (n == 1) return one;
  const double two = (12 - rho) / 8 * one;
  const double growth = harmonic(n) / harmonic(2);
  return (growth + 4.0 / 11 * (1 - growth) * rho) * two;
}

double fork_join_upper_bound(int n, double arrivals_per_second, double service_seconds) {
  const double rho = arrivals_per_second * service_seconds;
  return rho >= 1 ? std::numeric_limits<double>::infinity() : harmonic(n) * service_seconds / (1 - rho);
}

double usl_capacity(double single, double contention, double coherency, double n) {
  return single * n / (1 + contention * (n - 1) + coherency * n * (n - 1));
}

double usl_peak(double contention, double coherency) { return std::sqrt((1 - contention) / coherency); }

double amdahl_speedup(double serial, double n) { return 1 / (serial + (1 - serial) / n); }

double gustafson_speedup(double serial, double n) { return n - (n - 1) * serial; }

}  // namespace windtunnel::queueing
