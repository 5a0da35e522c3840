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

/// Keeps a component's utilization at its target by adding and closing replicas, as the Kubernetes
/// HorizontalPodAutoscaler decides: desired = ceil(replicas * utilization / target), left alone within the
/// tolerance; at most doubled, or 4 more, at a time on the way up; on the way down the highest need of the
/// last window.
class Autoscaler : Event {
 public:
  Autoscaler(World& world, Component& component);

 private:
  void decide();
  double utilization();
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
  double busy_area_ = 0;
  double capacity_area_ = 0;
  std::deque<std::pair<Nanoseconds, int>> needs_;  // recommendations of the last window
};

}  // namespace windtunnel
