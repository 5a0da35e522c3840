#include "components/caller.hpp"

#include <algorithm>

namespace windtunnel {

Caller::Caller(Environment& environment, Component& target, const CallOptions& options,
               const std::string& name)
    : environment_(environment),
      target_(target),
      options_(options),
      name_(name),
      lane_(options.timeout == forever ? nullptr : &environment.simulator.timeouts(options.timeout)),
      stream_(environment.stream(name + "/backoff")),
      budget_(options.retry.budget_reserve),
      rings_(std::make_shared<RingLibrary>(
          target.balancing().virtual_nodes,
          mix(environment.seed, environment.replication, hash_name(target.name())))) {}

Balancer& Caller::balancer_for(const Call& call) {
  const std::size_t replica = call.caller_replica;
  if (replica >= balancers_.size()) balancers_.resize(replica + 1);
  std::unique_ptr<Balancer>& balancer = balancers_[replica];
  if (!balancer) {
    RandomStream stream = environment_.stream(name_ + "/balance/" + std::to_string(replica));
    BalancerOptions options = target_.balancing();
    options.rings = rings_;
    options.first_turn = stream.below(1u << 31);  // many callers do not begin with the same replica
    balancer = std::make_unique<Balancer>(environment_.simulator, options, stream);
    balancer->stand_at(environment_.network, call.from);
    balancer->follow(target_);
  }
  return *balancer;
}

Task<Reply> Caller::persist(Call call) {
  const RetryOptions& retry = options_.retry;
  if (retry.budget >= 0) budget_ = std::min(retry.budget_reserve, budget_ + retry.budget);
  Nanoseconds pause = retry.backoff;
  for (int attempts = 1;; ++attempts) {
    const Reply reply = co_await attempt(call);
    if (reply.ok() || attempts >= retry.attempts || !may_retry(reply)) co_return reply;
    pause = backoff(attempts, pause);
    co_await environment_.simulator.sleep(pause);
  }
}

bool Caller::may_retry(const Reply& reply) {
  if (!options_.retry.on[static_cast<std::size_t>(reply.outcome)]) return false;
  if (options_.retry.budget < 0) return true;
  const Nanoseconds now = environment_.simulator.now();
  budget_ += to_seconds(now - budget_at_) * options_.retry.budget_floor_per_second;
  budget_ = std::min(budget_, options_.retry.budget_reserve);
  budget_at_ = now;
  if (budget_ < 1) return false;
  budget_ -= 1;
  return true;
}

/// Exponential backoff with the jitters of Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog,
/// 2015).
Nanoseconds Caller::backoff(int retry, Nanoseconds previous) {
  const RetryOptions& options = options_.retry;
  if (options.backoff <= 0) return 0;
  const auto base = static_cast<double>(options.backoff);
  const auto cap = static_cast<double>(options.backoff_max);
  const double grown = std::min(cap, base * static_cast<double>(std::uint64_t{1} << std::min(retry - 1, 50)));
  double pause = grown;
  switch (options.jitter) {
    case Jitter::none:
      break;
    case Jitter::full:
      pause = grown * stream_.uniform();
      break;
    case Jitter::equal:
      pause = grown / 2 * (1 + stream_.uniform());
      break;
    case Jitter::decorrelated:
      pause = std::min(cap, base + stream_.uniform() * (3 * static_cast<double>(previous) - base));
      break;
  }
  return static_cast<Nanoseconds>(pause);
}

}  // namespace windtunnel
