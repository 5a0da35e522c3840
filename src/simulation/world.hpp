#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "components/environment.hpp"
#include "language/scenario.hpp"
#include "simulation/client.hpp"
#include "simulation/measurements.hpp"

namespace windtunnel {

class Autoscaler;
class FaultProcess;

/// A scenario come to life: its components, network, clients, faults and autoscalers on one simulator, for
/// one replication. Runs on one thread.
class World : public Environment {
 public:
  /// `problem` says why the world cannot be built (a trace file that is missing, a region nobody knows).
  World(const Scenario& scenario, const Catalog& catalog, std::uint64_t seed, std::uint64_t replication,
        std::string& problem);
  ~World() override;

  /// Simulates until `until` (at most the scenario's duration); may be called again with a later time.
  /// Stops early where `stop` becomes true.
  void advance(Nanoseconds until, const std::atomic<bool>& stop);
  /// Makes this moment the end of the duration.
  void end_now();
  /// After the duration: no new requests; lets those under way end, for at most as long again.
  void drain(const std::atomic<bool>& stop);

  Nanoseconds duration() const { return duration_; }
  RunData& data() { return data_; }
  /// Fills in the totals of the run so far.
  RunData& finish();

  Component& component(std::string_view name) override;
  std::vector<PlaceId> places_of(const ComponentSpec& spec) const override;
  const std::vector<Component*>& components() const { return components_in_order_; }
  const Scenario& scenario() const { return scenario_; }
  /// Every place of a region, or the one zone of `region/zone`.
  std::vector<PlaceId> places_named(std::string_view name) const;

 private:
  void make_components();
  void make_clients(std::string& problem);
  std::vector<std::pair<double, PlaceId>> client_places(const Workload& workload) const;

  const Scenario& scenario_;
  Nanoseconds duration_;
  RunData data_;
  std::vector<std::unique_ptr<Component>> components_;
  std::vector<Component*> components_in_order_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::unique_ptr<FaultProcess>> faults_;
  std::vector<std::unique_ptr<Autoscaler>> autoscalers_;
  std::unique_ptr<PeriodClock> clock_;
};

/// Places and links of a scenario: the catalog's distances, overridden by `network:`. Without `regions:`
/// there is one place without distances.
void build_network(const Scenario& scenario, const Catalog& catalog, Network& network, std::string& problem);

}  // namespace windtunnel
