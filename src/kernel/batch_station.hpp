#pragma once
#include <array>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/event_queue.hpp"
#include "kernel/list.hpp"
#include "kernel/occupancy.hpp"
#include "kernel/simulator.hpp"
#include "kernel/station.hpp"

namespace windtunnel {

/// How long a server works on a batch. Asked once, as the batch starts.
class BatchTimer {
 public:
  virtual ~BatchTimer() = default;
  virtual Nanoseconds service_time(int items) = 0;
};

/// When a batch starts and how large it gets ("least a, most b, timer"; Neuts 1967 for a and b).
struct BatchRules {
  int maximum = 1;           ///< items in a batch at most; 1 or more
  int preferred = 1;         ///< a free server does not wait for more items than these
  Nanoseconds max_wait = 0;  ///< nor longer than this for the oldest visitor; forever: until `preferred`
  std::int64_t queue_limit = unbounded;  ///< visitors waiting at most; beyond it an arrival is refused
};

/// c identical servers that work on batches, and one queue in front of them: a GPU server with dynamic
/// batching.
///
/// A batch starts when a server is free and either `preferred` items wait or the oldest visitor has waited
/// `max_wait`. It takes visitors in order (priority 0 first, then by arrival) while their items fit into
/// `maximum`; a visitor is not split. One with more items than `maximum` is served alone, its items in full
/// batches one after the other on one server. All visitors of a batch end with it.
///
/// Destroying a visitor that waits takes its items out of the queue; destroying one in service does not
/// shorten the batch, which is under way.
class BatchStation {
 public:
  struct Service {
    bool admitted;
    Nanoseconds waited;  ///< until the batch started
    int batch_size;      ///< items in the batch (in all of them, for a visitor served alone); 0 if refused
  };
  class Serve;

  /// `timer` must outlive the station.
  BatchStation(Simulator& simulator, int servers, const BatchRules& rules, BatchTimer& timer);
  BatchStation(const BatchStation&) = delete;
  BatchStation& operator=(const BatchStation&) = delete;

  /// `co_await station.serve(items)`; `items` is 1 or more, `priority` 0 (first) to 7.
  Serve serve(int items = 1, int priority = 0);
  /// A visitor that takes one place in the rules' counts, however many items it brings for the timer.
  Serve serve_as_one(int items, int priority = 0);

  int servers() const { return servers_; }
  /// Visitors waiting, and the places that they take.
  std::int64_t queued() const { return queue_.value(); }
  std::int64_t queued_items() const { return waiting_places_; }
  /// Time averages; see Occupancy.
  const Occupancy& busy_servers() const { return busy_; }
  const Occupancy& queue_length() const { return queue_; }
  /// Batches started so far.
  std::uint64_t batches() const { return batches_; }

  /// More or fewer servers from now on; batches under way end first.
  void set_servers(int servers);

 private:
  enum class State : std::uint8_t { idle, queued, served, refused };
  struct Batch : Event {
    explicit Batch(BatchStation& owner) : Event(&Batch::ended), station(owner) {}
    static void ended(Event& event);
    BatchStation& station;
    List<Serve> members;
  };
  struct HoldTimer : Event {
    explicit HoldTimer(BatchStation& owner) : Event(&HoldTimer::rings), station(owner) {}
    static void rings(Event& event) { static_cast<HoldTimer&>(event).station.start_batches(); }
    BatchStation& station;
  };

  bool enter(Serve& visitor);
  void leave(Serve& visitor);
  void start_batches();
  void look_again_at(Nanoseconds due);
  void start_batch();
  void take(Serve& visitor, Batch& batch);
  void finish(Batch& batch);
  List<Serve>* first_queue();
  Nanoseconds oldest_arrival();
  Nanoseconds service_time(int places, int items);

  Simulator& simulator_;
  int servers_;
  BatchRules rules_;
  BatchTimer& timer_;
  std::int64_t waiting_places_ = 0;
  std::uint64_t batches_ = 0;
  Occupancy busy_;
  Occupancy queue_;
  std::array<List<Serve>, Station::priorities> waiting_;
  std::vector<std::unique_ptr<Batch>> all_batches_;
  std::vector<Batch*> free_batches_;
  Nanoseconds hold_due_ = 0;
  HoldTimer hold_;  // the oldest visitor will have waited long enough
};

class [[nodiscard]] BatchStation::Serve : public ListNode {
 public:
  Serve(BatchStation& station, int items, int places, int priority)
      : station_(station), items_(items), places_(places), urgency_(static_cast<std::uint8_t>(priority)) {}
  Serve(const Serve&) = delete;
  ~Serve() { station_.leave(*this); }
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> caller) {
    waiter_ = caller;
    return station_.enter(*this);
  }
  Service await_resume() const { return {state_ != State::refused, waited_, batch_size_}; }

 private:
  friend class BatchStation;
  BatchStation& station_;
  std::coroutine_handle<> waiter_;
  Nanoseconds arrived_ = 0;
  Nanoseconds waited_ = 0;
  int items_;   // for the timer
  int places_;  // in the rules' counts
  int batch_size_ = 0;
  std::uint8_t urgency_;
  State state_ = State::idle;
};

inline BatchStation::Serve BatchStation::serve(int items, int priority) {
  return Serve(*this, items, items, priority);
}

inline BatchStation::Serve BatchStation::serve_as_one(int items, int priority) {
  return Serve(*this, items, 1, priority);
}

}  // namespace windtunnel
