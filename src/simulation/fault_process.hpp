#pragma once
#include <string>
#include <vector>

#include "kernel/random.hpp"
#include "kernel/task.hpp"
#include "language/fault.hpp"
#include "simulation/result.hpp"

namespace windtunnel {

class World;
class Replica;

/// Brings one fault of the scenario about, once or again and again, and mends it.
class FaultProcess {
 public:
  FaultProcess(World& world, const Fault& fault, std::size_t index);

 private:
  Task<> happen();
  void begin();
  void end();
  std::vector<Replica*> struck_replicas(const std::vector<FaultTarget>& targets);
  template <class Act>
  void for_each_link(const std::vector<std::vector<FaultTarget>>& sides, Act act);

  World& world_;
  const Fault& fault_;
  RandomStream stream_;
  std::vector<Replica*> struck_;  // by the present occurrence
};

}  // namespace windtunnel
