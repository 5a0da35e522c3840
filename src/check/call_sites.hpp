#pragma once

#include <vector>

#include "check/design.hpp"

namespace windtunnel {

/// Every call of a scenario that the types of components make, workloads first, then in the order of the
/// file.
std::vector<CallSite> collect_calls(const Scenario& scenario);

}  // namespace windtunnel
