#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "components/cache.hpp"

namespace windtunnel {

/// `type: cdn`
struct CdnFields {
  ComponentRef origin;
  CallPolicy fetch;
  std::optional<CacheCapacity> capacity;
  std::optional<Bytes> item_size;
  eviction::PolicyKind policy = eviction::PolicyKind::lru;
  std::optional<Duration> ttl;
  Ratio cacheable;
  std::optional<Ratio> hit_ratio;
  DurationLaw hit_time;
  bool warm = true;
};
void describe(Fields<CdnFields>& f);

/// Caches near the clients: each region has an edge, which answers what it has and asks the origin for the
/// rest.
class Cdn : public Component {
 public:
  Cdn(Environment& environment, const ComponentSpec& spec);
  ~Cdn() override;

  void connect() override;
  void make_replicas() override;
  Task<Reply> request(Call call, Balancer& balancer) override;
  void add_resources(std::vector<ResourceUse>&) const override {
  }  // an edge's machines are its operator's matter
  void add_metrics(std::vector<Metric>& metrics) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;
  void replica_crashed(Replica& replica) override;

 private:
  struct Edge;
  Replica* nearest(PlaceId from);
  bool has(Edge& edge, const Call& call);
  Task<Reply> fetch(Call& call, Replica& replica, Edge& edge);
  Task<Reply> ask_origin(Call call, const Replica& replica);

  const CdnFields& fields_;
  Sampler hit_law_;
  RandomStream stream_;
  KeyDraws draws_;
  std::vector<std::unique_ptr<Edge>> edges_;        // by replica
  std::vector<std::vector<Replica*>> by_distance_;  // by the caller's place
  std::unique_ptr<Caller> origin_;
  double hits_ = 0;
  double lookups_ = 0;
};

}  // namespace windtunnel
