// A scenario as a reviewer sees it: its calls, its traffic, where things stand. Made once, read by all rules.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "language/scenario.hpp"
#include "network/network.hpp"
#include "topology/architecture.hpp"

namespace windtunnel {

/// A place in the file where something is called.
struct CallSite {
  std::string caller;  ///< component or workload
  bool from_workload = false;
  const ComponentSpec* callee = nullptr;
  const CallPolicy* policy = nullptr;  ///< null: passed on (load balancers, feature stores)
  const CallStep* step = nullptr;      ///< of a service's `do:`, else null
  bool write = false;
  bool by_chance = false;    ///< under `choose`
  bool is_fallback = false;  ///< made when another call failed
  bool after_reply = false;  ///< nobody waits for it
  double times = 1;          ///< mean number per request of the caller
  double keys = 1;           ///< asked for at once
  double items = 1;
  const Workload* workload = nullptr;  ///< from_workload
  Mark mark;
  int length = 1;

  std::string name() const { return caller + " → " + callee->name; }
};

/// A component under the highest load that the workloads ask for, if nothing queues or fails.
struct Traffic {
  double calls_per_second = 0;
  double writes_per_second = 0;  ///< part of the calls
  double keys_per_second = 0;
  double items_per_second = 0;
  double work_per_second = 0;  ///< seconds of server time asked for, per second
  double servers = 0;          ///< cores, threads, workers or GPUs of all replicas; 0: not known
  double hit_ratio = 0;  ///< of a cache: pinned, or that of the most popular keys that fit (an upper bound)

  double utilization() const { return servers > 0 ? work_per_second / servers : 0; }
};

class Design {
 public:
  Design(const Scenario& scenario, const Catalog& catalog);

  const Scenario& scenario;
  const Catalog& catalog;
  const Architecture graph;
  std::vector<CallSite> calls;
  std::vector<Traffic> traffic;            ///< by component
  std::vector<double> peaks;               ///< by workload: requests per second; 0: not known
  std::vector<std::vector<Place>> places;  ///< by component: zones it stands in; empty: no regions declared

  std::size_t index_of(const ComponentSpec& component) const {
    return static_cast<std::size_t>(&component - scenario.components.data());
  }
  const Traffic& traffic_of(const ComponentSpec& component) const { return traffic[index_of(component)]; }
  const std::vector<Place>& places_of(const ComponentSpec& component) const {
    return places[index_of(component)];
  }

  /// The node at a path from the document's root, or the last one on the way that exists.
  const Node& at(std::initializer_list<std::string_view> path) const;
  /// The value of a component's field, or the component where the file does not give it.
  static const Node& field(const ComponentSpec& component, std::initializer_list<std::string_view> path);

  /// The components that do the work when this one is called: itself, or those it passes calls on to.
  std::vector<const ComponentSpec*> behind_passage(const ComponentSpec& component) const;
  std::vector<const CallSite*> calls_of(std::string_view caller) const;
  std::vector<const CallSite*> calls_to(const ComponentSpec& callee) const;

  /// Whether it stands on machines of the design: not feature stores (part of their callers), nor what others
  /// run.
  static bool has_machines(const ComponentSpec& component);
  /// A cache whose callers go on to its origin when it is down.
  bool is_bypassed(const ComponentSpec& component) const;
  /// Servers (machines) of a component that hold or do the same thing: replicas, or copies of each shard.
  static int copies_of(const ComponentSpec& component);
  static int shards_of(const ComponentSpec& component);
  /// All machines: replicas, or shards times copies.
  static int machines_of(const ComponentSpec& component) {
    return copies_of(component) * shards_of(component);
  }

  /// Time to an answer when nothing queues: medians of all laws and round trips between the nearest places.
  double idle_seconds(const CallSite& call) const;
};

/// The fields of a component if it is of their type, else null.
template <class FieldsOfType>
const FieldsOfType* fields_if(const ComponentSpec& component) {
  return component.info == &object_info<FieldsOfType>() ? &component.fields<FieldsOfType>() : nullptr;
}

}  // namespace windtunnel
