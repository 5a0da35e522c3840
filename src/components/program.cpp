#include "components/program.hpp"

#include "catalog/catalog.hpp"
#include "components/sampling.hpp"

namespace windtunnel {
namespace {

Nanoseconds span(const Duration& duration) { return to_nanoseconds(duration.seconds); }

/// Turns one kind of step into an instruction; one function per kind.
struct Compiler {
  Environment& environment;
  const std::string& name;  // of the step: owner and position
  Program::Instruction& out;

  void operator()(const WorkStep& step) const {
    out.kind = Program::Kind::work;
    out.traced = step.traced;
    out.law = make_sampler(step.time);
  }
  void operator()(const WaitStep& step) const {
    out.kind = Program::Kind::wait;
    out.law = make_sampler(step.time);
  }
  void operator()(const CallStep& step) const {
    out.kind = Program::Kind::call;
    Component& target = environment.component(step.call.name);
    out.caller =
        std::make_unique<Caller>(environment, target, call_options(environment.catalog, step.policy), name);
    out.shape.key_space = key_space_of(environment, step.key, target);
    if (step.keys) out.shape.count = make_sampler(*step.keys);
    if (step.items) out.shape.count = make_sampler(*step.items);
    if (step.top) out.shape.count = Sampler::constant(*step.top);
    out.shape.operation = step.op == "write" ? Operation::write : Operation::read;
    if (step.request) out.shape.request_bytes = make_sampler(*step.request);
    if (step.response) out.shape.response_bytes = make_sampler(*step.response);
    out.shape.priority = static_cast<std::uint8_t>(step.priority);
    out.is_plain = !out.caller->retries() && !step.fallback;
    if (!step.fallback) return;
    out.fallback_quality = static_cast<float>(step.fallback->quality.value);
    if (step.fallback->call) {
      Component& other = environment.component(step.fallback->call->name);
      out.fallback = std::make_unique<Caller>(environment, other, CallOptions{}, name + "/fallback");
      out.fallback_shape = out.shape;
      out.fallback_shape.key_space = key_space_of(environment, step.fallback->key, other);
    }
  }
  void operator()(const ParallelStep& step) const {
    out.kind = Program::Kind::parallel;
    for (const Steps& branch : step.parallel.of) add_part(branch);
    out.need = step.parallel.need.value_or(static_cast<int>(step.parallel.of.size()));
    if (step.parallel.best_effort) {
      out.best_effort = &environment.simulator.timeouts(span(*step.parallel.best_effort));
    }
  }
  void operator()(const ChooseStep& step) const {
    out.kind = Program::Kind::choose;
    double total = 0;
    for (const Branch& branch : step.branches) {
      total += branch.share.value;
      out.shares.push_back(total > 1 - 1e-9 ? 1 : total);  // what adds up to 100% leaves nothing over
      add_part(branch.steps);
    }
  }
  void operator()(const RepeatStep& step) const {
    out.kind = Program::Kind::repeat;
    out.law = make_sampler(step.times);
    add_part(step.steps);
  }
  void operator()(const ReplyStep& step) const {
    out.kind = Program::Kind::reply;
    if (step.response) out.shape.response_bytes = make_sampler(*step.response);
  }
  void operator()(const FailStep& step) const {
    out.kind = Program::Kind::fail;
    out.share = step.probability.value;
  }

 private:
  void add_part(const Steps& steps) const {
    out.parts.emplace_back(environment, name + "/" + std::to_string(out.parts.size()), steps);
  }
};

}  // namespace

Program::Program(Environment& environment, const std::string& owner, const Steps& steps) {
  for (const Step& step : steps) {
    Instruction& instruction = instructions_.emplace_back();
    const std::string name = owner + "/" + std::to_string(instructions_.size() - 1);
    std::visit(Compiler{environment, name, instruction}, step.action);
  }
}

namespace {

/// Round trips before the first byte of a call that opens a connection, by the catalog.
double handshake_round_trips(const Catalog& catalog, const CallPolicy& policy) {
  const char* name = policy.protocol == Protocol::http3 ? "quic"
                     : policy.tls == TlsVersion::tls12  ? "tcp+tls1.2"
                     : policy.tls == TlsVersion::tls13  ? "tcp+tls1.3"
                                                        : "tcp";
  const Handshake* handshake = catalog.find_handshake(name);
  return handshake ? handshake->round_trips : 0;
}

}  // namespace

CallOptions call_options(const Catalog& catalog, const CallPolicy& policy) {
  CallOptions options;
  options.overhead_seconds = static_cast<float>(policy.overhead.seconds);
  if (!policy.keep_alive) {
    options.handshake_round_trips = static_cast<std::uint8_t>(handshake_round_trips(catalog, policy));
  }
  if (policy.timeout) options.timeout = span(*policy.timeout);
  options.cancels = policy.cancel;
  if (!policy.retry) return options;
  const Retry& retry = *policy.retry;
  options.retry.attempts = retry.attempts;
  options.retry.backoff = span(retry.backoff);
  options.retry.backoff_max = span(retry.cap);
  options.retry.jitter = retry.jitter;
  if (retry.budget) options.retry.budget = retry.budget->value;
  options.retry.budget_floor_per_second = retry.budget_floor.per_second;
  if (!retry.on.empty()) {
    options.retry.on.fill(false);
    for (const ErrorKind kind : retry.on) options.retry.on[static_cast<std::size_t>(kind) + 1] = true;
  }
  return options;
}

int key_space_of(const Environment& environment, const std::string& named, const Component& callee) {
  const KeySpaces& spaces = environment.key_spaces;
  if (!named.empty()) return spaces.find(named);
  if (callee.spec().placement.key) return spaces.find(*callee.spec().placement.key);
  const int by_name = spaces.find_in_name(callee.name());
  if (by_name >= 0) return by_name;
  return spaces.size() == 1 ? 0 : -1;
}

}  // namespace windtunnel
