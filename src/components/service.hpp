#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "components/component.hpp"
#include "components/program.hpp"
#include "kernel/shared_station.hpp"
#include "kernel/station.hpp"
#include "language/fields.hpp"

namespace windtunnel {

enum class CpuSharing { fifo, shared };
const Choices<CpuSharing>& choices(CpuSharing);
enum class QueueOrder { fifo, lifo, priority };
const Choices<QueueOrder>& choices(QueueOrder);

/// `type: service`
struct ServiceFields {
  std::optional<int> concurrency;
  std::optional<int> queue;
  QueueOrder order = QueueOrder::fifo;
  CpuSharing cpu = CpuSharing::fifo;
  bool asynchronous = false;
  Steps steps;
};
void describe(Fields<ServiceFields>& f);

/// A process that runs the steps of `do:` for each request. A request holds one of `concurrency` slots (a
/// thread) from its start to its reply, also while it waits for others, unless the service is asynchronous;
/// `work` needs one of the replica's cores besides.
class Service : public Component {
 public:
  Service(Environment& environment, const ComponentSpec& spec);
  ~Service() override;

  void connect() override;
  void add_resources(std::vector<ResourceUse>& uses) const override;
  /// Cores of each replica: as given, else the instance's vCPUs, else as many as `concurrency`, else one.
  static int cores_of(const Catalog& catalog, const ComponentSpec& spec);

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;

 private:
  struct Machine;
  struct Activity;

  Task<Outcome> run(Program& program, std::size_t first, Activity& activity);
  Task<Outcome> call(Program::Instruction& step, Activity& activity);
  Outcome settle(Program::Instruction& step, Activity& activity, const Reply& reply);
  Task<Outcome> parallel(Program::Instruction& step, Activity& activity);
  Task<> branch(Program& program, Activity& activity, struct Gathering& gathering);
  Task<> finish_after_reply(std::size_t next, Call call, Replica& replica, Station::Lease slot);
  Call make_call(const CallShape& shape, const Activity& activity);

  const ServiceFields& fields_;
  int cores_;
  int concurrency_;
  Program program_;
  RandomStream work_stream_;
  RandomStream choice_stream_;
  std::vector<std::unique_ptr<Machine>> machines_;  // by replica
};

}  // namespace windtunnel
