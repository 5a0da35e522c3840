#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "components/ballot.hpp"
#include "components/component.hpp"
#include "components/key_batch.hpp"
#include "components/sharding.hpp"
#include "kernel/samplers.hpp"
#include "kernel/station.hpp"
#include "language/law.hpp"

namespace windtunnel {

enum class DatabaseKind { relational, key_value, wide_column, document };
const Choices<DatabaseKind>& choices(DatabaseKind);

enum class ReplicationMode { quorum, raft, leader_sync, leader_async };
const Choices<ReplicationMode>& choices(ReplicationMode);
enum class ReadFrom { any, leader };
const Choices<ReadFrom>& choices(ReadFrom);
enum class Across { zones, one_zone };
const Choices<Across>& choices(Across);
enum class Asking { needed, all };
const Choices<Asking>& choices(Asking);

/// `replication: {copies: 3, across: zones, read: 1, write: 2}`
struct Replication {
  int copies = 3;
  ReplicationMode mode = ReplicationMode::quorum;
  std::optional<int> read;
  std::optional<int> write;
  Across across = Across::zones;
  Asking asking = Asking::needed;
  std::optional<ReadFrom> reads;

  /// Copies that must have answered a read, and acknowledged a write (the leader included).
  int read_quorum() const;
  int write_quorum() const;
  bool has_leader() const { return mode != ReplicationMode::quorum; }
  bool reads_from_leader() const;
};
void describe(Fields<Replication>& f);

/// `type: database`
struct DatabaseFields {
  DatabaseKind kind = DatabaseKind::relational;
  int shards = 1;
  std::optional<int> copies;
  std::optional<Replication> replication;
  std::optional<DurationLaw> read;
  std::optional<DurationLaw> write;
  Duration per_key;
  int workers = 32;
  std::optional<int> connections;
  std::optional<int> queue;

  Replication replicated() const;
};
void describe(Fields<DatabaseFields>& f);

/// The law that a kind of database has unless the scenario gives one.
Distribution default_law(DatabaseKind kind, Operation operation);

/// A database whose rows are spread over shards by a hash of their key, each on one or several copies.
/// Callers send to the copies themselves, as drivers that know where each key is; in the modes with a leader,
/// writes go to it and it sends them on.
class Database : public Component {
 public:
  Database(Environment& environment, const ComponentSpec& spec);
  ~Database() override;

  void make_replicas() override;
  Task<Reply> request(Call call, Balancer& balancer) override;
  void add_resources(std::vector<ResourceUse>& uses) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;

 private:
  struct Node;

  Task<Reply> ask_all_shards(Call call);
  Task<> ask_part(Call call, std::uint32_t shard, class Gathering& gathering);
  Task<Reply> ask_shard(Call call, std::uint32_t shard);
  Task<Reply> ask_copies(Call call, std::uint32_t shard, int needed, int asked);
  Task<> ask_copy(Call call, Sharding::Target target, BallotPool::Ref ballot);
  Task<Reply> lead(Call& call, Replica& replica);
  void send_to_followers(const Call& call, const Replica& leader, const BallotPool::Ref& ballot);
  Task<Reply> run(Call& call, Replica& replica);
  Task<Reply> with_connection(Call& call, Replica& replica, bool leads);
  bool is_leader(const Replica& replica) const;
  Nanoseconds work(const Call& call, const Replica& replica);

  const DatabaseFields& fields_;
  Replication replication_;
  Sampler read_law_;
  Sampler write_law_;
  RandomStream work_stream_;
  KeyDraws draws_;
  KeyBatchPool batches_;
  BallotPool ballots_;
  Sharding sharding_;
  std::vector<std::unique_ptr<Node>> nodes_;  // by replica
};

}  // namespace windtunnel
