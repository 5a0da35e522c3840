#include "components/database.hpp"

#include <algorithm>
#include <limits>

#include "components/gathering.hpp"
#include "components/sampling.hpp"

namespace windtunnel {
namespace {

// Rows of a call for more than this many fall onto shards by chance instead of by their keys.
constexpr std::uint32_t most_keys_drawn = 100;

Distribution law_of(const DatabaseFields& fields, const std::optional<DurationLaw>& given,
                    Operation operation) {
  if (given) return *given;
  return default_law(fields.kind, operation);
}

}  // namespace

/// What one server has to give.
struct Database::Node {
  Node(Simulator& simulator, const DatabaseFields& fields)
      : workers(simulator, fields.workers, Discipline::fifo, fields.connections ? unbounded : limit(fields)),
        connections(simulator, fields.connections.value_or(1), Discipline::fifo, limit(fields)) {}
  static std::int64_t limit(const DatabaseFields& fields) { return fields.queue ? *fields.queue : unbounded; }
  Station workers;
  Station connections;
};

Database::Database(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<DatabaseFields>()),
      replication_(fields_.replicated()),
      read_law_(make_sampler(law_of(fields_, fields_.read, Operation::read))),
      write_law_(make_sampler(law_of(fields_, fields_.write, Operation::write))),
      work_stream_(environment.stream(spec.name + "/work")),
      draws_(environment.key_spaces, environment.stream(spec.name + "/keys")),
      sharding_(environment, spec.name, balancing(), fields_.shards, replication_.copies) {}

Database::~Database() {
  for (int index = 0; index < replica_count(); ++index) replica(index).own_tasks().clear();
}

void Database::make_replicas() {
  watch(sharding_);
  const std::vector<PlaceId> places = environment_.places_of(spec());
  for (int shard = 0; shard < sharding_.shards(); ++shard) {
    for (int copy = 0; copy < replication_.copies; ++copy) {
      if (replication_.across == Across::one_zone) {
        add_replica_at(places[static_cast<std::size_t>(shard) % places.size()]);
      } else {
        add_replica();
      }
    }
  }
}

void Database::replica_added(Replica&) { nodes_.push_back(std::make_unique<Node>(simulator_, fields_)); }

Nanoseconds Database::work(const Call& call, const Replica& replica) {
  const Sampler& law = call.operation == Operation::write ? write_law_ : read_law_;
  const double seconds = law.sample(work_stream_) + fields_.per_key.seconds * (call.count - 1);
  return to_nanoseconds(seconds * replica.slowness());
}

Task<Reply> Database::request(Call call, Balancer&) {
  if (call.count > 1 && sharding_.shards() > 1) return ask_all_shards(std::move(call));
  const std::uint32_t shard = sharding_.shard_of(call.key);
  return ask_shard(std::move(call), shard);
}

Task<Reply> Database::ask_all_shards(Call call) {
  const KeyBatchPool::Lease batch = batches_.take();
  draws_.draw(call, most_keys_drawn, simulator_.now(), *batch);
  const auto shard_of = [this](std::uint64_t key) { return sharding_.shard_of(key); };
  draws_.split(call, static_cast<std::uint32_t>(sharding_.shards()), shard_of, *batch);
  Gathering gathering(simulator_, static_cast<int>(batch->parts.size()));
  for (const KeyBatch::Part& part : batch->parts) {
    Call partial = call;
    partial.count = part.count;
    partial.group = nullptr;
    partial.request_bytes = share_of_bytes(call.request_bytes, part.count, call.count);
    partial.response_bytes = share_of_bytes(call.response_bytes, part.count, call.count);
    gathering.join.start(ask_part(std::move(partial), part.shard, gathering));
  }
  co_await gathering.join;
  co_return gathering.reply();
}

Task<> Database::ask_part(Call call, std::uint32_t shard, Gathering& gathering) {
  gathering.add(co_await ask_shard(std::move(call), shard));
}

/// A call for keys of one shard, to the copies that the mode of replication asks for.
Task<Reply> Database::ask_shard(Call call, std::uint32_t shard) {
  const bool writes = call.operation == Operation::write;
  if (writes ? replication_.has_leader() : replication_.reads_from_leader()) {
    const Sharding::Target leader = sharding_.copy(shard, 0);
    return visit(std::move(call), *leader.replica, leader.view, leader.backend);
  }
  const int needed = writes ? replication_.write_quorum() : replication_.read_quorum();
  const bool all = writes || replication_.asking == Asking::all;
  const int asked = all && !replication_.has_leader() ? sharding_.copies_of(shard) : needed;
  if (asked > 1) return ask_copies(std::move(call), shard, needed, asked);
  const Sharding::Target target = sharding_.pick(shard, call);
  if (!target.replica) return nobody_there(std::move(call));
  return visit(std::move(call), *target.replica, target.view, target.backend);
}

/// Sends to several copies, the caller being the coordinator, and waits for as many as needed. The others go
/// on.
Task<Reply> Database::ask_copies(Call call, std::uint32_t shard, int needed, int asked) {
  const BallotPool::Owner ballot = ballots_.open(simulator_, needed, asked);
  Sharding::Target first = sharding_.pick(shard, call);
  if (!first.replica) first = sharding_.copy(shard, 0);
  int sent = 0;
  // A coordinator prefers copies that it can reach; those that are down come last.
  for (const bool up : {true, false}) {
    for (int i = 0; i < sharding_.copies_of(shard) && sent < asked; ++i) {
      const Sharding::Target target = sharding_.next(shard, first, i);
      if (target.replica->up() != up) continue;
      ++sent;
      simulator_.background().start(ask_copy(call, target, ballot));
    }
  }
  Join& decision = ballot->decision();
  co_await decision;
  if (ballot->outcome() != Outcome::ok) co_return Reply::error(ballot->outcome());
  co_return Reply{Outcome::ok, ballot->stale(), 1, call.count};
}

Task<> Database::ask_copy(Call call, Sharding::Target target, BallotPool::Ref ballot) {
  const Reply reply = co_await visit(std::move(call), *target.replica, target.view, target.backend);
  ballot->cast(reply);
}

bool Database::is_leader(const Replica& replica) const { return replica.index() % replication_.copies == 0; }

Task<Reply> Database::serve(Call& call, Replica& replica) {
  const bool leads = call.operation == Operation::write && replication_.has_leader() && is_leader(replica);
  if (!fields_.connections) return leads ? lead(call, replica) : run(call, replica);
  return with_connection(call, replica, leads);
}

Task<Reply> Database::with_connection(Call& call, Replica& replica, bool leads) {
  Station& connections = nodes_[replica.index()]->connections;
  const Station::Lease connection = co_await connections.acquire(call.request->priority);
  if (!connection) co_return Reply::error(Outcome::refused);
  if (connection.waited() > 0) note_wait(call, connection.waited());
  Task<Reply> operation = leads ? lead(call, replica) : run(call, replica);
  const Reply reply = co_await std::move(operation);
  co_return reply;
}

/// The operation at one copy.
Task<Reply> Database::run(Call& call, Replica& replica) {
  Station& workers = nodes_[replica.index()]->workers;
  const Station::Admission admission = co_await workers.serve(work(call, replica), call.request->priority);
  if (!admission.admitted) co_return Reply::error(Outcome::refused);
  note_wait(call, admission.waited);
  co_return Reply{Outcome::ok, false, 1, call.count};
}

/// A write at the leader. Raft sends it on while it writes it itself (Ongaro, dissertation, 10.2.1), the
/// others afterwards; who waits for how many acknowledgements is the mode's matter.
Task<Reply> Database::lead(Call& call, Replica& replica) {
  const int followers = replication_.copies - 1;
  const int needed = replication_.write_quorum() - 1;
  const BallotPool::Owner ballot = ballots_.open(simulator_, needed, followers);
  if (replication_.mode == ReplicationMode::raft) send_to_followers(call, replica, ballot);
  const Reply own = co_await run(call, replica);
  if (!own.ok()) co_return own;
  if (replication_.mode != ReplicationMode::raft) send_to_followers(call, replica, ballot);
  Join& decision = ballot->decision();
  co_await decision;
  if (ballot->outcome() != Outcome::ok) co_return Reply::error(Outcome::failed);
  co_return own;
}

void Database::send_to_followers(const Call& call, const Replica& leader, const BallotPool::Ref& ballot) {
  const std::uint32_t shard = sharding_.shard_of(leader);
  Call onward = call;
  onward.from = leader.place();
  onward.caller_replica = leader.index();
  onward.response_bytes = 0;
  for (int copy = 1; copy < replication_.copies; ++copy) {
    simulator_.background().start(ask_copy(onward, sharding_.copy(shard, copy), ballot));
  }
}

void Database::add_resources(std::vector<ResourceUse>& uses) const {
  const Nanoseconds now = simulator_.now();
  ResourceUse workers{"workers", 0, 0, 0};
  ResourceUse connections{"connections", 0, 0, 0};
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    const Node& node = *nodes_[index];
    const double alive = replica(static_cast<int>(index)).alive().area(now);
    workers.busy_area += node.workers.busy_servers().area(now);
    workers.capacity_area += alive * fields_.workers;
    workers.queue_area += node.workers.queue_length().area(now);
    connections.busy_area += node.connections.busy_servers().area(now);
    connections.capacity_area += alive * fields_.connections.value_or(1);
    connections.queue_area += node.connections.queue_length().area(now);
  }
  uses.push_back(workers);
  if (fields_.connections) uses.push_back(connections);
}

}  // namespace windtunnel
