// Reviews a scenario by rules, before anything runs.
#pragma once

#include "catalog/catalog.hpp"
#include "check/finding.hpp"
#include "check/overview.hpp"
#include "language/scenario.hpp"

namespace windtunnel {

struct Review {
  Findings findings;               ///< by place in the file, then by rule; accepted ones are marked so
  std::vector<Overview> overview;  ///< by workload
};

Review check_scenario(const Scenario& scenario, const Catalog& catalog);

}  // namespace windtunnel
