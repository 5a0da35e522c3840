#include "topology/architecture.hpp"

namespace windtunnel {

std::optional<std::size_t> Architecture::component(std::string_view name) const {
  for (std::size_t vertex = workloads; vertex < names.size(); ++vertex) {
    if (names[vertex] == name) return vertex;
  }
  return std::nullopt;
}

Architecture architecture_of(const Scenario& scenario) {
  Architecture graph;
  graph.workloads = scenario.workloads.size();
  for (const auto& [name, workload] : scenario.workloads) graph.names.push_back(name);
  for (const ComponentSpec& component : scenario.components) graph.names.push_back(component.name);

  for (std::size_t from = 0; from < graph.workloads; ++from) {
    const Workload& workload = scenario.workloads[from].second;
    if (const auto to = graph.component(workload.calls.name)) {
      graph.links.push_back({from, *to, graph.names[from] + ".calls", false, false, workload.calls.mark});
    }
  }
  for (std::size_t i = 0; i < scenario.components.size(); ++i) {
    const ComponentSpec& component = scenario.components[i];
    const auto add = [&](const std::string& path, const ComponentRef& callee) {
      const auto to = graph.component(callee.name);
      if (!to) return;
      const bool by_chance =
          path.find(".choose") != std::string::npos || path.find(".fallback") != std::string::npos;
      // A queue gives each message to all of its consumers, later: nobody's answer needs them.
      const bool later = component.type == "queue";
      const bool alternative = !later && path.starts_with(component.name + ".to[");
      graph.links.push_back({graph.workloads + i, *to, path, by_chance || later, alternative, callee.mark});
    };
    for_each_reference(*component.info, component.data.get(), component.name, add);
  }
  return graph;
}

}  // namespace windtunnel
