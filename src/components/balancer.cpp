#include "components/balancer.hpp"

#include <algorithm>
#include <cmath>

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

struct Balancer::Backend {
  Backend(Balancer& owner, int index, Replica& behind) : replica(&behind), notice(owner, index) {}
  Replica* replica;
  double weight = 1;
  double current_weight = 0;  // of smooth weighted round robin
  bool healthy = true;

  /// The health check that will notice what has happened to the replica.
  struct Notice : Event {
    explicit Notice(Balancer& owner, int index) : Event(&Notice::happen), balancer(owner), backend(index) {}
    static void happen(Event& event) {
      auto& self = static_cast<Notice&>(event);
      Backend& noticed = *self.balancer.backends_[static_cast<std::size_t>(self.backend)];
      noticed.healthy = noticed.replica->up();
      self.balancer.rebuild_candidates();
    }
    Balancer& balancer;
    int backend;
  };
  Notice notice;
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
    : simulator_(simulator), options_(options), stream_(stream) {
  if (options_.snapshot_period > 0) refresh_ = std::make_unique<Refresh>(*this);
}

Balancer::~Balancer() = default;

void Balancer::replica_added(Replica& replica) {
  auto backend = std::make_unique<Backend>(*this, size(), replica);
  if (backends_.size() < options_.weights.size()) backend->weight = options_.weights[backends_.size()];
  backends_.push_back(std::move(backend));
  replicas_.push_back(&replica);
  outstanding_.push_back(0);
  snapshot_.push_back(0);
  rebuild_candidates();
}

void Balancer::replica_opened(Replica&, bool) { rebuild_candidates(); }

void Balancer::replica_changed(Replica& replica) {
  for (const auto& backend : backends_) {
    if (backend->replica != &replica) continue;
    // Checks come at a fixed interval with a phase of their own; the last of the needed ones decides.
    const int checks = replica.up() ? options_.rise : options_.fall;
    const auto interval = static_cast<double>(options_.check_interval);
    const auto first = static_cast<Nanoseconds>(stream_.uniform() * interval);
    backend->notice.cancel();
    simulator_.schedule_after(backend->notice, first + (checks - 1) * options_.check_interval);
  }
}

void Balancer::rebuild_candidates() {
  candidates_.clear();
  candidates_by_place_.clear();
  for (int backend = 0; backend < size(); ++backend) {
    const Backend& entry = *backends_[static_cast<std::size_t>(backend)];
    if (!entry.healthy || !entry.replica->open()) continue;
    candidates_.push_back(backend);
    if (options_.zone_aware) {
      const std::size_t place = entry.replica->place();
      if (candidates_by_place_.size() <= place) candidates_by_place_.resize(place + 1);
      candidates_by_place_[place].push_back(backend);
    }
  }
}

const std::vector<int>& Balancer::candidates_for(const Call& call) {
  if (options_.zone_aware && call.from < candidates_by_place_.size() &&
      !candidates_by_place_[call.from].empty()) {
    return candidates_by_place_[call.from];
  }
  return candidates_;
}

int Balancer::pick(const Call& call) {
  const std::vector<int>& candidates = candidates_for(call);
  if (candidates.empty()) return nobody;
  switch (options_.policy) {
    case BalancePolicy::random:
      return candidates[stream_.below(candidates.size())];
    case BalancePolicy::round_robin:
      return candidates[turn_++ % candidates.size()];
    case BalancePolicy::weighted:
      return pick_weighted(candidates);
    case BalancePolicy::least_requests:
      return pick_least_of(candidates);
    case BalancePolicy::least_connections:
      return pick_least(candidates);
    case BalancePolicy::consistent_hash:
      return pick_on_ring(candidates, call.key);
  }
  return nobody;
}

/// The least loaded of d backends drawn at random; the first drawn wins a tie.
int Balancer::pick_least_of(const std::vector<int>& candidates) {
  const auto count = candidates.size();
  if (static_cast<std::size_t>(options_.choices) >= count && !options_.with_replacement)
    return pick_least(candidates);
  std::size_t drawn[16];
  int best = nobody;
  for (int draw = 0; draw < options_.choices; ++draw) {
    std::size_t position = stream_.below(count);
    const auto repeated = [&] { return std::find(drawn, drawn + draw, position) != drawn + draw; };
    while (!options_.with_replacement && repeated()) position = stream_.below(count);
    drawn[draw] = position;
    const int candidate = candidates[position];
    if (best == nobody || load(candidate) < load(best)) best = candidate;
  }
  return best;
}

/// The least loaded of all. Starting each search behind the last winner breaks ties by turns.
int Balancer::pick_least(const std::vector<int>& candidates) {
  const auto count = candidates.size();
  std::size_t position = turn_ % count;
  std::size_t best = position;
  for (std::size_t step = 0; step < count; ++step) {
    if (load(candidates[position]) < load(candidates[best])) best = position;
    if (++position == count) position = 0;
  }
  turn_ = best + 1;
  return candidates[best];
}

/// Highest random weight (Thaler and Ravishankar 1998): the backend with the highest hash of (key, backend)
/// that has room under the bound.
int Balancer::pick_on_ring(const std::vector<int>& candidates, std::uint64_t key) {
  std::int64_t total = 1;
  for (const int candidate : candidates) total += load(candidate);
  const double room = options_.bound * static_cast<double>(total) / static_cast<double>(candidates.size());
  int best = nobody;
  std::uint64_t highest = 0;
  for (const int candidate : candidates) {
    if (options_.bound > 0 && static_cast<double>(load(candidate)) >= std::ceil(room)) continue;
    const std::uint64_t weight = scramble(key ^ scramble(static_cast<std::uint64_t>(candidate)));
    if (best == nobody || weight > highest) {
      best = candidate;
      highest = weight;
    }
  }
  return best;
}

int Balancer::pick_weighted(const std::vector<int>& candidates) {
  double total = 0;
  Backend* best = nullptr;
  int winner = nobody;
  for (const int candidate : candidates) {
    Backend& backend = *backends_[static_cast<std::size_t>(candidate)];
    backend.current_weight += backend.weight;
    total += backend.weight;
    if (!best || backend.current_weight > best->current_weight) {
      best = &backend;
      winner = candidate;
    }
  }
  best->current_weight -= total;
  return winner;
}

}  // namespace windtunnel
