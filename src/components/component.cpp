#include "components/component.hpp"

#include "components/balancer.hpp"
#include "components/trace.hpp"

namespace windtunnel {
namespace {

/// Counts a call as outstanding at a balancer for as long as it lives.
class Outstanding {
 public:
  Outstanding(Balancer* balancer, int backend) : balancer_(balancer), backend_(backend) {
    if (balancer_) balancer_->sent(backend_);
  }
  Outstanding(const Outstanding&) = delete;
  ~Outstanding() {
    if (balancer_) balancer_->returned(backend_);
  }

 private:
  Balancer* balancer_;
  int backend_;
};

/// Counts a call as present in a component, from its arrival until it leaves in whatever way.
class Presence {
 public:
  Presence(Meter& meter, const Simulator& simulator)
      : meter_(meter), simulator_(simulator), arrived_(simulator.now()) {
    ++meter_.arrivals;
    meter_.present.add(1, arrived_);
  }
  Presence(const Presence&) = delete;
  ~Presence() {
    meter_.present.add(-1, simulator_.now());
    meter_.sojourn_total += simulator_.now() - arrived_;
    ++meter_.replies[static_cast<std::size_t>(outcome)];
  }
  Outcome outcome = Outcome::failed;  // stays so where the call is cancelled

 private:
  Meter& meter_;
  const Simulator& simulator_;
  Nanoseconds arrived_;
};

Span* span_of(const Call& call) {
  return call.request->trace && call.span != no_span ? &call.request->trace->spans[call.span] : nullptr;
}

}  // namespace

Component::Component(Environment& environment, const ComponentSpec& spec)
    : environment_(environment),
      simulator_(environment.simulator),
      spec_(spec),
      balancing_(spec.placement.balance ? balancer_options(*spec.placement.balance) : BalancerOptions{}),
      network_stream_(environment.stream(spec.name + "/network")) {}

Component::~Component() = default;

void Component::make_replicas() {
  for (int count = 0; count < spec_.placement.replicas; ++count) add_replica();
}

Replica& Component::add_replica() {
  const std::vector<PlaceId> places = environment_.places_of(spec_);
  return add_replica_at(places[static_cast<std::size_t>(replica_count()) % places.size()]);
}

Replica& Component::add_replica_at(PlaceId place) {
  replicas_.push_back(std::make_unique<Replica>(*this, replica_count(), place));
  Replica& added = *replicas_.back();
  replica_added(added);
  watchers_.for_each([&](ReplicaWatcher& watcher) { watcher.replica_added(added); });
  return added;
}

void Component::watch(ReplicaWatcher& watcher) {
  watchers_.push_back(watcher);
  for (const auto& replica : replicas_) watcher.replica_added(*replica);
}

void Component::note_wait(const Call& call, Nanoseconds waited) {
  meter_.record_wait(waited);
  if (Span* span = span_of(call)) span->waited += waited;
}

Task<Reply> Component::request(Call call, Balancer& balancer) {
  const int backend = balancer.pick(call);
  if (backend == Balancer::nobody) return nobody_there(std::move(call));
  return visit(std::move(call), balancer.replica(backend), &balancer, backend);
}

/// Every replica is known to be down: the caller's balancer answers at once.
Task<Reply> Component::nobody_there(Call call) {
  if (Trace* trace = call.request->trace) {
    Span& span = trace->spans[trace->open(id_, call.span, simulator_.now())];
    span.arrived = span.left = span.returned = simulator_.now();
    span.outcome = Outcome::unreachable;
    span.finished = true;
  }
  ++meter_.turned_away;
  co_return Reply::error(Outcome::unreachable);
}

/// Time before a call's first byte is under way: its own overhead, and handshakes where it opens a
/// connection.
Nanoseconds Component::opening_time(const Call& call, PlaceId there) {
  Nanoseconds time = static_cast<Nanoseconds>(static_cast<double>(call.overhead_seconds) * 1e9);
  for (int trip = 0; trip < call.handshake_round_trips; ++trip) {
    time += environment_.network.transit(call.from, there, 0, network_stream_);
    time += environment_.network.transit(there, call.from, 0, network_stream_);
  }
  return time;
}

Task<Reply> Component::visit(Call call, Replica& replica, Balancer* balancer, int backend) {
  const Outstanding outstanding(balancer, backend);
  Pause pause(simulator_);
  Network& network = environment_.network;
  const PlaceId there = replica.place();
  if (call.request->trace) {
    call.span = call.request->trace->open(id_, call.span, simulator_.now());
    span_of(call)->replica = replica.index();
  }

  Reply reply = Reply::error(Outcome::unreachable);
  bool answered = false;
  if (network.connected(call.from, there) && !network.loses(call.from, there, network_stream_)) {
    co_await pause.sleep(opening_time(call, there) +
                         network.transit(call.from, there, call.request_bytes, network_stream_));
    if (Span* span = span_of(call)) span->arrived = simulator_.now();
    if (replica.up()) {
      Presence presence(meter_, simulator_);
      reply = co_await Hosted(replica, serve(call, replica));
      presence.outcome = reply.outcome;
    } else {
      ++meter_.turned_away;
    }
    if (Span* span = span_of(call)) span->left = simulator_.now();
    answered = network.connected(there, call.from) && !network.loses(there, call.from, network_stream_);
  }
  if (answered) {
    co_await pause.sleep(network.transit(there, call.from, call.response_bytes, network_stream_));
  } else {
    // Nothing comes back: the connection is given up when its packets have gone unanswered for so long.
    co_await pause.sleep(environment_.connect_timeout);
    reply = Reply::error(Outcome::unreachable);
  }
  if (Span* span = span_of(call)) {
    span->returned = simulator_.now();
    span->outcome = reply.outcome;
    span->finished = true;
  }
  co_return reply;
}

Task<Reply> Component::stay(Call call) {
  if (call.request->trace) {
    call.span = call.request->trace->open(id_, call.span, simulator_.now());
    span_of(call)->arrived = simulator_.now();
  }
  Presence presence(meter_, simulator_);
  const Reply reply = co_await serve(call, replica(0));
  presence.outcome = reply.outcome;
  if (Span* span = span_of(call)) {
    span->left = span->returned = simulator_.now();
    span->outcome = reply.outcome;
    span->finished = true;
  }
  co_return reply;
}

}  // namespace windtunnel
