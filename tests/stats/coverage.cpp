#include "stats/coverage.hpp"

#include <cmath>
#include <vector>

#include "stats/batches.hpp"
#include "stats/interval.hpp"
#include "stats/random.hpp"
#include "stats/sequential.hpp"
#include "stats/warmup.hpp"

namespace windtunnel {
namespace {

constexpr double kSecond = 1e9;  // one mean service time, in nanoseconds

class SojournTimes {
 public:
  SojournTimes(double rho, std::uint64_t seed, double service = 1)
      : random_(seed), arrival_rate_(rho), service_(service) {
    const double start = random_.uniform();
    const double load = rho * service;
    if (start < load) wait_ = -std::log(start / load) / (1 / service - rho);
  }

  void start_with(double backlog) { wait_ = backlog; }

  double next() {
    const double sojourn = wait_ + service_ * random_.exponential();
    if (arrival_rate_ > 0) wait_ = std::fmax(0.0, sojourn - random_.exponential() / arrival_rate_);
    return sojourn;
  }

 private:
  Random random_;
  double arrival_rate_;
  double service_;
  double wait_ = 0;
};

double mean_sojourn(double rho) { return 1 / (1 - rho); }

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(seconds * kSecond); }

double average(SojournTimes times, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += times.next();
  return sum / n;
}

}  // namespace

void Coverage::count(const Estimate& estimate, double truth) {
  if (!estimate.has_interval()) {
    ++without;
    return;
  }
  ++(estimate.covers(truth) ? covered : missed);
  widths += (estimate.high - estimate.low) / 2 / estimate.value;
}

SingleRunCoverage cover_single_runs(double rho, int observations, int runs) {
  SingleRunCoverage coverage;
  for (int run = 1; run <= runs; ++run) {
    SojournTimes times(rho, static_cast<std::uint64_t>(run));
    BatchMeans means;
    BatchQuantiles quantiles;
    for (int i = 0; i < observations; ++i) {
      const double sojourn = times.next();
      means.add(sojourn);
      quantiles.record(nanoseconds(sojourn));
    }
    coverage.mean.count(means.estimate(), mean_sojourn(rho));
    for (std::size_t i = 0; i < kCoveredPercentiles.size(); ++i) {
      const double q = kCoveredPercentiles[i];
      coverage.percentiles[i].count(quantiles.estimate(q), -std::log(1 - q) * mean_sojourn(rho) * kSecond);
    }
  }
  return coverage;
}

Coverage cover_replications(int replications, int runs) {
  Coverage coverage;
  for (int run = 1; run <= runs; ++run) {
    std::vector<double> averages;
    for (int r = 0; r < replications; ++r)
      averages.push_back(average(SojournTimes(0, static_cast<std::uint64_t>(run * 1000 + r)), 50));
    coverage.count(mean_estimate(averages), 1);
  }
  return coverage;
}

Coverage cover_replicated_percentile(int replications, int observations, int runs) {
  Coverage coverage;
  for (int run = 1; run <= runs; ++run) {
    std::vector<LatencyHistogram> histograms(static_cast<std::size_t>(replications));
    SojournTimes times(0, static_cast<std::uint64_t>(run));
    for (LatencyHistogram& histogram : histograms)
      for (int i = 0; i < observations; ++i) histogram.record(nanoseconds(times.next()));
    coverage.count(quantile_estimate(histograms, 0.99), std::log(100) * kSecond);
  }
  return coverage;
}

DifferenceCoverage cover_differences(int replications, int runs) {
  constexpr double kRho = 0.5;
  constexpr double kSlower = 1.2;
  constexpr int kCustomers = 2'000;
  const double truth = 1 / (1 / kSlower - kRho) - mean_sojourn(kRho);
  DifferenceCoverage coverage;
  for (int run = 1; run <= runs; ++run) {
    std::vector<double> a;
    std::vector<double> same;
    std::vector<double> other;
    for (int r = 0; r < replications; ++r) {
      const auto seed = static_cast<std::uint64_t>(run * 1000 + r);
      a.push_back(average(SojournTimes(kRho, seed), kCustomers));
      same.push_back(average(SojournTimes(kRho, seed, kSlower), kCustomers));
      other.push_back(average(SojournTimes(kRho, seed + 500, kSlower), kCustomers));
    }
    coverage.paired.count(paired_difference(a, same), truth);
    coverage.independent.count(paired_difference(a, other), truth);
  }
  return coverage;
}

Coverage cover_sequential_mean(double rho, double precision, int runs) {
  Coverage coverage;
  for (int run = 1; run <= runs; ++run) {
    SojournTimes times(rho, static_cast<std::uint64_t>(run));
    SequentialStop stop(precision, 10'000);
    BatchMeans means;
    std::int64_t n = 0;
    do {
      means.add(times.next());
      ++n;
    } while (!stop.due(n) || !stop.satisfied(n, means.estimate()));
    coverage.count(means.estimate(), mean_sojourn(rho));
    coverage.observed += static_cast<double>(n);
  }
  return coverage;
}

Coverage cover_sequential_p99(double rho, double precision, int runs) {
  Coverage coverage;
  for (int run = 1; run <= runs; ++run) {
    SojournTimes times(rho, static_cast<std::uint64_t>(run));
    SequentialStop stop(precision, 10'000);
    BatchQuantiles quantiles;
    std::int64_t n = 0;
    do {
      quantiles.record(nanoseconds(times.next()));
      ++n;
    } while (!stop.due(n) || !stop.satisfied(n, quantiles.estimate(0.99)));
    coverage.count(quantiles.estimate(0.99), std::log(100) * mean_sojourn(rho) * kSecond);
    coverage.observed += static_cast<double>(n);
  }
  return coverage;
}

WarmupEffect measure_warmup(double rho, double backlog, int observations, int runs) {
  WarmupEffect effect;
  for (int run = 1; run <= runs; ++run) {
    SojournTimes times(rho, static_cast<std::uint64_t>(run));
    times.start_with(backlog);
    std::vector<double> values;
    WarmupDetector detector;
    for (int i = 0; i < observations; ++i) {
      values.push_back(times.next());
      detector.add(i, values.back());
    }
    const Warmup warmup = detector.detect();
    const std::span<const double> all(values);
    const std::span<const double> kept = all.subspan(static_cast<std::size_t>(warmup.observations));
    effect.bias_before += (mean_estimate(all).value / mean_sojourn(rho) - 1) / runs;
    effect.bias_after += (mean_estimate(kept).value / mean_sojourn(rho) - 1) / runs;
    effect.share_cut += static_cast<double>(warmup.observations) / observations / runs;
    effect.share_trusted += warmup.trustworthy ? 1.0 / runs : 0;
  }
  return effect;
}

}  // namespace windtunnel
