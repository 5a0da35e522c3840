#include "simulation/fault_process.hpp"

#include <algorithm>

#include "simulation/world.hpp"

namespace windtunnel {
namespace {

Nanoseconds span(const Duration& duration) { return to_nanoseconds(duration.seconds); }

}  // namespace

FaultProcess::FaultProcess(World& world, const Fault& fault, std::size_t index)
    : world_(world), fault_(fault), stream_(world.stream("fault/" + std::to_string(index))) {
  world_.simulator.background().start(happen());
}

/// A fault that strikes nothing is a mistake of the scenario, not a robust design.
std::string FaultProcess::problem() {
  for (const auto* targets : {&fault_.crash, &fault_.slow}) {
    for (const FaultTarget& target : *targets) {
      if (struck_replicas({target}).empty())
        return "the fault strikes nothing: there is no `" + target.text + "`";
    }
  }
  if (!fault_.partition.empty() && struck_links(fault_.partition).empty())
    return "the partition cuts nothing: its sides stand in the same zones; give them `zones:` of their own";
  if (!fault_.lossy.empty() && struck_links(fault_.lossy).empty())
    return "no link is lossy: the sides stand in the same zones; give them `zones:` of their own";
  return "";
}

/// Once at a given time, or repeatedly with exponential times between the end of one and the start of the
/// next (a renewal process with mean time to failure `every` and time to repair `for`).
Task<> FaultProcess::happen() {
  if (fault_.at) co_await world_.simulator.sleep(span(*fault_.at));
  do {
    if (fault_.every) {
      const double seconds = fault_.every->seconds * stream_.exponential();
      co_await world_.simulator.sleep(to_nanoseconds(seconds));
    }
    begin();
    if (!fault_.lasts) co_return;
    co_await world_.simulator.sleep(span(*fault_.lasts));
    end();
  } while (fault_.every);
}

/// A plain name is a region's before it is a component's, as the check of names has it.
FaultTarget::Kind FaultProcess::kind_of(const FaultTarget& target) const {
  if (target.kind != FaultTarget::Kind::component || target.first || target.any) return target.kind;
  const bool region = find_named(world_.scenario().regions, target.name) != nullptr;
  return region ? FaultTarget::Kind::region : FaultTarget::Kind::component;
}

/// The replicas that a target names; with `any`, one of them drawn at random.
std::vector<Replica*> FaultProcess::struck_replicas(const std::vector<FaultTarget>& targets) {
  std::vector<Replica*> struck;
  for (const FaultTarget& target : targets) {
    const FaultTarget::Kind kind = kind_of(target);
    std::vector<Replica*> named;
    for (Component* component : world_.components()) {
      const bool by_name = kind == FaultTarget::Kind::component;
      if (by_name && component->name() != target.name) continue;
      for (int index = 0; index < component->replica_count(); ++index) {
        Replica& replica = component->replica(index);
        const Place& place = world_.network.place(replica.place());
        const bool in_range = index >= target.first.value_or(0) && index <= target.last.value_or(INT32_MAX);
        const bool in_place =
            place.region == target.name && (kind == FaultTarget::Kind::region || place.zone == target.zone);
        if (by_name ? in_range : in_place) named.push_back(&replica);
      }
    }
    if (target.any && !named.empty()) named = {named[stream_.below(named.size())]};
    struck.insert(struck.end(), named.begin(), named.end());
  }
  return struck;
}

std::vector<PlaceId> FaultProcess::struck_places(const std::vector<FaultTarget>& side) {
  std::vector<PlaceId> places;
  for (const FaultTarget& target : side) {
    if (kind_of(target) == FaultTarget::Kind::component) {
      for (const Replica* replica : struck_replicas({target})) places.push_back(replica->place());
      continue;
    }
    const bool zone = target.kind == FaultTarget::Kind::zone;
    for (const PlaceId place : world_.places_named(zone ? target.name + "/" + target.zone : target.name))
      places.push_back(place);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

/// Both directions of every link between places of different sides. A component as a side stands for the
/// zones of its replicas.
std::vector<FaultProcess::Direction> FaultProcess::struck_links(
    const std::vector<std::vector<FaultTarget>>& sides) {
  std::vector<std::vector<PlaceId>> places;
  for (const auto& side : sides) places.push_back(struck_places(side));
  std::vector<Direction> links;
  for (std::size_t a = 0; a < places.size(); ++a) {
    for (std::size_t b = a + 1; b < places.size(); ++b) {
      for (const PlaceId from : places[a]) {
        for (const PlaceId to : places[b]) {
          if (from == to) continue;
          links.push_back({from, to});
          links.push_back({to, from});
        }
      }
    }
  }
  return links;
}

/// What is struck is fixed here, so that the end mends the same.
void FaultProcess::begin() {
  replicas_ = struck_replicas(!fault_.crash.empty() ? fault_.crash : fault_.slow);
  links_ = struck_links(!fault_.partition.empty() ? fault_.partition : fault_.lossy);
  for (Replica* replica : replicas_) {
    if (!fault_.crash.empty()) {
      replica->crash();
    } else {
      replica->set_slowness(replica->slowness() * fault_.by->value);
    }
  }
  for (const Direction& link : links_) {
    if (!fault_.partition.empty()) {
      world_.network.cut(link.from, link.to);
    } else {
      world_.network.degrade(link.from, link.to, 0, fault_.loss->value);
    }
  }
}

void FaultProcess::end() {
  for (Replica* replica : replicas_) {
    if (!fault_.crash.empty()) {
      replica->restart();
    } else {
      replica->set_slowness(replica->slowness() / fault_.by->value);
    }
  }
  for (const Direction& link : links_) {
    if (!fault_.partition.empty()) {
      world_.network.heal(link.from, link.to);
    } else {
      world_.network.degrade(link.from, link.to, 0, -fault_.loss->value);
    }
  }
}

}  // namespace windtunnel
