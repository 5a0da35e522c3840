#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "components/component.hpp"
#include "components/sharding.hpp"
#include "components/vector_index.hpp"
#include "kernel/samplers.hpp"
#include "kernel/station.hpp"
#include "language/law.hpp"

namespace windtunnel {

/// `type: vector_store`
struct VectorStoreFields {
  Count vectors;
  int dims = 0;
  VectorIndex index;
  int shards = 1;
  std::optional<int> copies;
  std::optional<DurationLaw> search;
  std::optional<Ratio> recall;
  int need = 1;
  std::optional<Duration> best_effort;
  std::optional<int> queue;
};
void describe(Fields<VectorStoreFields>& f);

/// Searches for the vectors nearest to a query. The vectors are spread over shards by chance, so each search
/// goes to all of them; what shards that do not answer hold is missing from the result.
class VectorStore : public Component {
 public:
  VectorStore(Environment& environment, const ComponentSpec& spec);

  void make_replicas() override;
  Task<Reply> request(Call call, Balancer& balancer) override;
  void add_resources(std::vector<ResourceUse>& uses) const override;
  void add_metrics(std::vector<Metric>& metrics) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;

 private:
  struct Search;
  Task<> ask_shard(Call call, std::uint32_t shard, Search& search);
  Nanoseconds work(const Call& call, const Replica& replica);

  const VectorStoreFields& fields_;
  double vectors_per_shard_;
  double recall_;
  int cores_;
  std::optional<Sampler> search_law_;
  RandomStream work_stream_;
  TimeoutLane* patience_ = nullptr;
  Sharding sharding_;
  std::vector<std::unique_ptr<Station>> nodes_;  // cores, by replica
  double found_ = 0;
  double searches_ = 0;
};

}  // namespace windtunnel
