#include "cli/scenario_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "catalog/catalog.hpp"
#include "components/catalog_names.hpp"
#include "components/registry.hpp"
#include "language/load.hpp"
#include "report/style.hpp"

namespace windtunnel {

void ScenarioOptions::declare(CLI::App& app) {
  app.add_option("FILE", file, "The scenario (YAML)")->required();
  app.add_option("--set", overrides,
                 "Overrides a field: path=value, e.g. ranker.replicas=24 (may be repeated)")
      ->type_name("PATH=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--variant", variant, "Applies a variant of the scenario")->type_name("NAME");
  app.add_option("--diagnostics", diagnostics_format,
                 "How errors in the file are shown: full, concise, github")
      ->check(CLI::IsMember({"full", "concise", "github"}));
}

void ScenarioOptions::declare_run(CLI::App& app) {
  app.add_option("--duration", duration, "Simulated time, e.g. 30s")->type_name("TIME");
  app.add_option("--precision", precision, "Stops when the goals' intervals are so narrow, e.g. 2%")
      ->type_name("RATIO");
  app.add_option("--seed", seed, "Where chance starts");
  app.add_option("--replications", replications, "Independent runs");
}

Loaded ScenarioOptions::load_quietly() const {
  LoadOptions options;
  options.variant = variant;
  options.overrides = overrides;
  if (!duration.empty()) options.overrides.push_back("run.duration=" + duration);
  if (!precision.empty()) options.overrides.push_back("run.precision=" + precision);
  if (seed) options.overrides.push_back(fmt::format("run.seed={}", *seed));
  if (replications) options.overrides.push_back(fmt::format("run.replications={}", *replications));
  Loaded loaded = load_scenario(file, component_types(), options);

  if (loaded.scenario) {
    check_catalog_names(*loaded.scenario, Catalog(), loaded.diagnostics);
    if (loaded.diagnostics.has_errors()) loaded.scenario.reset();
  }

  return loaded;
}

DiagnosticStyle ScenarioOptions::diagnostic_style(std::FILE* stream) const {
  DiagnosticStyle style;
  style.colour = terminal_style(stream, ColourChoice::automatic).colour;
  if (diagnostics_format == "concise") style.format = DiagnosticFormat::concise;
  if (diagnostics_format == "github") style.format = DiagnosticFormat::github;
  return style;
}

std::optional<Scenario> ScenarioOptions::load() const {
  Loaded loaded = load_quietly();
  const std::string text = render(loaded.diagnostics, diagnostic_style(stderr));
  if (!text.empty()) std::fputs(text.c_str(), stderr);
  return std::move(loaded.scenario);
}

}  // namespace windtunnel
