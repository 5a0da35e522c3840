#pragma once
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "language/load.hpp"

namespace CLI {
class App;
}

namespace windtunnel {

/// The options by which every command takes a scenario: FILE, --set, --variant, and those of `run:`.
struct ScenarioOptions {
  std::string file;
  std::string variant;
  std::vector<std::string> overrides;
  std::string duration;
  std::string precision;
  std::optional<int> seed;
  std::optional<int> replications;
  std::string diagnostics_format = "full";

  void declare(CLI::App& app);
  void declare_run(CLI::App& app);
  /// Loads it; prints what is wrong with it (and warnings) to stderr. Nothing where there are errors.
  std::optional<Scenario> load() const;
  /// The same, without printing; the diagnostics know the texts that marks point into.
  Loaded load_quietly() const;
  DiagnosticStyle diagnostic_style(std::FILE* stream) const;
};

}  // namespace windtunnel
