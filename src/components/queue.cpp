#include "components/queue.hpp"

#include <algorithm>

#include "components/sampling.hpp"
#include "kernel/random.hpp"

namespace windtunnel {

const Choices<WhenFull>& choices(WhenFull) {
  static const Choices<WhenFull> words = {
      {"refuse", WhenFull::refuse, "the producer is refused"},
      {"drop_oldest", WhenFull::drop_oldest, "the oldest message gives way, unprocessed"}};
  return words;
}

const Choices<Acknowledge>& choices(Acknowledge) {
  static const Choices<Acknowledge> words = {
      {"stored", Acknowledge::stored, "when the message is stored, and replicated where it is"},
      {"processed", Acknowledge::processed,
       "when all consumers have processed it: request and reply over a queue"}};
  return words;
}

namespace {

void describe_consumers(Fields<QueueFields>& f) {
  f.add("to", &QueueFields::to)
      .required()
      .doc("The component that consumes, or several: each gets every message.");
  f.add("consumers", &QueueFields::consumers)
      .absent("one for each replica of the component")
      .at_least("1")
      .doc("Consumers of each component in `to`, dealt out over its replicas.");
  f.add("prefetch", &QueueFields::prefetch)
      .fallback("1", "the smallest; a large one lets a slow consumer hoard")
      .at_least("1")
      .doc(
          "Messages that a consumer may hold unacknowledged. It works on as many at once as its replica "
          "can.");
  f.add("partitions", &QueueFields::partitions)
      .absent("one queue, from which any consumer takes")
      .at_least("1")
      .at_most("100k")
      .doc("Parts that each belong to one consumer at a time; keys stay together, others go by turns.");
  f.add("delivery", &QueueFields::delivery)
      .fallback("1ms", "RabbitMQ 3.10 on loopback: 1.3 ms (median) from publishing to the start of work")
      .doc("Time from the broker to the consumer, besides the network.");
  f.add("settle", &QueueFields::settle)
      .fallback("0.85ms", "RabbitMQ 3.10 on loopback: 1.85 ms (median) between messages with a prefetch of 1")
      .doc("Time from the end of work until the broker may send the consumer another message.");
}

void describe_producers(Fields<QueueFields>& f) {
  f.add("append", &QueueFields::append)
      .fallback("0.3ms", "what is left of RabbitMQ's 1.3 ms (see `delivery`)")
      .doc("Time to store a message.");
  f.add("replication", &QueueFields::replication)
      .absent("the broker that takes a message answers for it alone")
      .doc("Further time until enough other brokers have it (acks=all, quorum queues).");
  f.add("acknowledge", &QueueFields::acknowledge)
      .fallback("stored", "publisher confirms, acks")
      .doc("When a producer has its answer.");
  f.add("limit", &QueueFields::limit)
      .absent("the queue grows without bound")
      .at_least("1")
      .doc("Messages that may wait, in each partition or at each broker.");
  f.add("when_full", &QueueFields::when_full)
      .fallback("refuse", "RabbitMQ's `reject-publish`; its own default drops the oldest")
      .doc("What happens to a message for which there is no room.");
  f.add("durable", &QueueFields::durable)
      .fallback("true", "durable queues, logs on disk")
      .doc("Whether waiting messages survive a crash of their broker.");
}

void describe_failures(Fields<QueueFields>& f) {
  f.add("attempts", &QueueFields::attempts)
      .fallback("5", "the default of Google Pub/Sub's dead-letter policy")
      .at_least("1")
      .doc("Deliveries of a message that fails, until it is given up.");
  f.add("retry_after", &QueueFields::retry_after)
      .fallback("0s", "a negative acknowledgement puts the message back at once")
      .doc("Pause before a failed message may be delivered again.");
  f.add("visibility", &QueueFields::visibility)
      .absent("the broker waits for as long as the consumer lives")
      .more_than("0s")
      .doc(
          "A message not acknowledged within this time is delivered again, although it may still be worked "
          "on.");
  f.add("dead_letters", &QueueFields::dead_letters)
      .absent("messages given up are gone")
      .doc("Where messages go that are given up.");
  f.add("session", &QueueFields::session)
      .fallback("45s", "Kafka's session.timeout.ms")
      .doc("How long a dead consumer keeps its partitions.");
}

}  // namespace

void describe(Fields<QueueFields>& f) {
  f.about("queue", "Keeps messages until consumers have processed them: a work queue, or a partitioned log.");
  describe_consumers(f);
  describe_producers(f);
  describe_failures(f);
}

/// Serves a broker's messages again when it comes back.
struct Queue::Brokers : ReplicaWatcher {
  explicit Brokers(Queue& owner) : queue(owner) {}
  void replica_added(Replica&) override {}
  void replica_opened(Replica&, bool) override {}
  void replica_changed(Replica& replica) override {
    if (!replica.up()) return;
    for (const auto& group : queue.groups_) group->look_again();
  }
  Queue& queue;
};

Queue::Queue(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<QueueFields>()),
      append_law_(make_sampler(fields_.append)),
      append_stream_(environment.stream(spec.name + "/append")),
      brokers_(std::make_unique<Brokers>(*this)) {
  if (fields_.replication) replication_law_ = make_sampler(*fields_.replication);
}

Queue::~Queue() = default;

ConsumerGroup::Options Queue::group_options() {
  ConsumerGroup::Options options;
  options.consumers = fields_.consumers.value_or(0);
  options.prefetch = fields_.prefetch;
  options.partitioned = fields_.partitions.has_value();
  options.attempts = fields_.attempts;
  options.retry_after = to_nanoseconds(fields_.retry_after.seconds);
  if (fields_.visibility) options.visibility = to_nanoseconds(fields_.visibility->seconds);
  options.session = to_nanoseconds(fields_.session.seconds);
  options.delivery = make_sampler(fields_.delivery);
  options.settle = make_sampler(fields_.settle);
  options.dead_letters = dead_letters_.get();
  return options;
}

void Queue::connect() {
  if (fields_.dead_letters) {
    Component& target = environment_.component(fields_.dead_letters->name);
    dead_letters_ = std::make_unique<Caller>(environment_, target, CallOptions{}, name() + "/dead_letters");
  }
  watch(*brokers_);
  for (const ComponentRef& reference : fields_.to) {
    Component& target = environment_.component(reference.name);
    groups_.push_back(std::make_unique<ConsumerGroup>(environment_, *this, target, group_options(), *this));
    target.watch(*groups_.back());
    for (int lane = 0; lane < fields_.partitions.value_or(0); ++lane) groups_.back()->add_lane();
  }
}

void Queue::replica_added(Replica&) {
  turns_.push_back(0);
  if (fields_.partitions) return;
  for (const auto& group : groups_) group->add_lane();
}

void Queue::start() {
  for (const auto& group : groups_) group->start();
}

void Queue::replica_crashed(Replica& replica) {
  if (fields_.durable) return;
  const auto brokers = static_cast<std::size_t>(replica_count());
  const std::size_t lanes = fields_.partitions ? static_cast<std::size_t>(*fields_.partitions) : brokers;
  for (std::size_t lane = replica.index(); lane < lanes; lane += brokers) {
    for (const auto& group : groups_) lost_ += static_cast<double>(group->clear(lane));
  }
}

std::size_t Queue::partition_of_key(std::uint64_t key) const {
  return scramble(key) % static_cast<std::size_t>(*fields_.partitions);
}

/// A message with a key goes to the broker that has its partition.
Task<Reply> Queue::request(Call call, Balancer& balancer) {
  if (!fields_.partitions) return Component::request(std::move(call), balancer);
  const auto brokers = static_cast<std::size_t>(replica_count());
  const auto partitions = static_cast<std::size_t>(*fields_.partitions);
  const std::size_t partition = is_keyed(call) ? partition_of_key(call.key) : turn_++ % partitions;
  return visit(std::move(call), replica(static_cast<int>(partition % brokers)), nullptr, 0);
}

/// The partition, or the broker's only queue. Those of a broker r of n are r, r + n, r + 2n ...
std::size_t Queue::lane_for(const Call& call, const Replica& replica) {
  const std::size_t broker = replica.index();
  if (!fields_.partitions) return broker;
  if (is_keyed(call)) return partition_of_key(call.key);
  const auto brokers = static_cast<std::size_t>(replica_count());
  const auto partitions = static_cast<std::size_t>(*fields_.partitions);
  const std::size_t here = (partitions - broker + brokers - 1) / brokers;
  return broker + brokers * (turns_[broker]++ % here);
}

/// Whether there is room for one more message, if need be made by dropping one.
bool Queue::make_room(std::size_t lane) {
  if (!fields_.limit) return true;
  for (const auto& group : groups_) {
    if (group->waiting(lane) < static_cast<std::int64_t>(fields_.limit->value)) continue;
    if (fields_.when_full == WhenFull::refuse) return false;
    group->drop_oldest(lane);
    ++dropped_;
  }
  return true;
}

Task<Reply> Queue::serve(Call& call, Replica& replica) {
  const double slowness = replica.slowness();
  const double storing = append_law_.sample(append_stream_) + replication_law_.sample(append_stream_);
  co_await simulator_.sleep(to_nanoseconds(storing * slowness));
  const std::size_t lane = lane_for(call, replica);
  if (!make_room(lane)) co_return Reply::error(Outcome::refused);

  ++published_;
  Message message;
  message.call = call;
  message.call.group = nullptr;  // the producer's, who may soon be gone
  message.published = simulator_.now();
  std::shared_ptr<Receipt> receipt;
  if (fields_.acknowledge == Acknowledge::processed) {
    receipt = std::make_shared<Receipt>(simulator_, static_cast<int>(groups_.size()));
  }
  message.receipt = receipt;
  for (const auto& group : groups_) group->put(lane, message);
  while (receipt && receipt->missing > 0) {
    WaitList::Wait wait = receipt->settled.wait();
    co_await wait;
  }
  if (receipt && receipt->failed) co_return Reply::error(Outcome::failed);
  co_return Reply{};
}

/// A message whose producer has had its answer is present by itself; the others are as their producers'
/// calls.
void Queue::message_queued(const Message& message) {
  if (!message.receipt) meter().present.add(1, simulator_.now());
}

void Queue::message_left(const Message& message, Nanoseconds waited) {
  if (message.receipt) {
    note_wait(message.call, waited);
    return;
  }
  meter().present.add(-1, simulator_.now());
  meter().sojourn_total += waited;
  meter().record_wait(waited);
}

std::int64_t Queue::waiting() const {
  std::int64_t count = 0;
  for (const auto& group : groups_) count += group->waiting();
  return count;
}

void Queue::add_resources(std::vector<ResourceUse>& uses) const {
  ResourceUse sum{"consumers", 0, 0, 0};
  for (const auto& group : groups_) {
    const ResourceUse use = group->use(simulator_.now());
    sum.busy_area += use.busy_area;
    sum.capacity_area += use.capacity_area;
    sum.queue_area += use.queue_area;
  }
  uses.push_back(sum);
}

void Queue::add_metrics(std::vector<Metric>& metrics) const {
  DeliveryCounts sum;
  for (const auto& group : groups_) {
    const DeliveryCounts& counts = group->counts();
    sum.deliveries += counts.deliveries;
    sum.redeliveries += counts.redeliveries;
    sum.processed += counts.processed;
    sum.delay_seconds += counts.delay_seconds;
    sum.given_up += counts.given_up;
  }
  const double copies = published_ * static_cast<double>(groups_.size());
  metrics.push_back({"processed_per_second", sum.processed, to_seconds(simulator_.now())});
  metrics.push_back({"delay_seconds", sum.delay_seconds, sum.processed});
  metrics.push_back({"redelivered_ratio", sum.redeliveries, sum.deliveries});
  metrics.push_back({"dead_letter_ratio", sum.given_up, copies});
  metrics.push_back({"dropped_ratio", dropped_ + lost_, copies});
}

}  // namespace windtunnel
