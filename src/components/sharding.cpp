#include "components/sharding.hpp"

namespace windtunnel {

Sharding::Sharding(Environment& environment, const std::string& owner, const BalancerOptions& options,
                   int shards, int copies)
    : salt_(hash_name(owner)), copies_(copies), shards_(static_cast<std::size_t>(shards)) {
  if (copies == 1) return;
  for (std::size_t number = 0; number < shards_.size(); ++number) {
    const std::string purpose = owner + "/copies/" + std::to_string(number);
    shards_[number].view =
        std::make_unique<Balancer>(environment.simulator, options, environment.stream(purpose));
  }
}

std::uint32_t Sharding::shard_of_index(int index) const {
  const int planned = shards() * copies_;
  return static_cast<std::uint32_t>(index < planned ? index / copies_ : index % shards());
}

Sharding::Target Sharding::copy(std::uint32_t shard, int number) {
  Shard& entry = shards_[shard];
  return {entry.replicas[static_cast<std::size_t>(number)], entry.view.get(), number};
}

Sharding::Target Sharding::pick(std::uint32_t shard, const Call& call) {
  Shard& entry = shards_[shard];
  if (!entry.view) return {entry.replicas.front(), nullptr, 0};
  const int backend = entry.view->pick(call);
  if (backend == Balancer::nobody) return {};
  return copy(shard, backend);
}

Sharding::Target Sharding::next(std::uint32_t shard, const Target& first, int i) {
  return copy(shard, (first.backend + i) % copies_of(shard));
}

void Sharding::replica_added(Replica& replica) {
  Shard& entry = shards_[shard_of(replica)];
  entry.replicas.push_back(&replica);
  if (entry.view) entry.view->replica_added(replica);
}

void Sharding::replica_changed(Replica& replica) {
  if (Balancer* view = shards_[shard_of(replica)].view.get()) view->replica_changed(replica);
}

void Sharding::replica_opened(Replica& replica, bool open) {
  if (Balancer* view = shards_[shard_of(replica)].view.get()) view->replica_opened(replica, open);
}

}  // namespace windtunnel
