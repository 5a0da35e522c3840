// What can be asked of an architecture before anything runs. Vertices are numbered as in Architecture; lists
// of vertices ascend.
#pragma once

#include <vector>

#include "topology/architecture.hpp"

namespace windtunnel {

using Vertices = std::vector<std::size_t>;

/// Components that no request can come to.
Vertices unreachable_components(const Architecture& graph);

/// Groups of components that call each other in a circle (strongly connected, Tarjan 1972).
std::vector<Vertices> circles(const Architecture& graph);

/// Components whose removal would leave the rest in parts that have no call between them (articulation
/// points, Hopcroft and Tarjan 1973).
Vertices articulation_points(const Architecture& graph);

/// For each vertex the last one that every way to it from `entry` passes (Lengauer and Tarjan 1979); nothing
/// for the entry itself and for what it cannot reach.
std::vector<std::optional<std::size_t>> dominators(const Architecture& graph, std::size_t entry);

/// Components that requests of `entry` reach only through `vertex`, itself left out.
Vertices behind(const Architecture& graph, std::size_t entry, std::size_t vertex);

/// Components without which no request of `entry` is answered: called every time, with no alternative.
Vertices needed_by(const Architecture& graph, std::size_t entry);

struct WeakestLink {
  double per_second = 0;  ///< requests of the entry that get through; infinite where nothing limits them
  Vertices components;    ///< the cut: more of them, and more gets through
};
/// The most that gets through from `entry` when each vertex lets `limits` (requests of the entry per second;
/// infinity where unknown) pass. Calls of one component follow each other, alternatives share the flow, calls
/// by chance are left out; then maximum flow and minimum cut (Edmonds and Karp 1972).
WeakestLink weakest_link(const Architecture& graph, std::size_t entry, const std::vector<double>& limits);

struct CriticalPath {
  double seconds = 0;
  std::vector<std::size_t> vertices;  ///< from the entry on, in the order of the calls
};
/// The chain of calls from `entry` with the largest sum of the vertices' own `seconds`. Calls that close a
/// circle are left out.
CriticalPath critical_path(const Architecture& graph, std::size_t entry, const std::vector<double>& seconds);

}  // namespace windtunnel
