#pragma once
#include <deque>
#include <utility>

#include "kernel/event_queue.hpp"
#include "kernel/random.hpp"
#include "kernel/samplers.hpp"
#include "kernel/task.hpp"
#include "kernel/time.hpp"
#include "language/scale.hpp"

namespace windtunnel {

class Component;
class World;

/// What the HorizontalPodAutoscaler knows of the replicas when it decides.
struct ReplicaLoad {
  int replicas = 0;  ///< asked for at present
  int ready = 0;     ///< those that serve and report their utilization
  double used = 0;   ///< sum of the utilizations of the ready ones, 1 being all that one has
  int unready = 0;   ///< on their way
  int missing = 0;   ///< there, but without a report
};

/// Replicas wanted to bring the mean utilization to `target`, before any limit: ceil(ready * ratio), where
/// the unready count as idle on the way up, the missing as fully used on the way down and idle on the way up,
/// and nothing changes within the tolerance or when these corrections turn the direction (Kubernetes,
/// pkg/controller/podautoscaler/replica_calculator.go).
int replicas_wanted(const ReplicaLoad& load, double target, double tolerance);

/// Keeps a component's utilization at its target by adding and closing replicas as the Kubernetes
/// HorizontalPodAutoscaler does by default: on the way up at most doubled or 4 more within 15 s; on the way
/// down to the highest need of the last window.
class Autoscaler : Event {
 public:
  Autoscaler(World& world, Component& component);

 private:
  void decide();
  double utilization();
  int most_allowed(int present) const;
  void grow(int count);
  void shrink(int count);
  Task<> start_replica();

  World& world_;
  Component& component_;
  const Scale& scale_;
  Sampler start_up_;
  RandomStream start_stream_;
  int serving_;       // replicas that take calls
  int starting_ = 0;  // asked for and not yet there
  int given_up_ = 0;  // among those under way: not wanted any more
  double busy_area_ = 0;
  double capacity_area_ = 0;
  std::deque<std::pair<Nanoseconds, int>> needs_;  // of the last window
  std::deque<std::pair<Nanoseconds, int>> added_;  // within the last period of the limit on growth
};

}  // namespace windtunnel
