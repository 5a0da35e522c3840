#include "topology/questions.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace windtunnel;

namespace {

constexpr double no_limit = std::numeric_limits<double>::infinity();

/// "web" calls a load balancer in front of two services, each of which asks the same database; one of them
/// asks a cache by chance besides. Nobody calls "attic"; "ping" and "pong" call each other.
Architecture shop() {
  Architecture graph;
  graph.names = {"web", "lb", "left", "right", "db", "cache", "attic", "ping", "pong"};
  graph.workloads = 1;
  const auto link = [&](std::size_t from, std::size_t to, bool by_chance = false, bool alternative = false) {
    graph.links.push_back({from, to, "", by_chance, alternative, {}});
  };
  link(0, 1);
  link(1, 2, false, true);
  link(1, 3, false, true);
  link(2, 4);
  link(3, 4);
  link(3, 5, true);
  link(7, 8);
  link(8, 7, true);
  return graph;
}

Vertices named(const Architecture& graph, const std::vector<std::string>& names) {
  Vertices found;
  for (const std::string& name : names) found.push_back(*graph.component(name));
  return found;
}

}  // namespace

TEST_CASE("components that no request can come to") {
  const Architecture graph = shop();
  CHECK(unreachable_components(graph) == named(graph, {"attic", "ping", "pong"}));
}

TEST_CASE("circles of calls") {
  const Architecture graph = shop();
  CHECK(circles(graph) == std::vector<Vertices>{named(graph, {"ping", "pong"})});
  Architecture selfish = shop();
  selfish.links.push_back({5, 5, "", true, false, {}});
  CHECK(circles(selfish).size() == 2);
}

TEST_CASE("articulation points hold the parts together") {
  const Architecture graph = shop();
  // The load balancer (between the workload and the rest), and the service that alone knows the cache.
  CHECK(articulation_points(graph) == named(graph, {"lb", "right"}));
}

TEST_CASE("dominators: the last component that every way passes") {
  const Architecture graph = shop();
  const auto last = dominators(graph, 0);
  CHECK(last[*graph.component("lb")] == 0);
  CHECK(last[*graph.component("db")] == graph.component("lb"));  // by left or by right
  CHECK(last[*graph.component("cache")] == graph.component("right"));
  CHECK_FALSE(last[*graph.component("attic")]);
  CHECK(behind(graph, 0, *graph.component("lb")) == named(graph, {"left", "right", "db", "cache"}));
  CHECK(behind(graph, 0, *graph.component("left")).empty());
}

TEST_CASE("needed: what every request must have") {
  const Architecture graph = shop();
  CHECK(needed_by(graph, 0) == named(graph, {"lb"}));
  Architecture straight = shop();
  for (Link& link : straight.links) link.alternative = false;
  CHECK(needed_by(straight, 0) == named(straight, {"lb", "left", "right", "db"}));
}

TEST_CASE("the weakest link is a minimum cut") {
  const Architecture graph = shop();
  std::vector<double> limits(graph.size(), no_limit);
  CHECK(weakest_link(graph, 0, limits).per_second == no_limit);

  limits[*graph.component("left")] = 100;
  limits[*graph.component("right")] = 50.5;
  WeakestLink weakest = weakest_link(graph, 0, limits);
  CHECK(weakest.per_second == 150.5);  // they share the flow
  CHECK(weakest.components == named(graph, {"left", "right"}));

  limits[*graph.component("db")] = 120;  // both need it
  weakest = weakest_link(graph, 0, limits);
  CHECK(weakest.per_second == 120);
  CHECK(weakest.components == named(graph, {"db"}));

  limits[*graph.component("cache")] = 1;  // by chance only
  CHECK(weakest_link(graph, 0, limits).per_second == 120);
  limits[*graph.component("lb")] = 10;
  CHECK(weakest_link(graph, 0, limits).components == named(graph, {"lb"}));
}

TEST_CASE("the critical path is the slowest chain of calls") {
  const Architecture graph = shop();
  std::vector<double> seconds(graph.size(), 0.001);
  seconds[*graph.component("left")] = 0.005;
  CriticalPath path = critical_path(graph, 0, seconds);
  CHECK(path.vertices == Vertices{0, 1, 2, 4});
  CHECK(path.seconds == doctest::Approx(0.008));
  seconds[*graph.component("cache")] = 0.1;
  CHECK(critical_path(graph, 0, seconds).vertices == Vertices{0, 1, 3, 5});
  CHECK(critical_path(graph, *graph.component("ping"), seconds).vertices.size() == 2);  // the circle is cut
}
