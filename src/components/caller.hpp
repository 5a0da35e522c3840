#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "components/attempt.hpp"
#include "components/balancer.hpp"
#include "components/call.hpp"
#include "components/component.hpp"
#include "kernel/random.hpp"
#include "language/call_policy.hpp"

namespace windtunnel {

/// When and how often a call that went wrong is tried again.
struct RetryOptions {
  int attempts = 1;         ///< in all, the first included
  Nanoseconds backoff = 0;  ///< before the first retry; doubles with each further one
  Nanoseconds backoff_max = forever;
  Jitter jitter = Jitter::full;
  /// Retries per call over time (Finagle's RetryBudget): each call earns this share of a retry. Negative: no
  /// budget.
  double budget = -1;
  double budget_floor_per_second = 0;  ///< retries allowed besides the budget
  double budget_reserve = 10;          ///< retries that may be saved up
  std::array<bool, outcome_count> on = {false, true, true, true, true};
};

struct CallOptions {
  Nanoseconds timeout = forever;
  bool cancels = false;  ///< tells the callee to stop when nobody waits any more
  RetryOptions retry;
  std::uint8_t handshake_round_trips = 0;  ///< of each call, where connections are not reused
  float overhead_seconds = 0;
};

/// The caller's end of an edge: whom it calls, how it balances, how long it waits, what it tries again.
class Caller {
 public:
  /// `replicas` is the number of the caller's replicas: each has a view of its own of the callee's load.
  Caller(Environment& environment, Component& target, const CallOptions& options, const std::string& name);

  /// One attempt. Without retries this is the whole call.
  Attempt attempt(Call call) {
    call.handshake_round_trips = options_.handshake_round_trips;
    call.overhead_seconds = options_.overhead_seconds;
    return Attempt(environment_.simulator, target_.request(call, balancer_for(call)), lane_,
                   options_.cancels);
  }
  bool retries() const { return options_.retry.attempts > 1; }
  /// The call with its retries.
  Task<Reply> persist(Call call);

  Component& target() const { return target_; }
  /// How attempts ended, as seen from this side.
  const std::array<std::uint64_t, outcome_count>& outcomes() const { return outcomes_; }
  void count(const Reply& reply) { ++outcomes_[static_cast<std::size_t>(reply.outcome)]; }

 private:
  Balancer& balancer_for(const Call& call);
  bool may_retry(const Reply& reply);
  Nanoseconds backoff(int retry, Nanoseconds previous);

  Environment& environment_;
  Component& target_;
  CallOptions options_;
  std::string name_;
  TimeoutLane* lane_;
  RandomStream stream_;
  double budget_;
  Nanoseconds budget_at_ = 0;
  std::shared_ptr<RingLibrary> rings_;                // of its balancers
  std::vector<std::unique_ptr<Balancer>> balancers_;  // by caller's replica
  std::array<std::uint64_t, outcome_count> outcomes_{};
};

}  // namespace windtunnel
