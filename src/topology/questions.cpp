#include "topology/questions.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/strong_components.hpp>

namespace windtunnel {
namespace {

using Directed = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;
using Undirected = boost::adjacency_list<boost::setS, boost::vecS, boost::undirectedS>;

Directed directed(const Architecture& graph) {
  Directed calls(graph.size());
  for (const Link& link : graph.links) boost::add_edge(link.from, link.to, calls);
  return calls;
}

/// Which vertices can be reached from one.
std::vector<bool> reached_from(const Architecture& graph, std::size_t entry) {
  std::vector<bool> reached(graph.size());
  Vertices open{entry};
  reached[entry] = true;
  while (!open.empty()) {
    const std::size_t vertex = open.back();
    open.pop_back();
    for (const Link& link : graph.links) {
      if (link.from != vertex || reached[link.to]) continue;
      reached[link.to] = true;
      open.push_back(link.to);
    }
  }
  return reached;
}

class LongestPath {
 public:
  LongestPath(const Architecture& graph, const std::vector<double>& seconds)
      : graph_(graph), seconds_(seconds), best_(graph.size()), state_(graph.size(), State::fresh) {}

  const CriticalPath& from(std::size_t vertex) {
    if (state_[vertex] == State::done) return best_[vertex];
    state_[vertex] = State::open;
    CriticalPath longest;
    for (const Link& link : graph_.links) {
      if (link.from != vertex || state_[link.to] == State::open) continue;
      const CriticalPath& path = from(link.to);
      if (longest.vertices.empty() || path.seconds > longest.seconds) longest = path;
    }
    longest.seconds += seconds_[vertex];
    longest.vertices.insert(longest.vertices.begin(), vertex);
    state_[vertex] = State::done;
    return best_[vertex] = std::move(longest);
  }

 private:
  enum class State { fresh, open, done };
  const Architecture& graph_;
  const std::vector<double>& seconds_;
  std::vector<CriticalPath> best_;
  std::vector<State> state_;
};

}  // namespace

Vertices unreachable_components(const Architecture& graph) {
  std::vector<bool> reached(graph.size());
  for (std::size_t entry = 0; entry < graph.workloads; ++entry) {
    const std::vector<bool> from_here = reached_from(graph, entry);
    for (std::size_t vertex = 0; vertex < graph.size(); ++vertex) {
      if (from_here[vertex]) reached[vertex] = true;
    }
  }
  Vertices found;
  for (std::size_t vertex = graph.workloads; vertex < graph.size(); ++vertex) {
    if (!reached[vertex]) found.push_back(vertex);
  }
  return found;
}

std::vector<Vertices> circles(const Architecture& graph) {
  const Directed calls = directed(graph);
  std::vector<std::size_t> group(graph.size());
  const auto index = boost::get(boost::vertex_index, calls);
  const std::size_t groups =
      boost::strong_components(calls, boost::make_iterator_property_map(group.begin(), index));
  std::vector<Vertices> members(groups);
  for (std::size_t vertex = 0; vertex < graph.size(); ++vertex) members[group[vertex]].push_back(vertex);
  std::erase_if(members, [&](const Vertices& one) {
    return one.size() == 1 && !boost::edge(one.front(), one.front(), calls).second;
  });
  std::sort(members.begin(), members.end());
  return members;
}

Vertices articulation_points(const Architecture& graph) {
  Undirected calls(graph.size());
  for (const Link& link : graph.links) {
    if (link.from != link.to) boost::add_edge(link.from, link.to, calls);
  }
  Vertices points;
  boost::articulation_points(calls, std::back_inserter(points));
  std::sort(points.begin(), points.end());
  return points;
}

std::vector<std::optional<std::size_t>> dominators(const Architecture& graph, std::size_t entry) {
  const Directed calls = directed(graph);
  std::vector<std::size_t> parent(graph.size(), boost::graph_traits<Directed>::null_vertex());
  const auto index = boost::get(boost::vertex_index, calls);
  boost::lengauer_tarjan_dominator_tree(calls, entry,
                                        boost::make_iterator_property_map(parent.begin(), index));
  std::vector<std::optional<std::size_t>> last(graph.size());
  for (std::size_t vertex = 0; vertex < graph.size(); ++vertex) {
    if (parent[vertex] != boost::graph_traits<Directed>::null_vertex()) last[vertex] = parent[vertex];
  }
  return last;
}

Vertices behind(const Architecture& graph, std::size_t entry, std::size_t vertex) {
  const auto last = dominators(graph, entry);
  Vertices found;
  for (std::size_t candidate = graph.workloads; candidate < graph.size(); ++candidate) {
    for (auto above = last[candidate]; above; above = last[*above]) {
      if (*above != vertex) continue;
      found.push_back(candidate);
      break;
    }
  }
  return found;
}

Vertices needed_by(const Architecture& graph, std::size_t entry) {
  std::vector<bool> needed(graph.size());
  Vertices open{entry};
  needed[entry] = true;
  while (!open.empty()) {
    const std::size_t vertex = open.back();
    open.pop_back();
    const auto targets = std::count_if(graph.links.begin(), graph.links.end(), [&](const Link& link) {
      return link.from == vertex && link.alternative;
    });
    for (const Link& link : graph.links) {
      if (link.from != vertex || link.by_chance || needed[link.to]) continue;
      if (link.alternative && targets > 1) continue;
      needed[link.to] = true;
      open.push_back(link.to);
    }
  }
  Vertices found;
  for (std::size_t vertex = graph.workloads; vertex < graph.size(); ++vertex) {
    if (needed[vertex]) found.push_back(vertex);
  }
  return found;
}

CriticalPath critical_path(const Architecture& graph, std::size_t entry, const std::vector<double>& seconds) {
  return LongestPath(graph, seconds).from(entry);
}

}  // namespace windtunnel
