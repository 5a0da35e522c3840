// How often the 95% intervals of src/stats contain the truth, over 2,000 seeds each: the tables
// of docs/statistics.md. Sojourn times of M/M/1, whose mean and percentiles are known.

#include <cstdio>

#include "stats/coverage.hpp"

using namespace windtunnel;

namespace {

constexpr int kRuns = 2'000;

void print(const char* figure, const Coverage& coverage) {
  const int intervals = coverage.covered + coverage.missed;
  if (intervals == 0) {
    std::printf("| %s | – | 0.0%% | 100.0%% | – |\n", figure);
    return;
  }
  std::printf("| %s | %.1f%% | %.1f%% | %.1f%% | ±%.1f%% |\n", figure, 100 * coverage.share(),
              100.0 * coverage.missed / kRuns, 100.0 * coverage.without / kRuns, 100 * coverage.mean_width());
}

void print_single_runs(double rho, int observations) {
  const SingleRunCoverage coverage = cover_single_runs(rho, observations, kRuns);
  char figure[80];
  const auto name = [&](const char* what) {
    if (rho == 0)
      std::snprintf(figure, sizeof figure, "%s, independent, %d values", what, observations);
    else
      std::snprintf(figure, sizeof figure, "%s, M/M/1 at %.0f%%, %d requests", what, 100 * rho, observations);
    return figure;
  };
  print(name("mean"), coverage.mean);
  print(name("p50"), coverage.percentiles[0]);
  print(name("p95"), coverage.percentiles[1]);
  print(name("p99"), coverage.percentiles[2]);
}

void print_sequential(const char* what, double rho, double precision, const Coverage& coverage) {
  char figure[80];
  std::snprintf(figure, sizeof figure, "%s, M/M/1 at %.0f%%, stopped at ±%.0f%% (%.0f requests)", what,
                100 * rho, 100 * precision, coverage.observed / kRuns);
  print(figure, coverage);
}

void print_warmup(double rho, double backlog, int observations) {
  const WarmupEffect effect = measure_warmup(rho, backlog, observations, kRuns);
  std::printf("| M/M/1 at %.0f%%, backlog %.0f, %d requests | %+.1f%% | %+.1f%% | %.1f%% | %.0f%% |\n",
              100 * rho, backlog, observations, 100 * effect.bias_before, 100 * effect.bias_after,
              100 * effect.share_cut, 100 * effect.share_trusted);
}

}  // namespace

int main() {
  std::printf("| figure | interval contains the truth | wrong interval | no interval | mean width |\n");
  std::printf("|---|---|---|---|---|\n");
  print("mean of 10 replications", cover_replications(10, kRuns));
  for (const int replications : {3, 5, 10, 30}) {
    char figure[80];
    std::snprintf(figure, sizeof figure, "p99 of %d replications of 1000 values", replications);
    print(figure, cover_replicated_percentile(replications, 1'000, kRuns));
  }
  const DifferenceCoverage differences = cover_differences(20, kRuns);
  print("difference, 20 replications, same random numbers", differences.paired);
  print("difference, 20 replications, other random numbers", differences.independent);
  for (const int n : {1'000, 8'000}) print_single_runs(0, n);
  for (const int n : {2'000, 5'000, 20'000, 100'000}) print_single_runs(0.5, n);
  for (const int n : {20'000, 60'000, 200'000}) print_single_runs(0.8, n);
  for (const double precision : {0.1, 0.05}) {
    print_sequential("mean", 0.5, precision, cover_sequential_mean(0.5, precision, kRuns));
    print_sequential("p99", 0.5, precision, cover_sequential_p99(0.5, precision, kRuns));
  }
  print_sequential("mean", 0.8, 0.05, cover_sequential_mean(0.8, 0.05, kRuns));

  std::printf("\n| start | bias of the mean | after the cut | cut | trusted |\n|---|---|---|---|---|\n");
  for (const double rho : {0.5, 0.8, 0.9})
    for (const int observations : {5'000, 20'000})
      for (const double backlog : {0.0, 100.0}) print_warmup(rho, backlog, observations);
}
