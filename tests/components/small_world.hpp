#pragma once
#include <memory>
#include <string>

#include "catalog/catalog.hpp"
#include "language/scenario.hpp"
#include "simulation/world.hpp"

namespace windtunnel {

/// A scenario given as text, simulated for as long as a test wants.
class SmallWorld {
 public:
  /// Fails the test that makes it where the text has errors.
  explicit SmallWorld(const std::string& text, std::uint64_t seed = 1);
  ~SmallWorld();

  void run_for(double seconds);
  World& world() { return *world_; }

  /// A metric of a component since the last `forget`.
  double metric(const std::string& component, const std::string& name);
  double busy_share(const std::string& component, int resource = 0);
  /// Calls that reached it, since the last `forget`.
  double calls(const std::string& component);
  void forget();

  /// Of the answers to requests of the first workload since the start.
  double mean_seconds();
  double quantile_seconds(double q);
  double outcomes(Outcome outcome);
  double requests();
  double mean_quality();

 private:
  struct Mark;
  std::unique_ptr<Mark> mark_of(const std::string& component);
  WorkloadPeriod total();

  Scenario scenario_;
  std::unique_ptr<World> world_;
  double now_seconds_ = 0;
  std::vector<std::unique_ptr<Mark>> marks_;
};

/// What is wrong with a scenario, as its reader is told; empty for nothing.
std::string problems_of(const std::string& text);

}  // namespace windtunnel
