#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "components/cache_content.hpp"
#include "components/caller.hpp"
#include "components/component.hpp"
#include "components/key_batch.hpp"
#include "components/sharding.hpp"
#include "components/single_flight.hpp"
#include "kernel/samplers.hpp"
#include "kernel/station.hpp"
#include "language/call_policy.hpp"
#include "language/law.hpp"

namespace windtunnel {

namespace eviction {
const Choices<PolicyKind>& choices(PolicyKind);
}

/// How much a cache holds: `20M items`, or `64GiB` of entries of `item_size`.
struct CacheCapacity {
  std::optional<Count> items;
  std::optional<Bytes> size;
};
template <>
struct ValueType<CacheCapacity> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, CacheCapacity&);
  static void measure(const CacheCapacity&, std::vector<double>&) {}
};

enum class WriteRule { write_through, write_around, write_back, invalidate };
const Choices<WriteRule>& choices(WriteRule);
enum class FillRule { in_time, always };
const Choices<FillRule>& choices(FillRule);
enum class OnDown { origin, fail };
const Choices<OnDown>& choices(OnDown);

/// `type: cache`
struct CacheFields {
  std::optional<CacheCapacity> capacity;
  std::optional<Bytes> item_size;
  eviction::PolicyKind policy = eviction::PolicyKind::lru;
  std::optional<Duration> ttl;
  bool sliding = false;
  Ratio jitter;
  int shards = 1;
  std::optional<int> copies;
  std::optional<ComponentRef> origin;
  CallPolicy fetch;
  FillRule fill = FillRule::in_time;
  bool single_flight = true;
  WriteRule writes = WriteRule::invalidate;
  DurationLaw hit_time;
  Duration per_key;
  int threads = 1;
  std::optional<int> queue;
  std::optional<Ratio> hit_ratio;
  std::optional<int> sample;
  bool warm = true;
  OnDown on_down = OnDown::origin;

  /// Entries that fit; 0 where a pinned hit ratio needs none.
  double capacity_items() const;
};
void describe(Fields<CacheFields>& f);

/// A cache in front of a slower origin. Keys, capacity and eviction are real; the hit ratio is a result,
/// unless it is pinned. Keys are split over shards, and a call for many goes to all shards that hold one of
/// them; each shard asks the origin for what it misses.
class Cache : public Component {
 public:
  Cache(Environment& environment, const ComponentSpec& spec);
  ~Cache() override;

  void connect() override;
  void make_replicas() override;
  Task<Reply> request(Call call, Balancer& balancer) override;
  void add_resources(std::vector<ResourceUse>& uses) const override;
  void add_metrics(std::vector<Metric>& metrics) const override;

  /// Makes a component the origin of a cache without one (a feature store's online part).
  void set_origin(Component& origin);
  bool has_origin() const { return origin_ != nullptr; }

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;
  void replica_crashed(Replica& replica) override;

 private:
  /// What a shard has not found of a call's keys.
  struct Misses {
    KeyBatchPool::Lease batch;  ///< the known ones
    std::uint32_t unknown;
    double weight;  ///< keys for which each known one stands
  };

  Task<Reply> ask_shard(Call call, std::uint32_t shard);
  Task<Reply> ask_shard_or_origin(Call call, std::uint32_t shard);
  Task<Reply> ask_all_shards(Call call);
  Task<> ask_part(Call call, std::uint32_t shard, class Gathering& gathering);

  Misses look_up(const Call& call, std::uint32_t shard);
  Task<Reply> fetch(Call call, Replica& replica, Misses misses);
  Task<Reply> write(Call& call, Replica& replica);
  void apply_write(const Call& call, std::uint32_t shard);
  Task<> write_behind(Call call);
  Task<> store_answer(Replica& replica, std::uint32_t keys);
  Task<Reply> ask_origin(Call call, const Replica& replica);
  KeyGroup keys_of(const Call& call);
  Nanoseconds work(const Replica& replica, std::uint32_t keys);

  const CacheFields& fields_;
  Sampler hit_law_;
  double per_key_seconds_;
  std::uint32_t sample_;
  RandomStream work_stream_;
  RandomStream hit_stream_;
  KeyDraws draws_;
  KeyBatchPool batches_;
  KeyBatch drawn_;  // of a call whose keys were not drawn on its way
  Sharding sharding_;
  std::unique_ptr<CacheContent> content_;               // null where the hit ratio is pinned
  std::vector<std::unique_ptr<SingleFlight>> flights_;  // by shard
  std::vector<std::unique_ptr<Station>> threads_;       // by replica
  std::unique_ptr<Caller> origin_;
  TimeoutLane* patience_ = nullptr;  // with `fill: always`, for the answer; the fetch itself goes on
  std::unique_ptr<Caller> detour_;   // of callers past dead shards
  double hits_ = 0;
  double lookups_ = 0;
  double shared_ = 0;  // misses that waited for another's fetch
};

}  // namespace windtunnel
