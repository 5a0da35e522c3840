// From a file to a scenario.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "language/scenario.hpp"

namespace windtunnel {

struct LoadOptions {
  std::string variant;                 ///< empty: the scenario as it stands
  std::vector<std::string> overrides;  ///< `path=value`, in the order given; applied after the variant
};

struct Loaded {
  std::optional<Scenario> scenario;  ///< nothing if there are errors
  Diagnostics diagnostics;           ///< errors and warnings; knows the sources that marks point into
};

/// Reads, overrides, reads the fields, and checks names across the whole. All errors are gathered.
Loaded load_scenario(const std::string& path, ComponentTypes types, const LoadOptions& options = {});
/// The same of a text; `name` is what diagnostics call it.
Loaded load_scenario_text(std::string_view text, const std::string& name, ComponentTypes types,
                          const LoadOptions& options = {});

}  // namespace windtunnel
