#include "components/load_balancer.hpp"

#include <algorithm>

#include "components/attempt.hpp"
#include "components/sampling.hpp"

namespace windtunnel {

void describe(Fields<HealthChecks>& f) {
  f.about("checks", "Active health checks: how long a dead backend goes unnoticed.");
  f.add("every", &HealthChecks::every)
      .fallback("5s", "design defaults: checks every 5 to 10 s")
      .more_than("0s")
      .doc("Time between two checks of one backend.");
  f.add("timeout", &HealthChecks::timeout)
      .fallback("1s", "a fifth of the interval")
      .doc("When an unanswered check counts as failed (hung or cut off backends).");
  f.add("fall", &HealthChecks::fall)
      .fallback("3", "HAProxy's default `fall 3`")
      .at_least("1")
      .doc("Failed checks in a row until a backend is taken out.");
  f.add("rise", &HealthChecks::rise)
      .fallback("2", "HAProxy's default `rise 2`")
      .at_least("1")
      .doc("Good checks in a row until it is taken in again.");
}

void describe(Fields<LoadBalancerFields>& f) {
  f.about("load_balancer", "Spreads calls over the replicas of the components behind it.");
  f.add("to", &LoadBalancerFields::to).required().doc("The component, or components, behind it.");
  f.add("policy", &LoadBalancerFields::policy)
      .fallback("round_robin", "the default of nginx, HAProxy and Envoy")
      .doc("How the next backend is chosen.");
  f.add("weights", &LoadBalancerFields::weights)
      .absent("all alike")
      .doc(
          "Weights for `weighted`, `least_connections` and `consistent_hash`: of the replicas in order, or, "
          "with "
          "several components in `to`, of each component as a whole.");
  f.add("zone_aware", &LoadBalancerFields::zone_aware)
      .fallback("false", "backends of all zones are alike")
      .doc(
          "Sends only to backends of the balancer's own zone while one of them is healthy, else only to "
          "those of its "
          "region, else to any.");
  f.add("checks", &LoadBalancerFields::checks)
      .fallback("{}", "see its fields")
      .doc("Health checks of the backends.");
  f.add("overhead", &LoadBalancerFields::overhead)
      .fallback("0ms", "a hop measured at HAProxy and nginx adds 0.15 to 0.3 ms; see the product presets")
      .doc("Time that passing on a call takes, without queueing.");
  f.check([](const LoadBalancerFields& fields, ObjectCheck& check) {
    const bool positive =
        std::all_of(fields.weights.begin(), fields.weights.end(), [](double w) { return w > 0; });
    if (!positive) check.error("weights", "a weight must be above 0");
    if (fields.to.size() > 1 && !fields.weights.empty() && fields.weights.size() != fields.to.size())
      check.error("weights", "there must be as many weights as components in `to`");
  });
}

LoadBalancer::LoadBalancer(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<LoadBalancerFields>()),
      overhead_law_(make_sampler(fields_.overhead)),
      overhead_stream_(environment.stream(spec.name + "/overhead")) {}

LoadBalancer::~LoadBalancer() = default;

void LoadBalancer::connect() {
  for (const ComponentRef& reference : fields_.to)
    targets_.push_back(&environment_.component(reference.name));
}

BalancerOptions LoadBalancer::options() const {
  BalancerOptions options = balancer_options(fields_.policy);
  options.zone_aware = fields_.zone_aware;
  options.checks.interval = to_nanoseconds(fields_.checks.every.seconds);
  options.checks.timeout = to_nanoseconds(fields_.checks.timeout.seconds);
  options.checks.fall = fields_.checks.fall;
  options.checks.rise = fields_.checks.rise;
  options.ring_seed = mix(environment_.seed, environment_.replication, hash_name(name()));
  if (targets_.size() == 1) {
    options.weights = fields_.weights;
  } else {
    for (std::size_t index = 0; index < fields_.weights.size(); ++index)
      options.component_weights.emplace_back(targets_[index], fields_.weights[index]);
  }
  return options;
}

void LoadBalancer::replica_added(Replica& replica) {
  const RandomStream stream = environment_.stream(name() + "/pick/" + std::to_string(replica.index()));
  views_.push_back(std::make_unique<Balancer>(simulator_, options(), stream));
  views_.back()->stand_at(environment_.network, replica.place());
  if (started_) watch_targets(*views_.back());
}

/// Only now do all backends exist: they count in the order of `to`, whatever the order of the file.
void LoadBalancer::start() {
  started_ = true;
  for (const auto& view : views_) watch_targets(*view);
}

void LoadBalancer::watch_targets(Balancer& view) {
  for (Component* target : targets_) view.follow(*target);
}

/// The balancer has no patience of its own: when its client cancels, so does it.
Task<Reply> LoadBalancer::serve(Call& call, Replica& replica) {
  Balancer& view = *views_[replica.index()];
  Call forwarded = call;
  forwarded.from = replica.place();
  forwarded.caller_replica = replica.index();
  forwarded.handshake_round_trips = 0;  // towards its backends a balancer keeps connections open
  forwarded.overhead_seconds = 0;
  co_await simulator_.sleep(overhead_law_.sample_ns(overhead_stream_));
  if (targets_.size() == 1) {
    // A component that is split by key finds the right part itself.
    co_return co_await Attempt(simulator_, targets_.front()->request(std::move(forwarded), view), nullptr,
                               true);
  }
  const int backend = view.pick(forwarded);
  if (backend == Balancer::nobody) co_return Reply::error(Outcome::unreachable);
  Replica& chosen = view.replica(backend);
  co_return co_await Attempt(simulator_, chosen.owner().visit(std::move(forwarded), chosen, &view, backend),
                             nullptr, true);
}

void LoadBalancer::add_resources(std::vector<ResourceUse>&) const {
}  // what it needs of its machine is not modelled

}  // namespace windtunnel
