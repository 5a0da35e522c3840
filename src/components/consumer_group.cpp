#include "components/consumer_group.hpp"

#include <algorithm>

namespace windtunnel {

struct ConsumerGroup::Consumer : ListNode, Event {
  Consumer(ConsumerGroup& owner, int of_replica)
      : Event([](Event& event) { static_cast<Consumer&>(event).expire(); }),
        group(owner),
        replica(of_replica) {}
  void expire() {
    member = false;
    group.deal_out_lanes();
  }
  ConsumerGroup& group;
  int replica;
  int unacknowledged = 0;
  bool healthy = false;
  bool member = false;             // has a share of the lanes; with partitions
  std::vector<std::size_t> lanes;  // its share
  std::size_t turn = 0;
};

ConsumerGroup::ConsumerGroup(Environment& environment, Component& broker, Component& target,
                             const Options& options, WaitObserver& observer)
    : environment_(environment),
      simulator_(environment.simulator),
      broker_(broker),
      target_(target),
      options_(options),
      observer_(observer),
      stream_(environment.stream(broker.name() + "/delivery/" + target.name())),
      visibility_(options.visibility == forever ? nullptr : &simulator_.timeouts(options.visibility)) {}

ConsumerGroup::~ConsumerGroup() = default;

void ConsumerGroup::add_lane() {
  lanes_.emplace_back();
  if (started_ && options_.partitioned) deal_out_lanes();
}

void ConsumerGroup::start() {
  started_ = true;
  const int replicas = target_.replica_count();
  const int count = options_.consumers > 0 ? options_.consumers : replicas;
  for (int number = 0; number < count; ++number) add_consumer(number % replicas);
  if (options_.partitioned) deal_out_lanes();
}

void ConsumerGroup::replica_added(Replica& replica) {
  if (!started_ || options_.consumers > 0) return;
  add_consumer(replica.index());
  if (options_.partitioned) deal_out_lanes();
}

void ConsumerGroup::add_consumer(int replica) {
  consumers_.push_back(std::make_unique<Consumer>(*this, replica));
  Consumer& consumer = *consumers_.back();
  consumer.healthy = is_healthy(consumer);
  consumer.member = consumer.healthy;
  if (!consumer.healthy) return;
  healthy_.add(1, simulator_.now());
  if (!options_.partitioned) feed(consumer);
}

bool ConsumerGroup::is_healthy(const Consumer& consumer) const {
  const Replica& replica = target_.replica(consumer.replica);
  return replica.up() && replica.open();
}

/// A consumer that dies takes nothing more at once, its connection being gone; its share of the lanes goes to
/// others only when its session has run out. One that closes in good order leaves the group.
void ConsumerGroup::note_health(const Replica& replica) {
  for (const auto& each : consumers_) {
    Consumer& consumer = *each;
    if (consumer.replica != replica.index() || consumer.healthy == is_healthy(consumer)) continue;
    consumer.healthy = !consumer.healthy;
    healthy_.add(consumer.healthy ? 1 : -1, simulator_.now());
    consumer.cancel();
    if (!consumer.healthy) {
      consumer.ListNode::unlink();
      if (!options_.partitioned) continue;
      simulator_.schedule_after(consumer, replica.up() ? 0 : options_.session);
    } else if (options_.partitioned && !consumer.member) {
      consumer.member = true;
      deal_out_lanes();
    } else {
      feed(consumer);
    }
  }
}

/// Lanes go round the consumers, so that none has two more than another.
void ConsumerGroup::deal_out_lanes() {
  std::vector<Consumer*> members;
  for (const auto& consumer : consumers_) {
    consumer->lanes.clear();
    if (consumer->member) members.push_back(consumer.get());
  }
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane].owner = members.empty() ? nullptr : members[lane % members.size()];
    if (lanes_[lane].owner) lanes_[lane].owner->lanes.push_back(lane);
  }
  for (Consumer* member : members) feed(*member);
}

void ConsumerGroup::put(std::size_t lane, Message message) { enqueue(lane, std::move(message), false); }

void ConsumerGroup::enqueue(std::size_t lane, Message message, bool at_front) {
  message.queued = simulator_.now();
  observer_.message_queued(message);
  waiting_.add(1, simulator_.now());
  std::deque<Message>& messages = lanes_[lane].messages;
  if (at_front) {
    messages.push_front(std::move(message));
  } else {
    messages.push_back(std::move(message));
  }
  dispatch(lane);
}

Message ConsumerGroup::take_first(std::size_t lane) {
  std::deque<Message>& messages = lanes_[lane].messages;
  Message message = std::move(messages.front());
  messages.pop_front();
  waiting_.add(-1, simulator_.now());
  observer_.message_left(message, simulator_.now() - message.queued);
  return message;
}

void ConsumerGroup::drop_oldest(std::size_t lane) {
  const Message message = take_first(lane);
  if (message.receipt) message.receipt->settle(false);
}

std::int64_t ConsumerGroup::clear(std::size_t lane) {
  const std::int64_t count = waiting(lane);
  while (!lanes_[lane].messages.empty()) drop_oldest(lane);
  return count;
}

void ConsumerGroup::look_again() {
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) dispatch(lane);
}

const Replica& ConsumerGroup::broker_of(std::size_t lane) const {
  return broker_.replica(static_cast<int>(lane) % broker_.replica_count());
}

bool ConsumerGroup::has_message(std::size_t lane) const {
  return !lanes_[lane].messages.empty() && broker_of(lane).up();
}

bool ConsumerGroup::can_take(const Consumer& consumer) const {
  return consumer.unacknowledged < options_.prefetch && is_healthy(consumer);
}

void ConsumerGroup::dispatch(std::size_t lane) {
  if (options_.partitioned) {
    Consumer* owner = lanes_[lane].owner;
    while (owner && has_message(lane) && can_take(*owner)) hand_over(lane, *owner);
    return;
  }
  while (has_message(lane) && !ready_.empty()) {
    Consumer& consumer = ready_.front();
    consumer.ListNode::unlink();
    if (!can_take(consumer)) continue;
    hand_over(lane, consumer);
    if (can_take(consumer)) ready_.push_back(consumer);
  }
}

/// Gives a consumer what it can take, from its lanes by turns.
void ConsumerGroup::feed(Consumer& consumer) {
  const std::size_t count = options_.partitioned ? consumer.lanes.size() : lanes_.size();
  std::size_t& turn = options_.partitioned ? consumer.turn : turn_;
  for (std::size_t empty = 0; empty < count && can_take(consumer);) {
    turn = (turn + 1) % count;
    const std::size_t lane = options_.partitioned ? consumer.lanes[turn] : turn;
    if (has_message(lane)) {
      hand_over(lane, consumer);
      empty = 0;
    } else {
      ++empty;
    }
  }
  const bool idle = !options_.partitioned && can_take(consumer);
  if (idle && !consumer.linked()) ready_.push_back(consumer);
}

void ConsumerGroup::hand_over(std::size_t lane, Consumer& consumer) {
  if (++consumer.unacknowledged == 1) busy_.add(1, simulator_.now());
  simulator_.background().start(deliver(lane, take_first(lane), consumer));
}

void ConsumerGroup::release(Consumer& consumer) {
  if (--consumer.unacknowledged == 0) busy_.add(-1, simulator_.now());
  feed(consumer);
}

/// One message on its way to a consumer, through its hands, and acknowledged.
Task<> ConsumerGroup::deliver(std::size_t lane, Message message, Consumer& consumer) {
  ++counts_.deliveries;
  Pause pause(simulator_);
  // At least a nanosecond: a backlog that fails at once then unwinds event by event, not call by call.
  co_await pause.sleep(std::max<Nanoseconds>(1, options_.delivery.sample_ns(stream_)));
  Call call = message.call;
  call.from = broker_of(lane).place();
  call.caller_replica = broker_of(lane).index();
  Replica& replica = target_.replica(consumer.replica);
  Attempt attempt(simulator_, target_.visit(std::move(call), replica, nullptr, 0), visibility_, false);
  const Reply reply = co_await attempt;
  const Nanoseconds ended = simulator_.now();
  co_await pause.sleep(options_.settle.sample_ns(stream_));
  release(consumer);
  if (!reply.ok()) {
    co_await put_back(lane, std::move(message), reply.outcome);
    co_return;
  }
  ++counts_.processed;
  counts_.delay_seconds += to_seconds(ended - message.published);
  if (message.receipt) message.receipt->settle(true);
}

/// A message that was not processed goes back to the head of its lane, until it has been tried often enough.
/// A consumer that could not be reached has not tried.
Task<> ConsumerGroup::put_back(std::size_t lane, Message message, Outcome outcome) {
  if (outcome != Outcome::unreachable) ++message.attempts;
  if (message.attempts < options_.attempts) {
    ++counts_.redeliveries;
    if (outcome != Outcome::unreachable) co_await simulator_.sleep(options_.retry_after);
    enqueue(lane, std::move(message), true);
    co_return;
  }
  ++counts_.given_up;
  if (options_.dead_letters) {
    Call call = message.call;
    call.from = broker_of(lane).place();
    call.caller_replica = broker_of(lane).index();
    Attempt attempt = options_.dead_letters->attempt(std::move(call));
    const Reply reply = co_await attempt;
    options_.dead_letters->count(reply);
  }
  if (message.receipt) message.receipt->settle(false);
}

ResourceUse ConsumerGroup::use(Nanoseconds now) const {
  return {"consumers", static_cast<double>(busy_.area(now)), static_cast<double>(healthy_.area(now)),
          static_cast<double>(waiting_.area(now))};
}

}  // namespace windtunnel
