#include "components/dns.hpp"

#include <algorithm>
#include <limits>

#include "components/distance.hpp"
#include "components/sampling.hpp"

namespace windtunnel {

const Choices<DnsPolicy>& choices(DnsPolicy) {
  static const Choices<DnsPolicy> words = {
      {"nearest", DnsPolicy::nearest, "the healthy one that is nearest to the client"},
      {"failover", DnsPolicy::failover, "the first healthy one in the order of `to`"},
      {"round_robin", DnsPolicy::round_robin, "the healthy ones by turns"}};
  return words;
}

void describe(Fields<DnsFields>& f) {
  f.about("dns", "A name that stands for one of several components; clients keep the answer for a while.");
  f.add("to", &DnsFields::to).required().doc("The component, or components, that the name stands for.");
  f.add("policy", &DnsFields::policy)
      .fallback("nearest", "latency-based routing, as Route 53 has it")
      .doc("Which component a client is given.");
  f.add("ttl", &DnsFields::ttl)
      .fallback("60s", "what Route 53 advises for records with health checks")
      .doc("How long a client keeps an answer.");
  f.add("lookup", &DnsFields::lookup)
      .fallback("12ms", "catalog dns/cloudflare: 11 to 13 ms, the resolver's own hits included")
      .doc("Time of a look-up that the client has no answer for.");
  f.add("resolvers", &DnsFields::resolvers)
      .fallback("100", "an assumption: machines of clients in one place")
      .at_least("1")
      .at_most("100k")
      .doc("Caches of clients in each place; each has answers of its own age.");
  f.add("check_every", &DnsFields::check_every)
      .fallback("30s", "Route 53's standard health checks")
      .doc("Time between two health checks of a component.");
  f.add("fall", &DnsFields::fall)
      .fallback("3", "Route 53's failure threshold")
      .at_least("1")
      .doc("Failed checks until a component is no longer given out.");
  f.add("rise", &DnsFields::rise)
      .fallback("3", "Route 53's failure threshold")
      .at_least("1")
      .doc("Good checks until it is given out again.");
}

/// One component behind the name, and what the health checks believe of it.
struct Dns::Target : ReplicaWatcher {
  Target(Environment& environment, Component& behind, const DnsFields& options, const std::string& name)
      : simulator(environment.simulator),
        component(behind),
        fields(options),
        caller(environment, behind, CallOptions{}, name) {}

  void replica_added(Replica&) override { note(); }
  void replica_changed(Replica&) override { note(); }
  void replica_opened(Replica&, bool) override {}

  void note() {
    bool lives = false;
    for (int index = 0; index < component.replica_count(); ++index)
      lives = lives || component.replica(index).up();
    if (lives == alive) return;
    believed = healthy();
    alive = lives;
    changed = simulator.now();
  }
  /// A change is believed when as many checks in a row have seen it.
  bool healthy() const {
    const double delay = fields.check_every.seconds * (alive ? fields.rise : fields.fall);
    return simulator.now() - changed >= to_nanoseconds(delay) ? alive : believed;
  }

  Simulator& simulator;
  Component& component;
  const DnsFields& fields;
  Caller caller;
  bool alive = true;
  bool believed = true;
  Nanoseconds changed = 0;
};

Dns::Dns(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<DnsFields>()),
      lookup_law_(make_sampler(fields_.lookup)),
      lookup_stream_(environment.stream(spec.name + "/lookup")) {}

Dns::~Dns() = default;

void Dns::connect() {
  for (const ComponentRef& reference : fields_.to) {
    Component& behind = environment_.component(reference.name);
    targets_.push_back(
        std::make_unique<Target>(environment_, behind, fields_, name() + "/" + reference.name));
    behind.watch(*targets_.back());
  }
  by_distance_.resize(environment_.network.size());
  answers_.resize(environment_.network.size());
}

const std::vector<int>& Dns::by_distance(PlaceId from) {
  std::vector<int>& order = by_distance_[from];
  if (!order.empty()) return order;
  std::vector<double> seconds;
  for (const auto& target : targets_) {
    double nearest = std::numeric_limits<double>::infinity();
    for (int index = 0; index < target->component.replica_count(); ++index) {
      const PlaceId there = target->component.replica(index).place();
      nearest = std::min(nearest, mean_transit_seconds(environment_.network, from, there));
    }
    order.push_back(static_cast<int>(order.size()));
    seconds.push_back(nearest);
  }
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return seconds[static_cast<std::size_t>(a)] < seconds[static_cast<std::size_t>(b)];
  });
  return order;
}

/// Where all are believed to be dead, all count as alive, as Route 53 does it.
int Dns::choose(PlaceId from) {
  const auto count = static_cast<int>(targets_.size());
  const std::uint64_t start = fields_.policy == DnsPolicy::round_robin ? turn_++ : 0;
  int first = -1;
  for (int step = 0; step < count; ++step) {
    const auto position =
        static_cast<std::size_t>((start + static_cast<std::uint64_t>(step)) % targets_.size());
    const int target =
        fields_.policy == DnsPolicy::nearest ? by_distance(from)[position] : static_cast<int>(position);
    if (first < 0) first = target;
    if (targets_[static_cast<std::size_t>(target)]->healthy()) return target;
  }
  return first;
}

Dns::Answer& Dns::cached(const Call& call) {
  std::vector<Answer>& answers = answers_[call.from];
  if (answers.empty()) answers.resize(static_cast<std::size_t>(fields_.resolvers));
  return answers[mix(call.request->workload, call.request->id) % answers.size()];
}

Task<Reply> Dns::request(Call call, Balancer&) { return stay(std::move(call)); }

Task<Reply> Dns::serve(Call& call, Replica&) {
  Answer& answer = cached(call);
  queries_ += 1;
  if (simulator_.now() < answer.expires) {
    cached_ += 1;
  } else {
    co_await simulator_.sleep(lookup_law_.sample_ns(lookup_stream_));
    // A client's first answer in a run is of random age, or all would expire together for ever.
    const double age = answer.expires < 0 ? lookup_stream_.uniform() : 0;
    answer = {simulator_.now() + to_nanoseconds(fields_.ttl.seconds * (1 - age)), choose(call.from)};
  }
  Caller& caller = targets_[static_cast<std::size_t>(answer.target)]->caller;
  const Reply reply = co_await caller.attempt(call);
  caller.count(reply);
  co_return reply;
}

void Dns::add_metrics(std::vector<Metric>& metrics) const {
  metrics.push_back({"cached_lookup_ratio", cached_, queries_});
}

}  // namespace windtunnel
