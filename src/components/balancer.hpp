#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "components/call.hpp"
#include "components/replica.hpp"
#include "kernel/event_queue.hpp"
#include "kernel/random.hpp"
#include "kernel/simulator.hpp"
#include "language/balance.hpp"

namespace windtunnel {

struct BalancerOptions {
  BalancePolicy policy = BalancePolicy::round_robin;
  int choices = 2;                  ///< d of least_requests
  bool with_replacement = false;    ///< whether the d draws may hit one backend twice
  bool zone_aware = false;          ///< only backends of the caller's zone while one of them is healthy
  Nanoseconds snapshot_period = 0;  ///< age up to which load figures may be stale; 0: always fresh
  int virtual_nodes = 160;          ///< consistent_hash: points on the ring per unit of weight
  double bound = 1.25;              ///< consistent_hash: most load of a backend over the mean; 0: unbounded
  /// Active health checks: a dead backend is taken out after `fall` failed checks in a row, and comes back
  /// after `rise` good ones. The first check falls at a uniform point of the interval.
  Nanoseconds check_interval = 5'000'000'000;
  Nanoseconds check_timeout = 1'000'000'000;
  int fall = 3;
  int rise = 2;
  std::vector<double> weights;  ///< of `weighted`, by backend; 1 for those beyond its end
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

  /// The replica becomes the backend with the next index; its life is noticed through the health checks.
  void replica_added(Replica& replica) override;
  void replica_changed(Replica& replica) override;
  void replica_opened(Replica& replica, bool open) override;

  int size() const { return static_cast<int>(backends_.size()); }
  Replica& replica(int backend) const { return *replicas_[static_cast<std::size_t>(backend)]; }
  std::int32_t outstanding(int backend) const { return outstanding_[static_cast<std::size_t>(backend)]; }

  /// The backend to send `call` to; nobody where none is believed to be alive.
  int pick(const Call& call);
  void sent(int backend) { ++outstanding_[static_cast<std::size_t>(backend)]; }
  void returned(int backend) { --outstanding_[static_cast<std::size_t>(backend)]; }

 private:
  struct Backend;
  struct Refresh;

  std::int32_t load(int backend) const { return seen_load()[static_cast<std::size_t>(backend)]; }
  const std::vector<std::int32_t>& seen_load() const { return refresh_ ? snapshot_ : outstanding_; }
  void rebuild_candidates();
  const std::vector<int>& candidates_for(const Call& call);
  int pick_least_of(const std::vector<int>& candidates);
  int pick_least(const std::vector<int>& candidates);
  int pick_weighted(const std::vector<int>& candidates);
  int pick_on_ring(const std::vector<int>& candidates, std::uint64_t key);

  Simulator& simulator_;
  BalancerOptions options_;
  RandomStream stream_;
  std::vector<std::unique_ptr<Backend>> backends_;
  std::vector<Replica*> replicas_;  // of the backends: read for every call, so kept apart
  std::vector<std::int32_t> outstanding_;
  std::vector<std::int32_t> snapshot_;
  std::vector<int> candidates_;                        // usable, in order of index
  std::vector<std::vector<int>> candidates_by_place_;  // the same by zone, for zone_aware
  std::uint64_t turn_ = 0;
  std::unique_ptr<Refresh> refresh_;
};

}  // namespace windtunnel
