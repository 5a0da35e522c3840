#pragma once
#include <memory>
#include <vector>

#include "components/caller.hpp"
#include "components/component.hpp"
#include "kernel/samplers.hpp"
#include "language/law.hpp"

namespace windtunnel {

enum class DnsPolicy { nearest, failover, round_robin };
const Choices<DnsPolicy>& choices(DnsPolicy);

/// `type: dns`
struct DnsFields {
  std::vector<ComponentRef> to;
  DnsPolicy policy = DnsPolicy::nearest;
  Duration ttl;
  DurationLaw lookup;
  int resolvers = 100;
  Duration check_every;
  int fall = 3;
  int rise = 3;
};
void describe(Fields<DnsFields>& f);

/// A name that stands for one of several components. Clients keep the answer for its time to live, and so go
/// on calling a dead one until theirs has run out.
class Dns : public Component {
 public:
  Dns(Environment& environment, const ComponentSpec& spec);
  ~Dns() override;

  void connect() override;
  Task<Reply> request(Call call, Balancer& balancer) override;
  void add_resources(std::vector<ResourceUse>&) const override {}
  void add_metrics(std::vector<Metric>& metrics) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica&) override {}

 private:
  struct Target;
  struct Answer {
    Nanoseconds expires = -1;
    int target = 0;
  };
  Answer& cached(const Call& call);
  int choose(PlaceId from);
  const std::vector<int>& by_distance(PlaceId from);

  const DnsFields& fields_;
  Sampler lookup_law_;
  RandomStream lookup_stream_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::vector<std::vector<Answer>> answers_;   // by the client's place, then by resolver
  std::vector<std::vector<int>> by_distance_;  // targets, by the client's place
  std::uint64_t turn_ = 0;
  double cached_ = 0;
  double queries_ = 0;
};

}  // namespace windtunnel
