// The scenario with every default filled in.
#pragma once

#include <string>

#include "language/scenario.hpp"

namespace windtunnel {

/// YAML that reads back to the same scenario: what the file gives, and in comments where each default comes from
/// and what leaving out a field without one means. Short forms are spelled out.
std::string explain(const Scenario& scenario);

}  // namespace windtunnel
