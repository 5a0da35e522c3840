#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "components/balancer.hpp"
#include "components/component.hpp"
#include "kernel/samplers.hpp"
#include "kernel/station.hpp"
#include "language/balance.hpp"
#include "language/component.hpp"
#include "language/law.hpp"

namespace windtunnel {

/// `checks: {every: 5s, timeout: 1s, fall: 3, rise: 2}`
struct HealthChecks {
  Duration every;
  Duration timeout;
  int fall = 3;
  int rise = 2;
};
void describe(Fields<HealthChecks>& f);

/// `type: load_balancer`
struct LoadBalancerFields {
  Balance policy;
  std::vector<ComponentRef> to;
  std::vector<double> weights;
  bool zone_aware = false;
  HealthChecks checks;
  DurationLaw overhead;
};
void describe(Fields<LoadBalancerFields>& f);

/// Spreads calls over the replicas of one or several components. Each replica of the balancer has its own
/// view.
class LoadBalancer : public Component {
 public:
  LoadBalancer(Environment& environment, const ComponentSpec& spec);
  ~LoadBalancer() override;
  void connect() override;
  void start() override;
  void add_resources(std::vector<ResourceUse>& uses) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;

 private:
  BalancerOptions options() const;
  void watch_targets(Balancer& view);

  const LoadBalancerFields& fields_;
  Sampler overhead_law_;
  RandomStream overhead_stream_;
  std::vector<Component*> targets_;
  std::vector<std::unique_ptr<Balancer>> views_;  // by replica
  bool started_ = false;
};

}  // namespace windtunnel
