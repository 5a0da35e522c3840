// What `check` finds in a scenario that loads without errors.
#pragma once

#include <string>
#include <vector>

#include "language/diagnostic.hpp"

namespace windtunnel {

struct Rule;

struct Finding {
  const Rule* rule = nullptr;
  std::string subject;  ///< the component or workload; empty: the scenario as a whole
  std::string message;  ///< what is the matter here, with its figures; no full stop
  Mark mark;
  int length = 1;
  std::string accepted;  ///< why the authors live with it; empty: they do not
};

using Findings = std::vector<Finding>;

}  // namespace windtunnel
