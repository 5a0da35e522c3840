#include "check/design.hpp"

#include "check/call_sites.hpp"
#include "check/flow.hpp"
#include "components/cache.hpp"
#include "components/cdn.hpp"
#include "components/database.hpp"
#include "components/dns.hpp"
#include "components/external_api.hpp"
#include "components/feature_store.hpp"
#include "components/load_balancer.hpp"
#include "components/vector_store.hpp"

namespace windtunnel {
namespace {

std::vector<Place> zones_of(const Scenario& scenario, std::string_view name) {
  const std::size_t slash = name.find('/');
  const std::string region(name.substr(0, slash));
  if (slash != std::string_view::npos) return {{region, std::string(name.substr(slash + 1))}};
  std::vector<Place> zones;
  if (const Region* found = find_named(scenario.regions, region)) {
    for (const std::string& zone : found->zones) zones.push_back({region, zone});
  }
  return zones;
}

/// In the order in which replicas are put there, see World::places_of.
std::vector<Place> places_of(const Scenario& scenario, const ComponentSpec& component) {
  std::vector<Place> all;
  if (scenario.regions.empty()) return all;
  std::vector<std::string> names = component.placement.zones;
  if (names.empty()) names.push_back(scenario.regions.front().first);
  for (const std::string& name : names) {
    for (Place& zone : zones_of(scenario, name)) all.push_back(std::move(zone));
  }
  const auto machines = static_cast<std::size_t>(Design::machines_of(component));
  if (all.size() > machines) all.resize(machines);
  return all;
}

}  // namespace

Design::Design(const Scenario& s, const Catalog& c) : scenario(s), catalog(c), graph(architecture_of(s)) {
  calls = collect_calls(scenario);
  for (const ComponentSpec& component : scenario.components)
    places.push_back(windtunnel::places_of(scenario, component));
  compute_flow(*this);
}

const Node& Design::at(std::initializer_list<std::string_view> path) const {
  const Node* node = &scenario.root;
  for (const std::string_view key : path) {
    const Node* next = node->find(key);
    if (!next) break;
    node = next;
  }
  return *node;
}

const Node& Design::field(const ComponentSpec& component, std::initializer_list<std::string_view> path) {
  const Node* node = &component.node;
  for (const std::string_view key : path) {
    const Node* next = node->find(key);
    if (!next) break;
    node = next;
  }
  return *node;
}

std::vector<const ComponentSpec*> Design::behind_passage(const ComponentSpec& component) const {
  std::vector<const ComponentSpec*> found;
  std::vector<const ComponentSpec*> open{&component};
  while (!open.empty()) {
    const ComponentSpec* next = open.back();
    open.pop_back();
    bool passes = false;
    for (const CallSite* call : calls_of(next->name)) {
      if (call->policy || call->after_reply) continue;
      passes = true;
      open.push_back(call->callee);
    }
    if (!passes) found.push_back(next);
    if (found.size() + open.size() > calls.size() + 1) break;  // balancers in a circle
  }
  return found;
}

std::vector<const CallSite*> Design::calls_of(std::string_view caller) const {
  std::vector<const CallSite*> found;
  for (const CallSite& call : calls) {
    if (!call.from_workload && call.caller == caller) found.push_back(&call);
  }
  return found;
}

std::vector<const CallSite*> Design::calls_to(const ComponentSpec& callee) const {
  std::vector<const CallSite*> found;
  for (const CallSite& call : calls) {
    if (call.callee == &callee) found.push_back(&call);
  }
  return found;
}

bool Design::has_machines(const ComponentSpec& component) {
  return !fields_if<FeatureStoreFields>(component) && !fields_if<ExternalApiFields>(component) &&
         !fields_if<CdnFields>(component) && !fields_if<DnsFields>(component);
}

bool Design::is_bypassed(const ComponentSpec& component) const {
  const auto* cache = fields_if<CacheFields>(component);
  if (!cache || cache->on_down != OnDown::origin) return false;
  if (cache->origin) return true;
  for (const CallSite* call : calls_to(component)) {
    const ComponentSpec* caller = call->from_workload ? nullptr : scenario.find_component(call->caller);
    const auto* store = caller ? fields_if<FeatureStoreFields>(*caller) : nullptr;
    if (store && store->origin) return true;
  }
  return false;
}

int Design::copies_of(const ComponentSpec& component) {
  if (const auto* cache = fields_if<CacheFields>(component))
    return cache->copies.value_or(component.placement.replicas);
  if (const auto* store = fields_if<VectorStoreFields>(component))
    return store->copies.value_or(component.placement.replicas);
  if (const auto* database = fields_if<DatabaseFields>(component)) return database->replicated().copies;
  return component.placement.replicas;
}

int Design::shards_of(const ComponentSpec& component) {
  if (const auto* cache = fields_if<CacheFields>(component)) return cache->shards;
  if (const auto* store = fields_if<VectorStoreFields>(component)) return store->shards;
  if (const auto* database = fields_if<DatabaseFields>(component)) return database->shards;
  return 1;
}

}  // namespace windtunnel
