// Checks across a whole scenario: every name that is used is a name of something.
#pragma once

#include <string>
#include <vector>

#include "language/scenario.hpp"

namespace windtunnel {

/// Reports references to components, workloads, regions, zones, keys and variants that do not exist, and
/// calls that go round in a circle for ever. `components` are the names of all components, also of those
/// whose fields could not be read.
void check_names(const Scenario& scenario, const std::vector<std::string>& components,
                 Diagnostics& diagnostics);

}  // namespace windtunnel
