#pragma once
#include <string>
#include <vector>

#include "kernel/random.hpp"
#include "kernel/task.hpp"
#include "language/fault.hpp"
#include "network/network.hpp"

namespace windtunnel {

class World;
class Replica;

/// Brings one fault of the scenario about, once or again and again, and mends it.
class FaultProcess {
 public:
  FaultProcess(World& world, const Fault& fault, std::size_t index);
  /// Why it cannot do anything; empty where it can. Replicas that autoscaling may add later do not count.
  std::string problem();

 private:
  struct Direction {
    PlaceId from;
    PlaceId to;
  };
  Task<> happen();
  void begin();
  void end();
  FaultTarget::Kind kind_of(const FaultTarget& target) const;
  std::vector<Replica*> struck_replicas(const std::vector<FaultTarget>& targets);
  std::vector<PlaceId> struck_places(const std::vector<FaultTarget>& side);
  std::vector<Direction> struck_links(const std::vector<std::vector<FaultTarget>>& sides);

  World& world_;
  const Fault& fault_;
  RandomStream stream_;
  std::vector<Replica*> replicas_;  // struck by the present occurrence, as are the links
  std::vector<Direction> links_;
};

}  // namespace windtunnel
