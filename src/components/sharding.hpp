#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "components/balancer.hpp"
#include "components/environment.hpp"
#include "components/replica.hpp"

namespace windtunnel {

/// The shard of a key. Every component has a salt of its own: two that hold the same keys spread them
/// differently, as two products with different hashes do.
inline std::uint32_t shard_of_key(std::uint64_t key, std::uint64_t salt, std::size_t shards) {
  return static_cast<std::uint32_t>((scramble(key + salt) & 0xffffffff) * shards >> 32);
}

/// Which replicas of a component hold which keys: `copies` of each of `shards`. The copies of a shard are
/// neighbours, so that they stand in different zones where there are as many. One view of their load and
/// health serves all callers. Replicas beyond shards * copies (scaling) become further copies.
class Sharding : public ReplicaWatcher {
 public:
  Sharding(Environment& environment, const std::string& owner, const BalancerOptions& options, int shards,
           int copies);

  int shards() const { return static_cast<int>(shards_.size()); }
  int copies() const { return copies_; }
  std::uint64_t salt() const { return salt_; }
  std::uint32_t shard_of(std::uint64_t key) const { return shard_of_key(key, salt_, shards_.size()); }
  std::uint32_t shard_of(const Replica& replica) const { return shard_of_index(replica.index()); }

  /// A replica and, where the shard has several, the view that counts calls to it.
  struct Target {
    Replica* replica = nullptr;  ///< null: none is believed to be alive
    Balancer* view = nullptr;
    int backend = 0;
  };
  /// The copy that gets this call by the balancing policy.
  Target pick(std::uint32_t shard, const Call& call);
  /// One copy after the other, from `pick` on: the i-th of a call for several copies.
  Target next(std::uint32_t shard, const Target& first, int i);
  Target copy(std::uint32_t shard, int number);
  int copies_of(std::uint32_t shard) const { return static_cast<int>(shards_[shard].replicas.size()); }

  void replica_added(Replica& replica) override;
  void replica_changed(Replica& replica) override;
  void replica_opened(Replica& replica, bool open) override;

 private:
  struct Shard {
    std::vector<Replica*> replicas;
    std::unique_ptr<Balancer> view;  // where there are copies
  };
  std::uint32_t shard_of_index(int index) const;

  std::uint64_t salt_;
  int copies_;
  std::vector<Shard> shards_;
};

}  // namespace windtunnel
