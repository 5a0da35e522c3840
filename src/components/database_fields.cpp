#include <cassert>

#include "components/database.hpp"

namespace windtunnel {
namespace {

struct KindLaws {
  DatabaseKind kind;
  const char* read;
  const char* write;
};

// Medians and means with 99th percentiles as published, see the catalog's latencies; the lognormal shape and
// the exponential one are assumptions.
constexpr KindLaws kind_laws[] = {
    {DatabaseKind::relational, "exp(0.5ms)", "exp(0.8ms)"},
    {DatabaseKind::key_value, "lognormal(mean=3.51ms cv=0.5)", "lognormal(mean=6.33ms cv=0.41)"},
    {DatabaseKind::wide_column, "lognormal(p50=1.05ms p95=1.8ms)", "lognormal(p50=2ms p95=4ms)"},
    {DatabaseKind::document, "lognormal(mean=1ms cv=0.66)", "lognormal(mean=1.15ms cv=0.61)"},
};

}  // namespace

Distribution default_law(DatabaseKind kind, Operation operation) {
  for (const KindLaws& laws : kind_laws) {
    if (laws.kind != kind) continue;
    return *parse_distribution(operation == Operation::write ? laws.write : laws.read, duration_units);
  }
  assert(false);
  return {};
}

const Choices<DatabaseKind>& choices(DatabaseKind) {
  static const Choices<DatabaseKind> words = {
      {"relational", DatabaseKind::relational,
       "reads exp(0.5ms), writes exp(0.8ms): catalog cache/call (a simple query) and "
       "machine/ssd-fsync-write"},
      {"key_value", DatabaseKind::key_value,
       "reads lognormal(mean=3.51ms cv=0.5), writes lognormal(mean=6.33ms cv=0.41): catalog "
       "database/dynamodb-get and -put (p99 9.38 and 14.69 ms; as clients in the region saw it)"},
      {"wide_column", DatabaseKind::wide_column,
       "reads lognormal(p50=1.05ms p95=1.8ms), writes lognormal(p50=2ms p95=4ms): catalog storage/gp3-read "
       "and "
       "-write, one access each"},
      {"document", DatabaseKind::document,
       "reads lognormal(mean=1ms cv=0.66), writes lognormal(mean=1.15ms cv=0.61): catalog "
       "database/mongodb-read and -update (p99 3.38 and 3.61 ms)"}};
  return words;
}

const Choices<ReplicationMode>& choices(ReplicationMode) {
  static const Choices<ReplicationMode> words = {
      {"quorum", ReplicationMode::quorum,
       "callers send to the copies and wait for `read` or `write` of them"},
      {"raft", ReplicationMode::raft, "a leader; a write is done when a majority has it"},
      {"leader_sync", ReplicationMode::leader_sync,
       "a leader, which waits for `write` copies, itself included"},
      {"leader_async", ReplicationMode::leader_async, "a leader, which answers before it sends a write on"}};
  return words;
}

const Choices<ReadFrom>& choices(ReadFrom) {
  static const Choices<ReadFrom> words = {{"any", ReadFrom::any, "any copy"},
                                          {"leader", ReadFrom::leader, "the leader alone"}};
  return words;
}

const Choices<Across>& choices(Across) {
  static const Choices<Across> words = {{"zones", Across::zones, "the copies of a shard in different zones"},
                                        {"one_zone", Across::one_zone, "all copies of a shard in one zone"}};
  return words;
}

const Choices<Asking>& choices(Asking) {
  static const Choices<Asking> words = {{"needed", Asking::needed, "just as many copies as must answer"},
                                        {"all", Asking::all, "all copies; the fastest count"}};
  return words;
}

int Replication::read_quorum() const { return has_leader() ? 1 : read.value_or(1); }

int Replication::write_quorum() const {
  const int majority = copies / 2 + 1;
  switch (mode) {
    case ReplicationMode::quorum:
      return write.value_or(majority);
    case ReplicationMode::raft:
      return majority;
    case ReplicationMode::leader_sync:
      return write.value_or(copies);
    case ReplicationMode::leader_async:
      break;
  }
  return 1;
}

bool Replication::reads_from_leader() const {
  return has_leader() &&
         reads.value_or(mode == ReplicationMode::leader_async ? ReadFrom::any : ReadFrom::leader) ==
             ReadFrom::leader;
}

Replication DatabaseFields::replicated() const {
  if (replication) return *replication;
  Replication alone;
  alone.copies = copies.value_or(1);
  return alone;
}

void describe(Fields<Replication>& f) {
  f.about("replication", "How the copies of a shard are kept alike, and how many must answer.");
  f.add("copies", &Replication::copies)
      .fallback("3", "the usual replication factor of Cassandra, DynamoDB and etcd")
      .at_least("1")
      .at_most("100")
      .doc("Copies of each shard.");
  f.add("mode", &Replication::mode)
      .fallback("quorum", "Dynamo; DeCandia et al., SOSP 2007")
      .doc("Who brings a write to the copies, and when it counts as done.");
  f.add("read", &Replication::read)
      .absent("1 (Cassandra's default consistency, ONE)")
      .at_least("1")
      .doc("Copies that must answer a read, in mode quorum.");
  f.add("write", &Replication::write)
      .absent("quorum: a majority; leader_sync: all copies")
      .at_least("1")
      .doc("Copies that must have acknowledged a write, in the modes quorum and leader_sync.");
  f.add("across", &Replication::across)
      .fallback("zones", "a zone may fail")
      .doc("Where the copies of a shard stand.");
  f.add("asking", &Replication::asking)
      .fallback("needed", "Cassandra reads from as many as must answer; Dynamo, Riak and Voldemort ask all")
      .doc("How many copies a read asks, in mode quorum.");
  f.add("reads", &Replication::reads)
      .absent("raft, leader_sync: leader; leader_async: any")
      .doc("Which copies serve reads, in the modes with a leader.");
  f.check([](const Replication& r, ObjectCheck& check) {
    if (r.read && *r.read > r.copies) check.error("read", "more than there are copies");
    if (r.write && *r.write > r.copies) check.error("write", "more than there are copies");
    if (r.read && r.has_leader()) check.error("read", "counts in mode quorum only");
    if (r.reads && !r.has_leader()) check.error("reads", "counts in the modes with a leader only");
    const bool takes_write = r.mode == ReplicationMode::quorum || r.mode == ReplicationMode::leader_sync;
    if (r.write && !takes_write) check.error("write", "counts in the modes quorum and leader_sync only");
  });
}

void describe(Fields<DatabaseFields>& f) {
  f.about("database", "Rows by key, on shards with copies; reads, writes and how the copies are kept alike.");
  f.add("kind", &DatabaseFields::kind)
      .fallback("relational", "the most common kind")
      .doc("What the default times of `read` and `write` are taken from.");
  f.add("shards", &DatabaseFields::shards)
      .fallback("1", "the smallest")
      .at_least("1")
      .at_most("10k")
      .doc("Parts over which the rows are spread by a hash of their key.");
  f.add("copies", &DatabaseFields::copies)
      .absent("`replication.copies`, or 1")
      .at_least("1")
      .at_most("100")
      .doc("Servers that hold each shard; short for `replication: {copies: …}`.");
  f.add("replication", &DatabaseFields::replication)
      .absent("as many copies as `copies`, in mode quorum")
      .doc("How the copies are kept alike.");
  f.add("read", &DatabaseFields::read)
      .absent("by `kind`")
      .doc("Time that a read takes of a server's worker.");
  f.add("write", &DatabaseFields::write).absent("by `kind`").doc("The same for a write, at each copy.");
  f.add("per_key", &DatabaseFields::per_key)
      .fallback("100us", "catalog machine/ssd-random-read")
      .doc("Time for each further key of a call for many.");
  f.add("workers", &DatabaseFields::workers)
      .fallback("32", "Cassandra's concurrent_reads and concurrent_writes")
      .at_least("1")
      .at_most("100k")
      .doc("Operations that a server works on at once.");
  f.add("connections", &DatabaseFields::connections)
      .absent("as many as callers want")
      .at_least("1")
      .doc("Connections that a server takes at once, each held for a whole operation; further calls queue.");
  f.add("queue", &DatabaseFields::queue)
      .absent("the queue grows without bound")
      .at_least("0")
      .doc("Operations that may wait at a server; further ones are refused.");
  f.check([](const DatabaseFields& database, ObjectCheck& check) {
    if (database.copies && database.replication && *database.copies != database.replication->copies) {
      check.error("copies", "`copies` and `replication.copies` do not agree");
    }
  });
}

}  // namespace windtunnel
