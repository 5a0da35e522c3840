#pragma once
#include <coroutine>
#include <cstdint>
#include <deque>
#include <span>

#include "components/call.hpp"
#include "components/eviction/entry_table.hpp"
#include "kernel/list.hpp"
#include "kernel/simulator.hpp"

namespace windtunnel {

/// Which keys are being fetched, so that each is fetched once however many ask for it meanwhile.
class SingleFlight {
 public:
  class Waiting;
  class Flight;

  explicit SingleFlight(Simulator& simulator) : simulator_(simulator) {}
  SingleFlight(const SingleFlight&) = delete;
  SingleFlight& operator=(const SingleFlight&) = delete;

  /// Where the key is being fetched, `waiting` waits for it too: true. Else somebody has to fetch it.
  bool join(std::uint64_t key, Waiting& waiting);
  std::size_t in_flight() const { return keys_.count(); }

 private:
  /// One request's wait for one key.
  struct Ticket : ListNode {
    Waiting* owner = nullptr;
    Ticket* next = nullptr;  // of the same owner, or the next free one
  };

  void begin(std::uint64_t key);
  void land(std::uint64_t key, Outcome outcome);
  Ticket& take_ticket();
  void give_back(Ticket* first);
  List<Ticket>& waiters(eviction::Slot slot);

  Simulator& simulator_;
  eviction::EntryTable keys_;
  std::deque<List<Ticket>> waiters_;  // by slot
  std::deque<Ticket> tickets_;
  Ticket* free_tickets_ = nullptr;
};

/// A request's wait for keys that others fetch: `co_await waiting` when all are joined.
class SingleFlight::Waiting : Event {
 public:
  explicit Waiting(SingleFlight& owner) : Event(&Waiting::wake), owner_(owner) {}
  ~Waiting() { owner_.give_back(tickets_); }

  std::uint32_t joined() const { return joined_; }
  /// How the worst of the flights ended.
  Outcome outcome() const { return outcome_; }

  bool await_ready() const { return pending_ == 0; }
  void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
  void await_resume() const {}

 private:
  friend class SingleFlight;
  static void wake(Event& event) { static_cast<Waiting&>(event).waiter_.resume(); }
  void landed(Outcome outcome);

  SingleFlight& owner_;
  Ticket* tickets_ = nullptr;
  std::coroutine_handle<> waiter_;
  std::uint32_t joined_ = 0;
  std::uint32_t pending_ = 0;
  Outcome outcome_ = Outcome::ok;
};

/// The keys that one request fetches, from take-off until it lands. Should the request disappear, those who
/// wait are told that it has failed.
class SingleFlight::Flight {
 public:
  /// `keys` must outlive the flight; none of them is in flight yet.
  Flight(SingleFlight& owner, std::span<const std::uint64_t> keys);
  Flight(const Flight&) = delete;
  ~Flight() { land(Outcome::failed); }
  void land(Outcome outcome);

 private:
  SingleFlight& owner_;
  std::span<const std::uint64_t> keys_;
};

}  // namespace windtunnel
