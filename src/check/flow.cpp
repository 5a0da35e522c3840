#include "check/flow.hpp"

#include <algorithm>
#include <cmath>

#include "catalog/gpu.hpp"
#include "components/cache.hpp"
#include "components/cdn.hpp"
#include "components/database.hpp"
#include "components/feature_store.hpp"
#include "components/load_balancer.hpp"
#include "components/model_server.hpp"
#include "components/service.hpp"
#include "components/vector_store.hpp"
#include "gpu/accelerator.hpp"
#include "gpu/dnn_batch.hpp"

namespace windtunnel {
namespace {

/// Different servers that `keys` keys fall on, of so many: n(1 - (1 - 1/n)^k).
double servers_touched(double shards, double keys) { return shards * (1 - std::pow(1 - 1 / shards, keys)); }

Distribution law_of(const DatabaseFields& database, Operation operation) {
  const std::optional<DurationLaw>& given = operation == Operation::write ? database.write : database.read;
  if (given) return *given;
  return default_law(database.kind, operation);
}

/// Server time of the calls of one component, per second; also sets its number of servers.
class Work {
 public:
  Work(const Design& design, const ComponentSpec& component, Traffic& traffic)
      : design_(design), component_(component), t_(traffic) {}

  void fill() {
    if (const auto* service = fields_if<ServiceFields>(component_)) return fill(*service);
    if (const auto* cache = fields_if<CacheFields>(component_)) return fill(*cache);
    if (const auto* database = fields_if<DatabaseFields>(component_)) return fill(*database);
    if (const auto* server = fields_if<ModelServerFields>(component_)) return fill(*server);
    if (const auto* store = fields_if<VectorStoreFields>(component_)) return fill(*store);
  }

 private:
  double machines() const { return Design::machines_of(component_); }

  void fill(const ServiceFields& service) {
    t_.servers = machines() * Service::cores_of(design_.catalog, component_);
    t_.work_per_second = t_.calls_per_second * work_seconds(service.steps);
  }

  void fill(const CacheFields& cache) {
    t_.servers = machines() * cache.threads;
    if (t_.calls_per_second <= 0) return;
    const double keys = t_.keys_per_second / t_.calls_per_second;
    const double touched = servers_touched(cache.shards, keys);
    t_.work_per_second =
        t_.calls_per_second * (touched * mean(cache.hit_time) + (keys - touched) * cache.per_key.seconds);
  }

  void fill(const DatabaseFields& database) {
    const Replication replication = database.replicated();
    t_.servers = machines() * database.workers;
    if (t_.calls_per_second <= 0) return;
    const double keys = t_.keys_per_second / t_.calls_per_second;
    const double touched = servers_touched(database.shards, keys);
    const Distribution read = law_of(database, Operation::read);
    const Distribution write = law_of(database, Operation::write);
    const double reads = t_.calls_per_second - t_.writes_per_second;
    const double more_keys = std::max(0.0, keys - touched) * database.per_key.seconds;
    t_.work_per_second = reads * replication.read_quorum() * (touched * mean(read) + more_keys) +
                         t_.writes_per_second * replication.copies * (touched * mean(write) + more_keys);
  }

  /// Full batches: the least time that an item can take.
  void fill(const ModelServerFields& server) {
    t_.servers = machines() * server.instances;
    if (t_.calls_per_second <= 0) return;
    const double items_per_call =
        server.batch.counts == BatchUnit::calls ? t_.items_per_second / t_.calls_per_second : 1;
    const double batch = server.batch.max * items_per_call;
    double seconds = 0;
    if (server.service && server.service->points.empty()) {
      seconds = mean(server.service->affine.base) + server.service->affine.per_item.seconds * batch;
    } else if (server.service) {
      seconds = DnnBatchTime(server.service->points).seconds(batch);
    } else {
      const Gpu* gpu = design_.catalog.find_gpu(server.gpu.value_or(""));
      const DnnModel* model = design_.catalog.find_dnn_model(server.model.value_or(""));
      if (!gpu || !model) return void(t_.servers = 0);
      seconds = DnnBatchTime(Accelerator(*gpu), *model, server.precision, server.runtime).seconds(batch);
    }
    t_.work_per_second = t_.items_per_second * seconds / batch;
  }

  void fill(const VectorStoreFields& store) {
    if (!store.search) return;
    t_.servers = machines() * component_.placement.cores.value_or(1);
    if (!component_.placement.cores && component_.placement.instance) {
      if (const Instance* instance = design_.catalog.find_instance(*component_.placement.instance))
        t_.servers = machines() * instance->vcpus;
    }
    t_.work_per_second = t_.calls_per_second * store.shards * mean(*store.search);
  }

  const Design& design_;
  const ComponentSpec& component_;
  Traffic& t_;
};

double hit_ratio_of(const Design& design, const ComponentSpec& component, const CacheFields& cache) {
  if (cache.hit_ratio) return cache.hit_ratio->value;
  const KeyLaw* keys = keys_of(design, component);
  return keys ? best_hit_ratio(*keys, cache.capacity_items()) : 0;
}

double hit_ratio_of(const Design& design, const ComponentSpec& component, const CdnFields& cdn) {
  if (cdn.hit_ratio) return cdn.cacheable.value * cdn.hit_ratio->value;
  const KeyLaw* keys = keys_of(design, component);
  if (!keys || !cdn.capacity) return 0;
  const double size = cdn.item_size ? cdn.item_size->bytes : 1;
  const double items = cdn.capacity->items ? cdn.capacity->items->value : cdn.capacity->size->bytes / size;
  return cdn.cacheable.value * best_hit_ratio(*keys, items);
}

/// What one call site adds to its callee, for the traffic of its caller.
Traffic added_by(const Design& design, const CallSite& call, const Traffic& caller) {
  Traffic added;
  if (call.is_fallback) return added;
  const ComponentSpec* from = call.from_workload ? nullptr : design.scenario.find_component(call.caller);
  const CacheFields* cache = from ? fields_if<CacheFields>(*from) : nullptr;
  if (cache && caller.calls_per_second > 0) {
    const double reads = caller.calls_per_second - caller.writes_per_second;
    const double keys = caller.keys_per_second / caller.calls_per_second;
    const double touched = servers_touched(cache->shards, keys);
    const double misses = 1 - caller.hit_ratio;
    added.writes_per_second = caller.writes_per_second;
    added.calls_per_second =
        reads * touched * (1 - std::pow(caller.hit_ratio, keys / touched)) + added.writes_per_second;
    added.keys_per_second = reads * keys * misses + added.writes_per_second;
    added.items_per_second = added.calls_per_second;
    return added;
  }
  const bool from_cdn = from && fields_if<CdnFields>(*from);
  added.calls_per_second = caller.calls_per_second * call.times * (from_cdn ? 1 - caller.hit_ratio : 1);
  const bool passed_on = !call.policy;
  if (passed_on) {
    added.writes_per_second = caller.writes_per_second * call.times;
    added.keys_per_second = caller.keys_per_second * call.times;
    added.items_per_second = caller.items_per_second * call.times;
  } else {
    added.writes_per_second = call.write ? added.calls_per_second : 0;
    added.keys_per_second = added.calls_per_second * call.keys;
    added.items_per_second = added.calls_per_second * call.items;
  }
  return added;
}

Traffic entering(const CallSite& call, double per_second) {
  Traffic added;
  added.calls_per_second = added.keys_per_second = added.items_per_second = per_second;
  if (call.write) added.writes_per_second = per_second;
  return added;
}

/// One round of passing traffic on. Without circles the figures settle after as many rounds as calls are
/// deep.
std::vector<Traffic> pass_on(const Design& design) {
  std::vector<Traffic> next(design.scenario.components.size());
  for (std::size_t i = 0; i < next.size(); ++i) next[i].hit_ratio = design.traffic[i].hit_ratio;
  std::size_t workload = 0;
  for (const CallSite& call : design.calls) {
    Traffic added;
    if (call.from_workload) {
      added = entering(call, design.peaks[workload++]);
    } else {
      added = added_by(design, call, design.traffic_of(*design.scenario.find_component(call.caller)));
    }
    Traffic& to = next[design.index_of(*call.callee)];
    to.calls_per_second += added.calls_per_second;
    to.writes_per_second += added.writes_per_second;
    to.keys_per_second += added.keys_per_second;
    to.items_per_second += added.items_per_second;
  }
  return next;
}

}  // namespace

void compute_flow(Design& design) {
  const auto& components = design.scenario.components;
  design.traffic.resize(components.size());
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (const auto* cache = fields_if<CacheFields>(components[i]))
      design.traffic[i].hit_ratio = hit_ratio_of(design, components[i], *cache);
    if (const auto* cdn = fields_if<CdnFields>(components[i]))
      design.traffic[i].hit_ratio = hit_ratio_of(design, components[i], *cdn);
  }
  for (const CallSite& call : design.calls) {
    if (call.from_workload)
      design.peaks.push_back(peak_rate(call.workload->arrivals, design.idle_seconds(call)));
  }
  constexpr std::size_t rounds_for_circles = 50;  // calls by chance that lead back
  for (std::size_t round = 0; round < components.size() + rounds_for_circles; ++round)
    design.traffic = pass_on(design);
  for (std::size_t i = 0; i < components.size(); ++i) Work(design, components[i], design.traffic[i]).fill();
}

double work_seconds(const Steps& steps) {
  double total = 0;
  for (const Step& step : steps) {
    if (const auto* work = std::get_if<WorkStep>(&step.action)) total += mean(work->time);
    if (const auto* parallel = std::get_if<ParallelStep>(&step.action)) {
      for (const Steps& branch : parallel->parallel.of) total += work_seconds(branch);
    }
    if (const auto* choose = std::get_if<ChooseStep>(&step.action)) {
      for (const Branch& branch : choose->branches) total += branch.share.value * work_seconds(branch.steps);
    }
    if (const auto* repeat = std::get_if<RepeatStep>(&step.action))
      total += mean(repeat->times) * work_seconds(repeat->steps);
  }
  return total;
}

}  // namespace windtunnel
