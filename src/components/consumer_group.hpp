#pragma once
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "components/caller.hpp"
#include "components/component.hpp"
#include "kernel/samplers.hpp"
#include "kernel/waiting.hpp"

namespace windtunnel {

/// Where a producer waits until every group is through with its message.
struct Receipt {
  Receipt(Simulator& simulator, int groups) : settled(simulator), missing(groups) {}
  void settle(bool processed) {
    failed = failed || !processed;
    if (--missing == 0) settled.wake_all();
  }
  WaitList settled;
  int missing;
  bool failed = false;
};

/// What a producer has put into a queue.
struct Message {
  Call call;
  Nanoseconds published = 0;
  Nanoseconds queued = 0;            ///< since when it waits
  int attempts = 0;                  ///< deliveries so far that count
  std::shared_ptr<Receipt> receipt;  ///< null: its producer has had the answer
};

/// Sums since the start, over all groups of a queue.
struct DeliveryCounts {
  double deliveries = 0;
  double redeliveries = 0;
  double processed = 0;
  double delay_seconds = 0;  ///< from publishing to the end of processing, of the processed
  double given_up = 0;       ///< dead letters
};

/// Told of each time that a message has waited.
class WaitObserver {
 public:
  virtual ~WaitObserver() = default;
  virtual void message_queued(const Message& message) = 0;
  virtual void message_left(const Message& message, Nanoseconds waited) = 0;
};

/// The consumers of one component on one queue, and the messages that wait for them. Each consumer is tied to
/// one replica of the component, as a process that has subscribed is: what is delivered to it goes there and
/// nowhere else, at most `prefetch` at a time that it has not yet acknowledged.
///
/// Messages wait in lanes, in order. Without partitions there is one for each broker and any consumer takes
/// from any (competing consumers, RabbitMQ); with them each lane belongs to one consumer at a time (Kafka),
/// and lanes are dealt out anew when a consumer joins, leaves, or has been dead for the length of a session.
class ConsumerGroup : public ReplicaWatcher {
 public:
  struct Options {
    int consumers = 0;  ///< 0: one for each replica of the component
    int prefetch = 1;
    bool partitioned = false;
    int attempts = 5;
    Nanoseconds retry_after = 0;
    Nanoseconds visibility = forever;  ///< a delivery not acknowledged by then is made again
    Nanoseconds session = 0;
    Sampler delivery;
    Sampler settle;
    Caller* dead_letters = nullptr;
  };
  ConsumerGroup(Environment& environment, Component& broker, Component& target, const Options& options,
                WaitObserver& observer);
  ~ConsumerGroup() override;

  void add_lane();
  /// The consumers subscribe.
  void start();
  void put(std::size_t lane, Message message);
  /// Takes out the oldest message of a lane.
  void drop_oldest(std::size_t lane);
  /// Takes out all of them; returns how many there were.
  std::int64_t clear(std::size_t lane);
  /// A broker has come back: its lanes are served again.
  void look_again();

  std::int64_t waiting(std::size_t lane) const {
    return static_cast<std::int64_t>(lanes_[lane].messages.size());
  }
  std::int64_t waiting() const { return waiting_.value(); }
  const DeliveryCounts& counts() const { return counts_; }
  /// Consumers that work on something, those there, and messages waiting.
  ResourceUse use(Nanoseconds now) const;

  void replica_added(Replica& replica) override;
  void replica_changed(Replica& replica) override { note_health(replica); }
  void replica_opened(Replica& replica, bool) override { note_health(replica); }

 private:
  struct Consumer;
  struct Lane {
    std::deque<Message> messages;
    Consumer* owner = nullptr;  // with partitions
  };

  void add_consumer(int replica);
  void note_health(const Replica& replica);
  bool is_healthy(const Consumer& consumer) const;
  bool can_take(const Consumer& consumer) const;
  bool has_message(std::size_t lane) const;
  const Replica& broker_of(std::size_t lane) const;
  void deal_out_lanes();
  void enqueue(std::size_t lane, Message message, bool at_front);
  void dispatch(std::size_t lane);
  void feed(Consumer& consumer);
  void hand_over(std::size_t lane, Consumer& consumer);
  Message take_first(std::size_t lane);
  Task<> deliver(std::size_t lane, Message message, Consumer& consumer);
  Task<> put_back(std::size_t lane, Message message, Outcome outcome);
  void release(Consumer& consumer);

  Environment& environment_;
  Simulator& simulator_;
  Component& broker_;
  Component& target_;
  Options options_;
  WaitObserver& observer_;
  RandomStream stream_;
  TimeoutLane* visibility_;
  std::vector<Lane> lanes_;
  std::vector<std::unique_ptr<Consumer>> consumers_;
  List<Consumer> ready_;  // without partitions: who can take a message, the longest idle first
  std::size_t turn_ = 0;
  bool started_ = false;
  DeliveryCounts counts_;
  Occupancy waiting_;
  Occupancy busy_;
  Occupancy healthy_;
};

}  // namespace windtunnel
