#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "components/batch_service_time.hpp"
#include "components/component.hpp"
#include "components/gpu_words.hpp"
#include "kernel/samplers.hpp"

namespace windtunnel {

/// What `batch.max` counts.
enum class BatchUnit { calls, items };
const Choices<BatchUnit>& choices(BatchUnit);

/// `batch: {max: 64, wait: 1ms, preferred: 32}`
struct BatchingFields {
  int max = 1;
  BatchUnit counts = BatchUnit::calls;
  Duration wait;
  std::optional<int> preferred;
};
void describe(Fields<BatchingFields>& f);

/// `type: model_server`
struct ModelServerFields {
  std::optional<std::string> model;
  std::optional<std::string> gpu;
  Precision precision = Precision::kFp16;
  DnnRuntime runtime = DnnRuntime::kCompiled;
  std::optional<BatchServiceTime> service;
  BatchingFields batch;
  int instances = 1;
  Ratio interference;
  std::optional<int> queue;
  DurationLaw overhead;
};
void describe(Fields<ModelServerFields>& f);

/// Scores items with a neural network in batches: one GPU in each replica, `instances` of the network on it.
/// A call brings as many items as it says (`items: 500`).
class ModelServer : public Component {
 public:
  ModelServer(Environment& environment, const ComponentSpec& spec);
  ~ModelServer() override;

  void add_resources(std::vector<ResourceUse>& uses) const override;
  void add_metrics(std::vector<Metric>& metrics) const override;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;

 private:
  struct Gpu;

  double batch_seconds(int items);

  const ModelServerFields& fields_;
  std::optional<DnnBatchTime> time_;  // nothing: the scenario's law
  Sampler base_law_;
  Sampler overhead_law_;
  RandomStream service_stream_;
  std::vector<std::unique_ptr<Gpu>> gpus_;  // by replica
  double batches_ = 0;
  double items_ = 0;
};

}  // namespace windtunnel
