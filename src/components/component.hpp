#pragma once
#include <memory>
#include <string>
#include <vector>

#include "components/balancer.hpp"
#include "components/call.hpp"
#include "components/environment.hpp"
#include "components/meter.hpp"
#include "components/replica.hpp"
#include "kernel/task.hpp"

namespace windtunnel {

/// A figure of one type of component alone, for the answer.
struct Metric {
  const char* name;  ///< ends in its unit: `hit_ratio`, `batch_size`
  double numerator;
  double denominator;  ///< the figure is numerator / denominator, both sums since the start
};

/// What use costs besides machines: calls, tokens, bytes.
struct Charge {
  std::string item;  ///< what is counted: "1M input tokens"
  double units;      ///< used since the start
  double usd_per_unit;
  std::string source;  ///< of the price
  std::string as_of;
};

/// A part of the architecture in simulated time. A type of component derives from it and says what its
/// replicas do with a call (`serve`); the trip there and back, counting, tracing and crashes are the same for
/// all.
class Component {
 public:
  Component(Environment& environment, const ComponentSpec& spec);
  virtual ~Component();
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;

  const std::string& name() const { return spec_.name; }
  const ComponentSpec& spec() const { return spec_; }
  /// Its position among the scenario's components.
  std::uint16_t id() const { return id_; }
  void set_id(std::uint16_t id) { id_ = id; }

  /// Second step of construction, when every component exists: looks up the components it calls.
  virtual void connect() {}
  /// Called once when simulated time starts: background activities begin here.
  virtual void start() {}

  /// One call from its sending to the arrival of its answer. The caller's balancer chooses the replica here;
  /// types that are split by key override it and visit a replica of the right part.
  virtual Task<Reply> request(Call call, Balancer& balancer);

  /// The trip to one replica and back. `balancer` (may be null) counts it as outstanding from sending to
  /// return.
  Task<Reply> visit(Call call, Replica& replica, Balancer* balancer, int backend);

  /// The same for what runs inside its caller's process, as a client library does: no trip, and no replica
  /// that could be down. `serve` finds the caller's place in the call.
  Task<Reply> stay(Call call);

  /// The replicas there are at the start; sharded types make as many as their shards and copies need.
  virtual void make_replicas();
  /// Makes the next replica, in the next of the component's zones; it takes calls at once.
  Replica& add_replica();
  Replica& add_replica_at(PlaceId place);
  /// Replicas that exist, also those down or starting.
  int replica_count() const { return static_cast<int>(replicas_.size()); }
  Replica& replica(int index) const { return *replicas_[static_cast<std::size_t>(index)]; }

  /// How callers without a load balancer between spread their calls over the replicas.
  const BalancerOptions& balancing() const { return balancing_; }
  /// From now on the watcher is told of every replica, those that exist included.
  void watch(ReplicaWatcher& watcher);

  Meter& meter() { return meter_; }
  const Meter& meter() const { return meter_; }
  /// Its resources' use up to now; the first is the one whose exhaustion is named first.
  virtual void add_resources(std::vector<ResourceUse>& uses) const = 0;
  /// Figures of this type alone (hit ratio, batch size), as sums since the start.
  virtual void add_metrics(std::vector<Metric>&) const {}
  /// What its use has cost besides its machines; always the same items in the same order.
  virtual void add_charges(std::vector<Charge>&) const {}

 protected:
  /// What a replica does with a call that has reached it.
  virtual Task<Reply> serve(Call& call, Replica& replica) = 0;
  /// A replica has been added (at the start or by scaling); make its queues.
  virtual void replica_added(Replica& replica) = 0;
  /// A replica lost what it had in memory.
  virtual void replica_crashed(Replica&) {}

  /// Notes time in a queue for the meter and the trace.
  void note_wait(const Call& call, Nanoseconds waited);
  /// The answer to a call for which no replica is believed to be alive.
  Task<Reply> nobody_there(Call call);
  Nanoseconds opening_time(const Call& call, PlaceId there);

  Environment& environment_;
  Simulator& simulator_;

 private:
  friend class Replica;

  const ComponentSpec& spec_;
  BalancerOptions balancing_;
  std::uint16_t id_ = 0;
  Meter meter_;
  RandomStream network_stream_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  List<ReplicaWatcher> watchers_;
};

}  // namespace windtunnel
