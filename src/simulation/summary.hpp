#pragma once
#include <vector>

#include "language/scenario.hpp"
#include "simulation/measurements.hpp"
#include "simulation/result.hpp"

namespace windtunnel {

class Catalog;

/// The figures of a scenario out of its replications, each with its 95% interval: the warm-up cut off, goals judged,
/// the bottleneck named. Empty where no period has been measured.
Result summarize(const Scenario& scenario, const Catalog& catalog, const std::vector<RunData>& runs);

/// Periods at the start of a run that count as warm-up: as the scenario says, or by MSER-5 on every workload's
/// latencies before the first fault. Where load changes by plan nothing is cut unless the scenario says so.
struct WarmupCut {
  std::size_t periods = 0;
  bool detected = false;
  bool trustworthy = true;
};
WarmupCut find_warmup(const Scenario& scenario, const std::vector<RunData>& runs);

/// "crash of ranker[0..3]"
std::string describe_fault(const Fault& fault);

// The parts of a summary, one subject each.
void summarize_workloads(const Scenario& scenario, const std::vector<RunData>& runs, std::size_t from, Result& result);
void summarize_components(const Scenario& scenario, const std::vector<RunData>& runs, std::size_t from,
                          Result& result);
void summarize_traces(const Scenario& scenario, const std::vector<RunData>& runs, Result& result);
void summarize_series(const Scenario& scenario, const std::vector<RunData>& runs, Result& result);
void price_components(const Scenario& scenario, const Catalog& catalog, Result& result);
void judge_goals(const Scenario& scenario, Result& result);
void add_findings(const Scenario& scenario, const std::vector<RunData>& runs, std::size_t from, Result& result);

}  // namespace windtunnel
