#pragma once
#include <atomic>
#include <functional>
#include <string>

#include "language/scenario.hpp"
#include "simulation/result.hpp"

namespace windtunnel {

class Catalog;

struct RunControl {
  /// Set by whoever wants the run to end early (Ctrl-C): what has been simulated is summed up as partial.
  const std::atomic<bool>* stop = nullptr;
  /// Told how much is done, 0 to 1, and in words; from one thread only.
  std::function<void(double, const std::string&)> progress;
  int threads = 0;  ///< 0: as many as the machine has
};

struct RunOutcome {
  Result result;
  std::string problem;  ///< why nothing could be simulated; empty otherwise
};

/// Simulates a scenario: its replications, side by side on threads, each until its duration, or until every goal's
/// interval is as narrow as `run.precision` asks. The figures do not depend on the number of threads.
RunOutcome run_scenario(const Scenario& scenario, const Catalog& catalog, const RunControl& control = {});

}  // namespace windtunnel
