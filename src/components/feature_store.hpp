#pragma once
#include <memory>
#include <optional>

#include "components/caller.hpp"
#include "components/component.hpp"
#include "kernel/samplers.hpp"
#include "language/law.hpp"

namespace windtunnel {

enum class Pipeline { stream, batch };
const Choices<Pipeline>& choices(Pipeline);

/// `freshness: {pipeline: stream, lag: lognormal(p50=2s p99=30s)}`
struct Freshness {
  Pipeline pipeline = Pipeline::stream;
  DurationLaw lag;
  std::optional<Duration> period;
  std::optional<Duration> limit;
  std::optional<Duration> half_life;
};
void describe(Fields<Freshness>& f);

/// `type: feature_store`
struct FeatureStoreFields {
  std::optional<ComponentRef> online;
  std::optional<ComponentRef> origin;
  std::optional<Freshness> freshness;
};
void describe(Fields<FeatureStoreFields>& f);

/// Features by entity: an online store in front of where they come from, and how old what it returns is. It
/// runs inside its callers, as a client library does.
class FeatureStore : public Component {
 public:
  FeatureStore(Environment& environment, const ComponentSpec& spec);

  void connect() override;
  Task<Reply> request(Call call, Balancer& balancer) override;
  void add_resources(std::vector<ResourceUse>&) const override {}
  void add_metrics(std::vector<Metric>& metrics) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica&) override {}

 private:
  double draw_age_seconds();

  const FeatureStoreFields& fields_;
  Sampler lag_law_;
  RandomStream age_stream_;
  std::unique_ptr<Caller> store_;   // the online one, or the origin where there is none
  std::unique_ptr<Caller> behind_;  // asked when `store_` fails; null where that is not its caller's matter
  double age_seconds_ = 0;
  double stale_ = 0;
  double answers_ = 0;
};

}  // namespace windtunnel
