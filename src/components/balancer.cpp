#include "components/balancer.hpp"

#include <algorithm>

#include "components/component.hpp"

namespace windtunnel {

BalancerOptions balancer_options(const Balance& balance) {
  BalancerOptions options;
  options.policy = balance.kind;
  options.choices = balance.choices;
  options.with_replacement = balance.with_replacement;
  options.snapshot_period = to_nanoseconds(balance.snapshot_period.seconds);
  options.virtual_nodes = balance.virtual_nodes;
  options.bound = balance.bound;
  return options;
}

/// What the balancer believes of one backend.
class Balancer::Backend : public HealthCheck {
 public:
  Backend(Balancer& owner, Replica& behind)
      : HealthCheck(owner.simulator_, owner.options_.checks), balancer_(owner), replica_(behind) {}

 protected:
  Answer probe() const override {
    const Network* network = balancer_.network_;
    const PlaceId there = replica_.place();
    const PlaceId here = network ? balancer_.place_ : there;
    if (network && !(network->connected(here, there) && network->connected(there, here))) return Answer::none;
    return replica_.up() ? Answer::good : Answer::refused;
  }
  void health_changed() override { balancer_.candidates_are_old_ = true; }

 private:
  Balancer& balancer_;
  Replica& replica_;
};

/// Hears of the replicas of one of the components behind the balancer.
class Balancer::Follower : public ReplicaWatcher {
 public:
  explicit Follower(Balancer& owner) : balancer_(owner) {}
  void replica_added(Replica& replica) override { balancer_.replica_added(replica); }
  void replica_changed(Replica& replica) override { balancer_.replica_changed(replica); }
  void replica_opened(Replica& replica, bool open) override { balancer_.replica_opened(replica, open); }

 private:
  Balancer& balancer_;
};

/// Hears of partitions; the health checks notice them in their time.
class Balancer::Links : public NetworkWatcher {
 public:
  explicit Links(Balancer& owner) : balancer_(owner) {}
  void links_changed() override {
    for (const auto& backend : balancer_.backends_) backend->look(balancer_.check_stream_);
  }

 private:
  Balancer& balancer_;
};

/// Copies the load figures every snapshot period: until then the view is stale.
struct Balancer::Refresh : Event {
  explicit Refresh(Balancer& owner) : Event(&Refresh::happen), balancer(owner) { plan(); }
  void plan() { balancer.simulator_.schedule_after(*this, balancer.options_.snapshot_period); }
  static void happen(Event& event) {
    auto& self = static_cast<Refresh&>(event);
    self.balancer.snapshot_ = self.balancer.outstanding_;
    self.plan();
  }
  Balancer& balancer;
};

Balancer::Balancer(Simulator& simulator, const BalancerOptions& options, RandomStream stream)
    : simulator_(simulator),
      options_(options),
      stream_(stream),
      check_stream_(stream_.next_u64()),
      turn_(options.first_turn) {
  if (!options_.rings && options_.policy == BalancePolicy::consistent_hash)
    options_.rings = std::make_shared<RingLibrary>(options_.virtual_nodes, options_.ring_seed);
  if (options_.snapshot_period > 0) refresh_ = std::make_unique<Refresh>(*this);
}

Balancer::~Balancer() = default;

void Balancer::stand_at(Network& network, PlaceId place) {
  network_ = &network;
  place_ = place;
  links_ = std::make_unique<Links>(*this);
  network.watch(*links_);
  candidates_are_old_ = true;
}

void Balancer::follow(Component& component) {
  followers_.push_back(std::make_unique<Follower>(*this));
  component.watch(*followers_.back());
}

bool Balancer::believed_healthy(int backend) const {
  return backends_[static_cast<std::size_t>(backend)]->healthy();
}

double Balancer::initial_weight(const Replica& replica) const {
  for (const auto& [component, weight] : options_.component_weights) {
    if (component == &replica.owner()) return weight / std::max(1, component->spec().placement.replicas);
  }
  const std::size_t index = backends_.size();
  return index < options_.weights.size() ? options_.weights[index] : 1;
}

void Balancer::replica_added(Replica& replica) {
  weights_.push_back(initial_weight(replica));
  backends_.push_back(std::make_unique<Backend>(*this, replica));
  replicas_.push_back(&replica);
  turns_owed_.push_back(0);
  outstanding_.push_back(0);
  snapshot_.push_back(0);
  changed_.push_back(0);
  candidates_are_old_ = true;
  backends_.back()->look(check_stream_);
}

void Balancer::replica_opened(Replica&, bool) { candidates_are_old_ = true; }

void Balancer::replica_changed(Replica& replica) {
  for (int backend = 0; backend < size(); ++backend) {
    if (&this->replica(backend) == &replica)
      backends_[static_cast<std::size_t>(backend)]->look(check_stream_);
  }
}

/// The usable backends; with zone_aware those of the nearest ring alone in which there is one.
void Balancer::rebuild_candidates() {
  candidates_.clear();
  candidates_are_old_ = false;
  ring_.reset();
  constexpr int own_zone = 0, own_region = 1, anywhere = 2;
  int nearest = anywhere;
  for (int backend = 0; backend < size(); ++backend) {
    const Replica& behind = replica(backend);
    if (!believed_healthy(backend) || !behind.open()) continue;
    int distance = anywhere;
    if (options_.zone_aware && network_) {
      const bool same_region = network_->place(behind.place()).region == network_->place(place_).region;
      distance = behind.place() == place_ ? own_zone : same_region ? own_region : anywhere;
    }
    if (distance > nearest) continue;
    if (distance < nearest) candidates_.clear();
    nearest = distance;
    candidates_.push_back(backend);
  }
}

int Balancer::pick(const Call& call) {
  if (candidates_are_old_) rebuild_candidates();
  if (candidates_.empty()) return nobody;
  switch (options_.policy) {
    case BalancePolicy::random:
      return candidates_[stream_.below(candidates_.size())];
    case BalancePolicy::round_robin:
      return candidates_[turn_++ % candidates_.size()];
    case BalancePolicy::weighted:
      return pick_weighted();
    case BalancePolicy::least_requests:
      return pick_least_of_drawn();
    case BalancePolicy::least_connections:
      return pick_least_of_all();
    case BalancePolicy::consistent_hash:
      return pick_on_ring(call.key);
  }
  return nobody;
}

/// The least loaded of d backends drawn at random; the first drawn wins a tie.
int Balancer::pick_least_of_drawn() {
  const auto count = candidates_.size();
  if (static_cast<std::size_t>(options_.choices) >= count && !options_.with_replacement)
    return pick_least_of_all();
  std::size_t drawn[16];
  int best = nobody;
  for (int draw = 0; draw < options_.choices; ++draw) {
    std::size_t position = stream_.below(count);
    const auto repeated = [&] { return std::find(drawn, drawn + draw, position) != drawn + draw; };
    while (!options_.with_replacement && repeated()) position = stream_.below(count);
    drawn[draw] = position;
    const int candidate = candidates_[position];
    if (best == nobody || load(candidate) < load(best)) best = candidate;
  }
  return best;
}

/// By load per weight; of equals the one whose load changed least recently, as the trees of HAProxy's
/// leastconn order them (src/lb_fwlc.c: a server goes behind its equals whenever its count changes).
bool Balancer::less_loaded(int a, int b) const {
  const double load_a = load(a) * weight(b);
  const double load_b = load(b) * weight(a);
  if (load_a != load_b) return load_a < load_b;
  return changed_[static_cast<std::size_t>(a)] < changed_[static_cast<std::size_t>(b)];
}

int Balancer::pick_least_of_all() {
  int best = candidates_.front();
  for (const int candidate : candidates_) {
    if (less_loaded(candidate, best)) best = candidate;
  }
  return best;
}

int Balancer::pick_on_ring(std::uint64_t key) {
  if (!ring_) ring_ = options_.rings->ring(candidates_, weights_);
  return options_.bound > 0 ? ring_->pick_bounded(key, seen_load(), options_.bound) : ring_->pick(key);
}

/// Smooth weighted round robin, as nginx does it: each earns its weight per turn, the richest pays for all.
int Balancer::pick_weighted() {
  double total = 0;
  int best = nobody;
  for (const int candidate : candidates_) {
    double& owed = turns_owed_[static_cast<std::size_t>(candidate)];
    owed += weight(candidate);
    total += weight(candidate);
    if (best == nobody || owed > turns_owed_[static_cast<std::size_t>(best)]) best = candidate;
  }
  turns_owed_[static_cast<std::size_t>(best)] -= total;
  return best;
}

}  // namespace windtunnel
