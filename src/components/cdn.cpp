#include "components/cdn.hpp"

#include <algorithm>
#include <cmath>

#include "components/distance.hpp"
#include "components/program.hpp"
#include "components/sampling.hpp"

namespace windtunnel {

void describe(Fields<CdnFields>& f) {
  f.about("cdn", "Caches near the clients, an edge in every region (or in `zones`), in front of an origin.");
  f.add("origin", &CdnFields::origin).required().doc("The component that has everything.");
  f.add("fetch", &CdnFields::fetch).fallback("{}", "see its fields").doc("How the origin is called.");
  f.add("capacity", &CdnFields::capacity)
      .absent("`hit_ratio` says how often an object is there")
      .doc("How much each edge holds: a number of items, or a size (see `item_size`).");
  f.add("item_size", &CdnFields::item_size)
      .absent("the capacity is in items")
      .more_than("0B")
      .doc("Mean bytes of an object.");
  f.add("policy", &CdnFields::policy).fallback("lru", "the usual policy").doc("Which object gives way.");
  f.add("ttl", &CdnFields::ttl)
      .absent("objects stay until they are evicted")
      .more_than("0s")
      .doc("How long an object counts as fresh.");
  f.add("cacheable", &CdnFields::cacheable)
      .fallback("100%", "static files")
      .at_most("100%")
      .doc("Share of the reads whose answer may be cached; the others go through to the origin.");
  f.add("hit_ratio", &CdnFields::hit_ratio)
      .absent("a result: real keys in edges of real capacity")
      .at_most("100%")
      .doc("Pins the share of hits among cacheable reads.");
  f.add("hit_time", &CdnFields::hit_time)
      .fallback("50us", "catalog proxy/hop")
      .doc("Time that an edge needs for a call, without queueing.");
  f.add("warm", &CdnFields::warm)
      .fallback("true", "as for `type: cache`")
      .doc("Whether the run begins with the content of edges that have long been in use.");
  f.check([](const CdnFields& cdn, ObjectCheck& check) {
    if (!cdn.capacity && !cdn.hit_ratio)
      check.error("capacity", "a CDN needs its `capacity`, or a pinned `hit_ratio`");
    if (cdn.capacity && cdn.capacity->size && !cdn.item_size) {
      check.error("capacity", "a capacity in bytes needs `item_size`");
    }
  });
}

namespace {

double items(const CdnFields& fields) {
  if (!fields.capacity) return 0;
  if (fields.capacity->items) return fields.capacity->items->value;
  return std::floor(fields.capacity->size->bytes / fields.item_size->bytes);
}

}  // namespace

struct Cdn::Edge {
  Edge(Simulator& simulator, const CacheContent::Options& options, KeyDraws& draws,
       const RandomStream& stream)
      : content(options, draws, stream), flights(simulator) {}
  CacheContent content;
  SingleFlight flights;
};

Cdn::Cdn(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<CdnFields>()),
      hit_law_(make_sampler(fields_.hit_time)),
      stream_(environment.stream(spec.name + "/work")),
      draws_(environment.key_spaces, environment.stream(spec.name + "/keys")) {}

Cdn::~Cdn() = default;

void Cdn::connect() {
  Component& origin = environment_.component(fields_.origin.name);
  const CallOptions options = call_options(environment_.catalog, fields_.fetch);
  origin_ = std::make_unique<Caller>(environment_, origin, options, name() + "/origin");
}

void Cdn::make_replicas() {
  const Network& network = environment_.network;
  if (!spec().placement.zones.empty()) {
    for (const PlaceId place : environment_.places_of(spec())) add_replica_at(place);
  } else {
    for (PlaceId place = 0; place < network.size(); ++place) {
      const bool first_of_region =
          place == 0 || network.place(place).region != network.place(place - 1).region;
      if (first_of_region) add_replica_at(place);
    }
  }
  by_distance_.resize(network.size());
  for (PlaceId from = 0; from < network.size(); ++from) {
    std::vector<std::pair<double, Replica*>> edges;
    for (int index = 0; index < replica_count(); ++index) {
      edges.emplace_back(mean_transit_seconds(network, from, replica(index).place()), &replica(index));
    }
    std::stable_sort(edges.begin(), edges.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [seconds, edge] : edges) by_distance_[from].push_back(edge);
  }
}

void Cdn::replica_added(Replica& replica) {
  const CacheContent::Options options{.policy = fields_.policy,
                                      .capacity_items = items(fields_),
                                      .parts = 1,
                                      .salt = 0,
                                      .ttl = fields_.ttl ? to_nanoseconds(fields_.ttl->seconds) : 0,
                                      .jitter = 0,
                                      .sliding = false,
                                      .warm = fields_.warm,
                                      .refilled = true};
  const RandomStream stream = environment_.stream(name() + "/content/" + std::to_string(replica.index()));
  edges_.push_back(std::make_unique<Edge>(simulator_, options, draws_, stream));
}

void Cdn::replica_crashed(Replica& replica) { edges_[replica.index()]->content.lose(0); }

/// The nearest edge that lives: routing by anycast goes around a dead one at once.
Replica* Cdn::nearest(PlaceId from) {
  for (Replica* edge : by_distance_[from]) {
    if (edge->up() && environment_.network.connected(from, edge->place())) return edge;
  }
  return nullptr;
}

Task<Reply> Cdn::request(Call call, Balancer&) {
  Replica* edge = nearest(call.from);
  if (!edge) return nobody_there(std::move(call));
  return visit(std::move(call), *edge, nullptr, 0);
}

bool Cdn::has(Edge& edge, const Call& call) {
  lookups_ += 1;
  const bool hit = fields_.hit_ratio ? stream_.chance(fields_.hit_ratio->value)
                                     : edge.content.look_up(0, call.key, call, 1, simulator_.now());
  hits_ += hit;
  return hit;
}

Task<Reply> Cdn::serve(Call& call, Replica& replica) {
  Edge& edge = *edges_[replica.index()];
  co_await simulator_.sleep(to_nanoseconds(hit_law_.sample(stream_) * replica.slowness()));
  if (call.operation == Operation::write) {
    const Reply written = co_await ask_origin(call, replica);
    edge.content.invalidate(0, call.key, simulator_.now());
    co_return written;
  }
  const bool cacheable = fields_.cacheable.value >= 1 || stream_.chance(fields_.cacheable.value);
  if (cacheable && has(edge, call)) co_return Reply{Outcome::ok, false, 1, call.count};
  Task<Reply> rest = cacheable ? fetch(call, replica, edge) : ask_origin(call, replica);
  const Reply reply = co_await std::move(rest);
  co_return reply;
}

/// One request to the origin for all who miss an object at the same time.
Task<Reply> Cdn::fetch(Call& call, Replica& replica, Edge& edge) {
  SingleFlight::Waiting others(edge.flights);
  if (!fields_.hit_ratio && edge.flights.join(call.key, others)) {
    co_await others;
    if (others.outcome() != Outcome::ok) co_return Reply::error(Outcome::failed);
    co_return Reply{Outcome::ok, false, 1, call.count};
  }
  const std::span<const std::uint64_t> key(&call.key, fields_.hit_ratio ? 0 : 1);
  SingleFlight::Flight flight(edge.flights, key);
  const Reply reply = co_await ask_origin(call, replica);
  if (reply.ok() && !fields_.hit_ratio) edge.content.fill(0, call.key, 1, simulator_.now());
  flight.land(reply.outcome);
  co_return reply;
}

Task<Reply> Cdn::ask_origin(Call call, const Replica& replica) {
  call.from = replica.place();
  call.caller_replica = replica.index();
  Reply reply;
  if (origin_->retries()) {
    reply = co_await origin_->persist(std::move(call));
  } else {
    reply = co_await origin_->attempt(std::move(call));
  }
  origin_->count(reply);
  if (!reply.ok()) co_return Reply::error(Outcome::failed);
  co_return reply;
}

void Cdn::add_metrics(std::vector<Metric>& metrics) const {
  metrics.push_back({"hit_ratio", hits_, lookups_});
}

}  // namespace windtunnel
