// Who calls whom: the graph of a scenario, from the references that its fields declare.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/scenario.hpp"

namespace windtunnel {

/// One caller naming one callee.
struct Link {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string path;          ///< of the field that names the callee, "api.do[0].call"
  bool by_chance = false;    ///< under `choose`, a fallback, behind a queue: not every answer needs it
  bool alternative = false;  ///< one of several of which one is chosen: the targets of a load balancer
  Mark mark;
};

/// Vertices are workloads first, then components, both in the order of the scenario.
struct Architecture {
  std::vector<std::string> names;
  std::size_t workloads = 0;
  std::vector<Link> links;

  std::size_t size() const { return names.size(); }
  bool is_workload(std::size_t vertex) const { return vertex < workloads; }
  std::optional<std::size_t> component(std::string_view name) const;
};

Architecture architecture_of(const Scenario& scenario);

}  // namespace windtunnel
