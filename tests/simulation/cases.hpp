#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "simulation/result.hpp"
#include "simulation/world.hpp"

namespace windtunnel {

/// "0.2 ± 1%", "8.2e-3 ± 2% + 3e-4", "< 5", or a number alone: exact but for rounding.
struct Expected {
  double value = 0;
  double tolerance = 0;  ///< absolute
  char relation = '=';   ///< =, < or >
  bool holds(double actual) const;
};
Expected parse_expected(const std::string& text);

/// A scenario with the figures that must come out, in base units: one entry of a file of cases.
struct Case {
  std::string name;
  std::string source;  ///< where the figures come from
  std::string scenario;
  std::string directory;               ///< from which its files are named
  std::vector<std::string> overrides;  ///< as of --set
  std::vector<std::pair<std::string, Expected>> expected;
};

/// Reads a list of `{name, source, scenario, runs: [{name, set: [...], expect: {figure: text}}]}`; where
/// there is one run only, its `set` and `expect` may stand beside the scenario.
std::vector<Case> read_cases(const std::string& path);

/// A scenario that has been simulated, with all that was measured.
struct Simulated {
  std::unique_ptr<Scenario> scenario;
  std::vector<std::unique_ptr<World>> worlds;  ///< by replication
  Result result;
  std::string problem;
};

/// Loads and simulates; a scenario that does not load fails the test with its diagnostics.
Simulated simulate(const std::string& text, const std::vector<std::string>& overrides = {},
                   const std::string& name = "case.yaml");
Simulated simulate_file(const std::string& path, const std::vector<std::string>& overrides = {});

/// `p99(web)`, `timeout(web)` (a count), `utilization(api.cores)`, `wait(api)`, `replicas(api)`, …
double figure(const Result& result, const std::string& name);

/// What holds in every run whatever the scenario: conservation of requests, at clients and at every
/// component; Little's law at every component, to the nanosecond where it has emptied; no resource used
/// beyond what there is.
void check_laws(const Simulated& run);

/// Told of each figure: its name, what was expected and what came out.
using OnFigure = std::function<void(const std::string&, const Expected&, double)>;

/// Simulates the case and checks its figures and the laws.
void check_case(const Case& wanted, const OnFigure& on_figure = {});

}  // namespace windtunnel
