#include "simulation/world.hpp"

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <numeric>

#include "components/registry.hpp"
#include "components/sampling.hpp"
#include "simulation/autoscaler.hpp"
#include "simulation/fault_process.hpp"

namespace windtunnel {
namespace {

/// Indices in the order of names: whatever draws a place among simultaneous events does so in this order, so
/// that the order of the file does not matter.
template <class Named, class NameOf>
std::vector<std::size_t> by_name(const std::vector<Named>& all, NameOf name_of) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return name_of(all[a]) < name_of(all[b]); });
  return order;
}

std::vector<std::size_t> by_name(const std::vector<Component*>& components) {
  return by_name(components, [](const Component* component) { return component->name(); });
}

}  // namespace

World::World(const Scenario& scenario, const Catalog& facts, std::uint64_t run_seed,
             std::uint64_t run_replication, std::string& problem)
    : Environment(facts), scenario_(scenario), duration_(to_nanoseconds(scenario.run.duration.seconds)) {
  seed = run_seed;
  replication = run_replication;
  directory = std::filesystem::path(scenario.file).parent_path();
  connect_timeout = to_nanoseconds(scenario.network.connect_timeout.seconds);
  data_.period = period_for(duration_);
  data_.traces = TraceLog(scenario.components.size());
  requests.set_trace_owner(&data_.traces);
  build_network(scenario, facts, network, problem);
  if (!problem.empty()) return;

  for (std::size_t index = 0; index < scenario.workloads.size(); ++index) {
    for (const auto& [name, law] : scenario.workloads[index].second.keys) {
      const int space = key_spaces.add(name);
      key_spaces.set_law(static_cast<int>(index), space, make_key_sampler(law, name));
    }
  }
  make_components();
  make_clients(problem);
  if (static_cast<std::size_t>(key_spaces.size()) > key_spaces_max)
    problem = "the workloads have " + std::to_string(key_spaces.size()) + " names of keys, more than " +
              std::to_string(key_spaces_max);
  if (!problem.empty()) return;
  for (std::size_t index = 0; index < scenario.faults.size(); ++index) {
    faults_.push_back(std::make_unique<FaultProcess>(*this, scenario.faults[index], index));
    problem = faults_.back()->problem();
    if (!problem.empty()) return;
  }
  data_.components.resize(components_.size());
  clock_ = std::make_unique<PeriodClock>(simulator, components_in_order_, data_);
  for (const std::size_t index : by_name(components_in_order_)) components_in_order_[index]->start();
  const auto workload_name = [](const auto& workload) { return workload.first; };
  for (const std::size_t index : by_name(scenario.workloads, workload_name))
    clients_[index]->start(duration_);
}

World::~World() {
  // Tasks first: they hold places in the queues of components. What they called goes on in the background:
  // that last.
  for (Component* component : components_in_order_) {
    for (int index = 0; index < component->replica_count(); ++index)
      component->replica(index).own_tasks().clear();
  }
  simulator.background().clear();
}

void World::make_components() {
  for (const ComponentSpec& spec : scenario_.components) {
    components_.push_back(make_component(*this, spec));
    components_.back()->set_id(static_cast<std::uint16_t>(components_.size() - 1));
    components_in_order_.push_back(components_.back().get());
  }
  for (Component* component : components_in_order_) component->connect();
  for (const std::size_t index : by_name(components_in_order_)) {
    Component& component = *components_in_order_[index];
    component.make_replicas();
    if (component.spec().placement.scale)
      autoscalers_.push_back(std::make_unique<Autoscaler>(*this, component));
  }
}

void World::make_clients(std::string& problem) {
  const std::size_t count = scenario_.workloads.size();
  data_.workloads.resize(count);
  data_.unfinished.resize(count);
  data_.turned_down.resize(count);
  data_.warmup.resize(count);
  for (std::size_t index = 0; index < count; ++index) {
    const auto& [name, workload] = scenario_.workloads[index];
    clients_.push_back(std::make_unique<Client>(*this, name, workload, static_cast<int>(index), data_,
                                                client_places(workload)));
    clients_.back()->set_max_in_flight(static_cast<std::size_t>(scenario_.run.max_in_flight.value));
    problem = clients_.back()->connect();
    if (!problem.empty()) return;
  }
}

std::vector<std::pair<double, PlaceId>> World::client_places(const Workload& workload) const {
  std::vector<std::pair<double, PlaceId>> places;
  double cumulated = 0;
  const auto add_region = [&](std::string_view region, double share) {
    const std::vector<PlaceId> zones = places_named(region);
    for (const PlaceId zone : zones) {
      cumulated += share / static_cast<double>(zones.size());
      places.emplace_back(cumulated, zone);
    }
  };
  for (const auto& [region, share] : workload.from) add_region(region, share.value);
  if (places.empty()) add_region(network.place(0).region, 1);
  return places;
}

Component& World::component(std::string_view name) {
  for (const auto& component : components_) {
    if (component->name() == name) return *component;
  }
  assert(false && "the loader has checked every name");
  return *components_.front();
}

std::vector<PlaceId> World::places_named(std::string_view name) const {
  std::vector<PlaceId> places;
  for (PlaceId id = 0; id < network.size(); ++id) {
    const Place& place = network.place(id);
    if (place.region == name || place.name() == name) places.push_back(id);
  }
  return places;
}

std::vector<PlaceId> World::places_of(const ComponentSpec& spec) const {
  std::vector<PlaceId> places;
  for (const std::string& name : spec.placement.zones) {
    for (const PlaceId id : places_named(name)) places.push_back(id);
  }
  if (places.empty()) places = places_named(network.place(0).region);
  return places;
}

void World::advance(Nanoseconds until, const std::atomic<bool>& stop) {
  until = std::min(until, duration_);
  while (simulator.now() < until && !stop.load(std::memory_order_relaxed)) {
    simulator.run_until(std::min(until, simulator.now() + data_.period));
  }
}

void World::end_now() {
  duration_ = simulator.now();
  for (const auto& client : clients_) client->stop();
}

void World::drain(const std::atomic<bool>& stop) {
  const auto waiting = [&] {
    return std::any_of(clients_.begin(), clients_.end(),
                       [](const auto& client) { return client->waiting() > 0; });
  };
  clock_.reset();
  const Nanoseconds limit = 2 * duration_;
  while (waiting() && simulator.now() < limit && !stop.load(std::memory_order_relaxed)) {
    simulator.run_until(std::min(limit, simulator.now() + data_.period));
  }
}

RunData& World::finish() {
  for (std::size_t index = 0; index < clients_.size(); ++index)
    data_.unfinished[index] = clients_[index]->waiting();
  data_.events = simulator.events_run();
  data_.fingerprint = simulator.fingerprint();
  return data_;
}

}  // namespace windtunnel
