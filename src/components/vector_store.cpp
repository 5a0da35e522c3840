#include "components/vector_store.hpp"

#include "catalog/catalog.hpp"
#include "components/attempt.hpp"
#include "components/sampling.hpp"
#include "kernel/waiting.hpp"

namespace windtunnel {
namespace {

int cores_of(const Catalog& catalog, const Placement& placement) {
  if (placement.cores) return *placement.cores;
  const Instance* instance = placement.instance ? catalog.find_instance(*placement.instance) : nullptr;
  return instance ? static_cast<int>(instance->vcpus) : 1;
}

}  // namespace

void describe(Fields<VectorStoreFields>& f) {
  f.about("vector_store", "Nearest neighbours of a query among vectors, by an index on shards with copies.");
  f.add("vectors", &VectorStoreFields::vectors)
      .required()
      .at_least("1")
      .doc("Vectors in all shards together.");
  f.add("dims", &VectorStoreFields::dims)
      .required()
      .at_least("1")
      .at_most("100k")
      .doc("Dimensions of a vector, 32 bits each.");
  f.add("index", &VectorStoreFields::index)
      .fallback("hnsw(m=32 ef=128)", "see its fields")
      .doc("How a shard finds neighbours: `hnsw(m ef)`, `ivf(lists nprobe)` or `flat`.");
  f.add("shards", &VectorStoreFields::shards)
      .fallback("1", "the smallest")
      .at_least("1")
      .at_most("10k")
      .doc("Parts over which the vectors are spread; each search goes to all of them.");
  f.add("copies", &VectorStoreFields::copies)
      .absent("`replicas`")
      .at_least("1")
      .at_most("100")
      .doc("Servers that hold each shard; a search goes to one of them.");
  f.add("search", &VectorStoreFields::search)
      .absent("by index, vectors and dims; see docs/components/vector_store.md")
      .doc("Time that a search takes of a core of each shard.");
  f.add("recall", &VectorStoreFields::recall)
      .absent("by index; see docs/components/vector_store.md")
      .at_most("100%")
      .doc("Share of the true neighbours that a search of all shards finds.");
  f.add("need", &VectorStoreFields::need)
      .fallback("1", "a part of the results is better than none")
      .at_least("1")
      .doc("Shards that must have answered; fewer fail the call.");
  f.add("best_effort", &VectorStoreFields::best_effort)
      .absent("every shard is waited for")
      .more_than("0s")
      .doc("Longest wait for a shard; those that are later are missing from the result.");
  f.add("queue", &VectorStoreFields::queue)
      .absent("the queue grows without bound")
      .at_least("0")
      .doc("Searches that may wait at a server; further ones are refused.");
  f.check([](const VectorStoreFields& store, ObjectCheck& check) {
    if (store.need > store.shards) check.error("need", "more than there are shards");
    if (store.vectors.value < store.shards) check.error("vectors", "fewer than there are shards");
  });
}

/// One search on its way through the shards.
struct VectorStore::Search {
  Search(Simulator& simulator, int shards) : join(simulator, shards) {}
  Join join;
  int answered = 0;
  Outcome error = Outcome::ok;
};

VectorStore::VectorStore(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<VectorStoreFields>()),
      vectors_per_shard_(fields_.vectors.value / fields_.shards),
      recall_(fields_.recall ? fields_.recall->value : windtunnel::recall(fields_.index)),
      cores_(cores_of(environment.catalog, spec.placement)),
      work_stream_(environment.stream(spec.name + "/work")),
      sharding_(environment, spec.name, balancing(), fields_.shards,
                fields_.copies.value_or(spec.placement.replicas)) {
  if (fields_.search) search_law_ = make_sampler(*fields_.search);
  if (fields_.best_effort) patience_ = &simulator_.timeouts(to_nanoseconds(fields_.best_effort->seconds));
}

void VectorStore::make_replicas() {
  watch(sharding_);
  for (int count = sharding_.shards() * sharding_.copies(); count > 0; --count) add_replica();
}

void VectorStore::replica_added(Replica&) {
  const std::int64_t limit = fields_.queue ? *fields_.queue : unbounded;
  nodes_.push_back(std::make_unique<Station>(simulator_, cores_, Discipline::fifo, limit));
}

Task<Reply> VectorStore::request(Call call, Balancer&) {
  const int shards = sharding_.shards();
  Search search(simulator_, shards);
  for (int shard = 0; shard < shards; ++shard) {
    search.join.start(ask_shard(call, static_cast<std::uint32_t>(shard), search));
  }
  co_await search.join;
  const double share = static_cast<double>(search.answered) / shards;
  searches_ += 1;
  found_ += recall_ * share;
  if (search.answered < fields_.need) co_return Reply::error(search.error);
  co_return Reply{Outcome::ok, false, static_cast<float>(share), call.count};
}

Task<> VectorStore::ask_shard(Call call, std::uint32_t shard, Search& search) {
  const Sharding::Target target = sharding_.pick(shard, call);
  Reply reply = Reply::error(Outcome::unreachable);
  if (target.replica) {
    Task<Reply> visiting = visit(std::move(call), *target.replica, target.view, target.backend);
    reply = co_await Attempt(simulator_, std::move(visiting), patience_, false);
  }
  if (reply.ok()) {
    ++search.answered;
  } else {
    search.error = reply.outcome;
  }
  search.join.arrive();
}

Nanoseconds VectorStore::work(const Call& call, const Replica& replica) {
  const double seconds = search_law_
                             ? search_law_->sample(work_stream_)
                             : search_seconds(fields_.index, vectors_per_shard_, fields_.dims, call.count);
  return to_nanoseconds(seconds * replica.slowness());
}

Task<Reply> VectorStore::serve(Call& call, Replica& replica) {
  Station& cores = *nodes_[replica.index()];
  const Station::Admission admission = co_await cores.serve(work(call, replica), call.request->priority);
  if (!admission.admitted) co_return Reply::error(Outcome::refused);
  note_wait(call, admission.waited);
  co_return Reply{Outcome::ok, false, 1, call.count};
}

void VectorStore::add_resources(std::vector<ResourceUse>& uses) const {
  const Nanoseconds now = simulator_.now();
  ResourceUse cores{"cores", 0, 0, 0};
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    cores.busy_area += nodes_[index]->busy_servers().area(now);
    cores.capacity_area += replica(static_cast<int>(index)).alive().area(now) * cores_;
    cores.queue_area += nodes_[index]->queue_length().area(now);
  }
  uses.push_back(cores);
}

void VectorStore::add_metrics(std::vector<Metric>& metrics) const {
  metrics.push_back({"recall_ratio", found_, searches_});
}

}  // namespace windtunnel
