#include <algorithm>

#include "catalog/catalog.hpp"
#include "components/sampling.hpp"
#include "simulation/world.hpp"

namespace windtunnel {
namespace {

Sampler half(const Sampler& round_trip) { return round_trip.scaled(0.5); }

/// The round trip between two places by the catalog and the scenario's general overrides; s.
std::optional<Sampler> round_trip(const Scenario& scenario, const Catalog& catalog, const Place& a,
                                  const Place& b) {
  const NetworkOptions& options = scenario.network;
  if (a.region == b.region && a.zone == b.zone) {
    if (options.same_zone_rtt) return make_sampler(*options.same_zone_rtt);
    return Sampler::constant(catalog.same_zone_rtt().seconds);
  }
  if (a.region == b.region) {
    if (options.cross_zone_rtt) return make_sampler(*options.cross_zone_rtt);
    return Sampler::constant(catalog.cross_zone_rtt().seconds);
  }
  if (const auto rtt = catalog.rtt(a.region, b.region)) return Sampler::constant(rtt->seconds);
  return std::nullopt;
}

bool stands_for(const std::string& name, const Place& place) {
  return name == place.region || name == place.name();
}

/// The override that names the two places most closely: zones before regions.
const NetworkLink* link_between(const Scenario& scenario, const Place& a, const Place& b) {
  const NetworkLink* closest = nullptr;
  long zones_named = -1;
  for (const NetworkLink& link : scenario.network.links) {
    const bool straight = stands_for(link.between[0], a) && stands_for(link.between[1], b);
    const bool crossed = stands_for(link.between[0], b) && stands_for(link.between[1], a);
    if (!straight && !crossed) continue;
    const auto zones = std::count_if(link.between.begin(), link.between.end(), [](const std::string& name) {
      return name.find('/') != std::string::npos;
    });
    if (zones > zones_named) closest = &link;
    zones_named = std::max(zones_named, static_cast<long>(zones));
  }
  return closest;
}

}  // namespace

void build_network(const Scenario& scenario, const Catalog& catalog, Network& network, std::string& problem) {
  if (scenario.regions.empty()) {
    LinkProperties properties;
    if (scenario.network.same_zone_rtt)
      properties.one_way_seconds = half(make_sampler(*scenario.network.same_zone_rtt));
    if (scenario.network.bandwidth)
      properties.bytes_per_second = scenario.network.bandwidth->bytes_per_second;
    network.connect(network.add_place({"local", "a"}), 0, properties);
    return;
  }
  for (const auto& [name, region] : scenario.regions) {
    if (region.zones.empty()) network.add_place({name, "a"});
    for (const std::string& zone : region.zones) network.add_place({name, zone});
  }
  const NetworkOptions& options = scenario.network;
  for (PlaceId a = 0; a < network.size(); ++a) {
    for (PlaceId b = a; b < network.size(); ++b) {
      const Place& here = network.place(a);
      const Place& there = network.place(b);
      const NetworkLink* link = link_between(scenario, here, there);
      std::optional<Sampler> rtt = round_trip(scenario, catalog, here, there);
      if (link && link->rtt) rtt = make_sampler(*link->rtt);
      if (!rtt) {
        problem = "no round-trip time is known between " + here.region + " and " + there.region +
                  "; give it under `network: {links: [{between: [" + here.region + ", " + there.region +
                  "], rtt: …}]}`";
        return;
      }
      LinkProperties properties{half(*rtt)};
      if (options.bandwidth) properties.bytes_per_second = options.bandwidth->bytes_per_second;
      if (link && link->bandwidth) properties.bytes_per_second = link->bandwidth->bytes_per_second;
      network.connect(a, b, properties);
      if (link && link->loss.value > 0) {
        network.degrade(a, b, 0, link->loss.value);
        if (a != b) network.degrade(b, a, 0, link->loss.value);
      }
    }
  }
}

}  // namespace windtunnel
