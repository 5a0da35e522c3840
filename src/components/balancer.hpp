#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "components/call.hpp"
#include "components/hashing/ring_library.hpp"
#include "components/health_check.hpp"
#include "components/replica.hpp"
#include "kernel/random.hpp"
#include "kernel/simulator.hpp"
#include "language/balance.hpp"
#include "network/network.hpp"

namespace windtunnel {

struct BalancerOptions {
  BalancePolicy policy = BalancePolicy::round_robin;
  int choices = 2;                  ///< d of least_requests
  bool with_replacement = false;    ///< whether the d draws may hit one backend twice
  bool zone_aware = false;          ///< the own zone's backends first, then the own region's, then all
  Nanoseconds snapshot_period = 0;  ///< age up to which load figures may be stale; 0: always fresh
  int virtual_nodes = 160;          ///< consistent_hash: points on the ring per unit of weight
  double bound = 1.25;              ///< consistent_hash: most load of a backend over the mean; 0: unbounded
  std::uint64_t ring_seed = 0;      ///< balancers with one seed agree on who owns a key
  std::shared_ptr<RingLibrary> rings;  ///< shared by balancers in front of the same backends; null: own ones
  HealthCheckOptions checks;
  /// Weights of the backends of whole components, shared among the replicas there are at the start.
  std::vector<std::pair<const Component*, double>> component_weights;
  std::vector<double> weights;   ///< by backend, where there are no weights of components; 1 beyond its end
  std::uint64_t first_turn = 0;  ///< where round_robin begins
};

/// The options of a balancer as the language states them.
BalancerOptions balancer_options(const Balance& balance);

/// One balancer's view of the backends behind it: what it has sent and not yet got back, and whom it believes
/// to be alive. Several balancers in front of the same backends each have a view of their own.
class Balancer : public ReplicaWatcher {
 public:
  static constexpr int nobody = -1;

  Balancer(Simulator& simulator, const BalancerOptions& options, RandomStream stream);
  ~Balancer() override;
  /// The component's replicas become backends, now and in the future; several components may be followed.
  void follow(Component& component);
  /// Where it stands: its health checks fail while the way to a backend is cut, and zone_aware has a meaning.
  void stand_at(Network& network, PlaceId place);

  /// The replica becomes the backend with the next index; its life is noticed through the health checks.
  void replica_added(Replica& replica) override;
  void replica_changed(Replica& replica) override;
  void replica_opened(Replica& replica, bool open) override;

  int size() const { return static_cast<int>(backends_.size()); }
  Replica& replica(int backend) const { return *replicas_[static_cast<std::size_t>(backend)]; }
  std::int32_t outstanding(int backend) const { return outstanding_[static_cast<std::size_t>(backend)]; }
  bool believed_healthy(int backend) const;

  /// The backend to send `call` to; nobody where none is believed to be alive.
  int pick(const Call& call);
  void sent(int backend) { change_load(backend, 1); }
  void returned(int backend) { change_load(backend, -1); }

 private:
  class Backend;
  class Follower;
  class Links;
  struct Refresh;

  void change_load(int backend, std::int32_t by) {
    outstanding_[static_cast<std::size_t>(backend)] += by;
    changed_[static_cast<std::size_t>(backend)] = ++changes_;
  }
  std::int32_t load(int backend) const { return seen_load()[static_cast<std::size_t>(backend)]; }
  double weight(int backend) const { return weights_[static_cast<std::size_t>(backend)]; }
  const std::vector<std::int32_t>& seen_load() const { return refresh_ ? snapshot_ : outstanding_; }
  bool less_loaded(int a, int b) const;
  double initial_weight(const Replica& replica) const;
  void rebuild_candidates();
  int pick_least_of_drawn();
  int pick_least_of_all();
  int pick_weighted();
  int pick_on_ring(std::uint64_t key);

  Simulator& simulator_;
  BalancerOptions options_;
  RandomStream stream_;
  RandomStream check_stream_;
  std::vector<std::unique_ptr<Backend>> backends_;
  std::vector<Replica*> replicas_;  // of the backends: read for every call, so kept apart, as all below
  std::vector<double> weights_;
  std::vector<double> turns_owed_;  // of smooth weighted round robin
  std::vector<std::int32_t> outstanding_;
  std::vector<std::int32_t> snapshot_;
  std::vector<std::uint64_t> changed_;  // when the load changed last, by the count of all changes
  std::uint64_t changes_ = 0;
  std::vector<int> candidates_;  // usable, in order of index
  bool candidates_are_old_ = true;
  std::uint64_t turn_ = 0;
  std::shared_ptr<const HashRing> ring_;  // of the candidates; null where it must be made anew
  Network* network_ = nullptr;
  PlaceId place_ = 0;
  std::vector<std::unique_ptr<Follower>> followers_;
  std::unique_ptr<Links> links_;
  std::unique_ptr<Refresh> refresh_;
};

}  // namespace windtunnel
