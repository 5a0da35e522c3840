#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "components/caller.hpp"
#include "components/component.hpp"
#include "components/consumer_group.hpp"
#include "kernel/samplers.hpp"
#include "language/law.hpp"

namespace windtunnel {

enum class WhenFull { refuse, drop_oldest };
const Choices<WhenFull>& choices(WhenFull);
enum class Acknowledge { stored, processed };
const Choices<Acknowledge>& choices(Acknowledge);

/// `type: queue`
struct QueueFields {
  std::vector<ComponentRef> to;
  std::optional<int> consumers;
  int prefetch = 1;
  std::optional<int> partitions;
  DurationLaw append;
  std::optional<DurationLaw> replication;
  Acknowledge acknowledge = Acknowledge::stored;
  DurationLaw delivery;
  DurationLaw settle;
  std::optional<Count> limit;
  WhenFull when_full = WhenFull::refuse;
  bool durable = true;
  int attempts = 1;
  Duration retry_after;
  std::optional<Duration> visibility;
  std::optional<ComponentRef> dead_letters;
  Duration session;
};
void describe(Fields<QueueFields>& f);

/// Keeps messages until consumers have processed them. Calling it puts a message in; each component in `to`
/// gets every message, through consumers of its own. A replica is a broker.
class Queue : public Component, public WaitObserver {
 public:
  Queue(Environment& environment, const ComponentSpec& spec);
  ~Queue() override;

  void connect() override;
  void start() override;
  Task<Reply> request(Call call, Balancer& balancer) override;
  void add_resources(std::vector<ResourceUse>& uses) const override;
  void add_metrics(std::vector<Metric>& metrics) const override;

  /// Messages that wait for delivery, of all groups.
  std::int64_t waiting() const;

 protected:
  Task<Reply> serve(Call& call, Replica& replica) override;
  void replica_added(Replica& replica) override;
  void replica_crashed(Replica& replica) override;

 private:
  struct Brokers;

  ConsumerGroup::Options group_options();
  bool is_keyed(const Call& call) const { return fields_.partitions && call.key != 0; }
  std::size_t partition_of_key(std::uint64_t key) const;
  std::size_t lane_for(const Call& call, const Replica& replica);
  bool make_room(std::size_t lane);
  void message_queued(const Message& message) override;
  void message_left(const Message& message, Nanoseconds waited) override;

  const QueueFields& fields_;
  Sampler append_law_;
  Sampler replication_law_;
  RandomStream append_stream_;
  std::vector<std::unique_ptr<ConsumerGroup>> groups_;
  std::unique_ptr<Caller> dead_letters_;
  std::unique_ptr<Brokers> brokers_;
  std::vector<std::size_t> turns_;  // by broker, over its partitions
  std::size_t turn_ = 0;            // over all of them
  double published_ = 0;
  double dropped_ = 0;
  double lost_ = 0;
};

}  // namespace windtunnel
