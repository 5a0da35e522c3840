#include "components/model_server.hpp"

#include <fmt/format.h>

#include "catalog/catalog.hpp"
#include "catalog/similar.hpp"
#include "components/sampling.hpp"
#include "kernel/batch_station.hpp"

namespace windtunnel {

const Choices<BatchUnit>& choices(BatchUnit) {
  static const Choices<BatchUnit> words = {
      {"calls", BatchUnit::calls, "calls, whatever the number of their items (a ranker's 500 candidates are one tensor)"},
      {"items", BatchUnit::items, "items; a call with more of them than `max` is worked off in several batches"}};
  return words;
}

void describe(Fields<BatchingFields>& f) {
  f.about("batch", "When a batch starts, and how large it gets.");
  f.add("max", &BatchingFields::max)
      .fallback("1", "no batching, as in Triton without `dynamic_batching`")
      .at_least("1")
      .doc("Calls in a batch at most, or items where `counts` says so.");
  f.add("counts", &BatchingFields::counts)
      .fallback("calls", "a request of an inference server is one entry of its batch, as in Triton")
      .doc("What `max` and `preferred` count.");
  f.add("wait", &BatchingFields::wait)
      .fallback("0ms", "Triton's max_queue_delay_microseconds")
      .doc("How long a free instance waits for more calls, counted from the arrival of the oldest call.");
  f.add("preferred", &BatchingFields::preferred)
      .absent("`max`")
      .at_least("1")
      .doc("A free instance does not wait for more than these.");
  f.shorthand("max");
}

namespace {

/// Complains about a name that the catalog does not know.
void check_name(std::string_view field, const std::string& name, const std::vector<std::string>& known,
                ObjectCheck& check) {
  Diagnostic& error = check.error(field, fmt::format("the catalog has no {} `{}`", field, name));
  const std::vector<std::string> similar = similar_names(name, known, 3);
  if (!similar.empty()) error.help = fmt::format("did you mean {}?", fmt::join(similar, ", "));
}

void check_catalog(const ModelServerFields& fields, ObjectCheck& check) {
  const Catalog catalog;
  const DnnModel* model = fields.model ? catalog.find_dnn_model(*fields.model) : nullptr;
  const Gpu* gpu = fields.gpu ? catalog.find_gpu(*fields.gpu) : nullptr;
  if (fields.model && !model && !fields.service)
    check_name("model", *fields.model, names_of(catalog.dnn_models()), check);
  if (fields.gpu && !gpu) check_name("gpu", *fields.gpu, names_of(catalog.gpus()), check);
  if (!fields.service && !(fields.model && fields.gpu))
    check.error("", "a model server needs `model` and `gpu`, or `service`: how long a batch takes");
  if (!model || !gpu) return;
  const double bytes = model->parameters.value_or(0) * bytes_of(fields.precision) * fields.instances +
                       model->embedding_table_bytes.value_or(0);
  if (bytes > gpu->memory_bytes) {
    check.warning("gpu", fmt::format("{} takes {:.1f} GB, more than the {:.1f} GB of one {}", model->name,
                                     bytes * 1e-9, gpu->memory_bytes * 1e-9, gpu->name));
  }
}

}  // namespace

void describe(Fields<ModelServerFields>& f) {
  f.about("model_server",
          "Runs a neural network that answers in one pass, in batches: one GPU in each replica.");
  f.add("model", &ModelServerFields::model)
      .absent("`service` says how long a batch takes")
      .doc("The network, a name of the catalog.");
  f.add("gpu", &ModelServerFields::gpu)
      .absent("`service` says how long a batch takes")
      .doc("The GPU of each replica, a name of the catalog.");
  f.add("precision", &ModelServerFields::precision)
      .fallback("fp16", "multiplied by the matrix units of every GPU since 2017")
      .doc("Number format of weights and activations.");
  f.add("runtime", &ModelServerFields::runtime)
      .fallback("compiled", "what servers in production run (TensorRT, ONNX Runtime, torch.compile)")
      .doc("How the network is executed: decides what a small batch costs.");
  f.add("service", &ModelServerFields::service)
      .absent("computed from the catalog's figures of `model` and `gpu`")
      .doc("How long a batch takes. Measured points are best; the calculation may err by a factor of two.");
  f.add("batch", &ModelServerFields::batch)
      .fallback("1", "no batching, as in Triton without `dynamic_batching`")
      .doc("How calls are put together into batches.");
  f.add("instances", &ModelServerFields::instances)
      .fallback("1", "Triton's default instance group")
      .at_least("1")
      .at_most("100")
      .doc("Copies of the network on each GPU that work side by side.");
  f.add("interference", &ModelServerFields::interference)
      .fallback("100%", "the GPU is shared: two batches at once take twice as long each")
      .at_most("200%")
      .doc("By how much each further batch under way on the GPU lengthens one that starts.");
  f.add("queue", &ModelServerFields::queue)
      .at_least("0")
      .absent("the queue grows without bound")
      .doc("Calls that may wait at a replica; further ones are refused.");
  f.add("overhead", &ModelServerFields::overhead)
      .fallback("0.7ms",
                "NVIDIA's quick start of perf_analyzer: Triton answers one client of a trivial network 1,408 "
                "times a second")
      .doc("Time per call outside the GPU: parsing, copying, answering. Nothing queues for it.");
  f.check([](const ModelServerFields& fields, ObjectCheck& check) { check_catalog(fields, check); });
}

/// One replica: a queue, and the instances of the network that take batches from it.
struct ModelServer::Gpu : BatchTimer {
  Gpu(ModelServer& server, Replica& on, const BatchRules& rules)
      : owner(server), replica(on), station(server.simulator_, server.fields_.instances, rules, *this) {}

  Nanoseconds service_time(int items) override {
    owner.batches_ += 1;
    owner.items_ += items;
    const auto others = static_cast<double>(station.busy_servers().value() - 1);
    const double stretch = (1 + owner.fields_.interference.value * others) * replica.slowness();
    return to_nanoseconds(owner.batch_seconds(items) * stretch);
  }

  ModelServer& owner;
  Replica& replica;
  BatchStation station;
};

ModelServer::ModelServer(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<ModelServerFields>()),
      overhead_law_(make_sampler(fields_.overhead)),
      service_stream_(environment.stream(spec.name + "/service")) {
  if (!fields_.service) {
    const Accelerator accelerator(*environment.catalog.find_gpu(*fields_.gpu));
    const DnnModel& model = *environment.catalog.find_dnn_model(*fields_.model);
    time_ = DnnBatchTime(accelerator, model, fields_.precision, fields_.runtime);
  } else if (!fields_.service->points.empty()) {
    time_ = DnnBatchTime(fields_.service->points);
  } else {
    base_law_ = make_sampler(fields_.service->affine.base);
  }
}

ModelServer::~ModelServer() = default;

double ModelServer::batch_seconds(int items) {
  if (time_) return time_->seconds(items);
  return base_law_.sample(service_stream_) + fields_.service->affine.per_item.seconds * items;
}

void ModelServer::replica_added(Replica& replica) {
  BatchRules rules;
  rules.maximum = fields_.batch.max;
  rules.preferred = fields_.batch.preferred.value_or(fields_.batch.max);
  rules.max_wait = to_nanoseconds(fields_.batch.wait.seconds);
  if (fields_.queue) rules.queue_limit = *fields_.queue;
  gpus_.push_back(std::make_unique<Gpu>(*this, replica, rules));
}

Task<Reply> ModelServer::serve(Call& call, Replica& replica) {
  co_await simulator_.sleep(overhead_law_.sample_ns(service_stream_));
  BatchStation& station = gpus_[replica.index()]->station;
  const int items = static_cast<int>(call.count);
  BatchStation::Serve turn = fields_.batch.counts == BatchUnit::calls
                                 ? station.serve_as_one(items, call.request->priority)
                                 : station.serve(items, call.request->priority);
  const BatchStation::Service service = co_await turn;
  if (!service.admitted) co_return Reply::error(Outcome::refused);
  note_wait(call, service.waited);
  Reply reply;
  reply.count = call.count;
  co_return reply;
}

void ModelServer::add_resources(std::vector<ResourceUse>& uses) const {
  const Nanoseconds now = simulator_.now();
  ResourceUse use{"gpu", 0, 0, 0};
  for (const auto& gpu : gpus_) {
    use.busy_area += static_cast<double>(gpu->station.busy_servers().area(now)) / fields_.instances;
    use.capacity_area += static_cast<double>(gpu->replica.alive().area(now));
    use.queue_area += static_cast<double>(gpu->station.queue_length().area(now));
  }
  uses.push_back(use);
}

void ModelServer::add_metrics(std::vector<Metric>& metrics) const {
  metrics.push_back({"batch_size", items_, batches_});
  metrics.push_back({"items_per_second", items_, to_seconds(simulator_.now())});
}

}  // namespace windtunnel
