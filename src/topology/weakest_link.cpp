#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/edmonds_karp_max_flow.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "topology/questions.hpp"

namespace windtunnel {
namespace {

// Whole thousandths of a request per second: augmenting paths end for certain only with whole capacities.
using Capacity = std::int64_t;
constexpr double units_per_request = 1000;
constexpr Capacity unlimited = std::numeric_limits<Capacity>::max() / 4;

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Pipes = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS, boost::no_property,
    boost::property<boost::edge_capacity_t, Capacity,
                    boost::property<boost::edge_residual_capacity_t, Capacity,
                                    boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;

Capacity capacity_of(double per_second) {
  const double units = std::round(per_second * units_per_request);
  return units < static_cast<double>(unlimited) ? static_cast<Capacity>(units) : unlimited;
}

/// Lays the way of a request as pipes: a component is a pipe as wide as its limit, its calls are laid one
/// behind the other, the targets of a load balancer side by side.
class Plumbing {
 public:
  Plumbing(const Architecture& graph, const std::vector<double>& limits) : graph_(graph), limits_(limits) {}

  WeakestLink solve(std::size_t entry) {
    const auto source = boost::add_vertex(pipes_);
    std::set<std::size_t> passed;
    const auto sink = lay(entry, source, passed);
    std::vector<boost::default_color_type> colour(boost::num_vertices(pipes_));
    std::vector<Traits::edge_descriptor> way(boost::num_vertices(pipes_));
    const Capacity flow = boost::edmonds_karp_max_flow(
        pipes_, source, sink, boost::color_map(colour.data()).predecessor_map(way.data()));
    if (flow >= unlimited) return {std::numeric_limits<double>::infinity(), {}};

    WeakestLink weakest{static_cast<double>(flow) / units_per_request, {}};
    for (const Laid& pipe : laid_) {
      const bool cut = colour[pipe.from] != boost::white_color && colour[pipe.to] == boost::white_color;
      if (cut) weakest.components.push_back(pipe.vertex);
    }
    std::sort(weakest.components.begin(), weakest.components.end());
    weakest.components.erase(std::unique(weakest.components.begin(), weakest.components.end()),
                             weakest.components.end());
    return weakest;
  }

 private:
  using Joint = Traits::vertex_descriptor;
  struct Laid {
    Joint from;
    Joint to;
    std::size_t vertex;
  };

  void pipe(Joint from, Joint to, Capacity capacity) {
    const auto forward = boost::add_edge(from, to, pipes_).first;
    const auto back = boost::add_edge(to, from, pipes_).first;
    boost::put(boost::edge_capacity, pipes_, forward, capacity);
    boost::put(boost::edge_capacity, pipes_, back, Capacity{0});
    boost::put(boost::edge_reverse, pipes_, forward, back);
    boost::put(boost::edge_reverse, pipes_, back, forward);
  }

  Joint pipe_of(std::size_t vertex, Joint from) {
    const Joint to = boost::add_vertex(pipes_);
    pipe(from, to, capacity_of(limits_[vertex]));
    laid_.push_back({from, to, vertex});
    return to;
  }

  /// Where the flow comes out behind a vertex and all that it calls. Who was passed before limits the flow
  /// already: limits are per request of the entry, however often it calls.
  Joint lay(std::size_t vertex, Joint from, std::set<std::size_t>& passed) {
    if (!passed.insert(vertex).second) return from;
    Joint end = pipe_of(vertex, from);
    Vertices alternatives;
    for (const Link& link : graph_.links) {
      if (link.from != vertex || link.by_chance) continue;
      if (link.alternative)
        alternatives.push_back(link.to);
      else
        end = lay(link.to, end, passed);
    }
    return alternatives.empty() ? end : lay_side_by_side(alternatives, end, passed);
  }

  Joint lay_side_by_side(const Vertices& alternatives, Joint from, std::set<std::size_t>& passed) {
    Joint join = boost::add_vertex(pipes_);
    std::vector<std::size_t> shared;
    std::set<std::size_t> all = passed;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
      std::set<std::size_t> here = passed;
      pipe(lay(alternatives[i], from, here), join, unlimited);
      if (i == 0) shared.assign(here.begin(), here.end());
      std::erase_if(shared, [&](std::size_t vertex) { return !here.contains(vertex); });
      all.insert(here.begin(), here.end());
    }
    // What all alternatives need limits them together.
    for (const std::size_t vertex : shared) {
      if (!passed.contains(vertex)) join = pipe_of(vertex, join);
    }
    passed = std::move(all);
    return join;
  }

  const Architecture& graph_;
  const std::vector<double>& limits_;
  Pipes pipes_;
  std::vector<Laid> laid_;
};

}  // namespace

WeakestLink weakest_link(const Architecture& graph, std::size_t entry, const std::vector<double>& limits) {
  return Plumbing(graph, limits).solve(entry);
}

}  // namespace windtunnel
