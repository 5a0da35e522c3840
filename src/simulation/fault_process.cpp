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

/// The replicas of a component that a target names; with `any`, one of them drawn at random.
std::vector<Replica*> FaultProcess::struck_replicas(const std::vector<FaultTarget>& targets) {
  std::vector<Replica*> struck;
  for (const FaultTarget& target : targets) {
    std::vector<Replica*> named;
    for (Component* component : world_.components()) {
      const bool by_name = target.kind == FaultTarget::Kind::component;
      if (by_name && component->name() != target.name) continue;
      for (int index = 0; index < component->replica_count(); ++index) {
        Replica& replica = component->replica(index);
        const Place& place = world_.network.place(replica.place());
        const bool in_range = index >= target.first.value_or(0) && index <= target.last.value_or(INT32_MAX);
        const bool in_place = place.region == target.name &&
                              (target.kind == FaultTarget::Kind::region || place.zone == target.zone);
        if (by_name ? in_range : in_place) named.push_back(&replica);
      }
    }
    if (target.any && !named.empty()) named = {named[stream_.below(named.size())]};
    struck.insert(struck.end(), named.begin(), named.end());
  }
  return struck;
}

/// Acts on both directions of every link between places of different sides. A component as a side stands for
/// the zones of its replicas.
template <class Act>
void FaultProcess::for_each_link(const std::vector<std::vector<FaultTarget>>& sides, Act act) {
  std::vector<std::vector<PlaceId>> places(sides.size());
  for (std::size_t side = 0; side < sides.size(); ++side) {
    for (const FaultTarget& target : sides[side]) {
      std::vector<PlaceId> named;
      if (target.kind == FaultTarget::Kind::component) {
        for (Replica* replica : struck_replicas({target})) named.push_back(replica->place());
      } else {
        named = world_.places_named(target.kind == FaultTarget::Kind::zone ? target.name + "/" + target.zone
                                                                           : target.name);
      }
      places[side].insert(places[side].end(), named.begin(), named.end());
    }
    std::sort(places[side].begin(), places[side].end());
    places[side].erase(std::unique(places[side].begin(), places[side].end()), places[side].end());
  }
  for (std::size_t a = 0; a < places.size(); ++a) {
    for (std::size_t b = a + 1; b < places.size(); ++b) {
      for (const PlaceId from : places[a]) {
        for (const PlaceId to : places[b]) {
          if (from == to) continue;
          act(from, to);
          act(to, from);
        }
      }
    }
  }
}

void FaultProcess::begin() {
  struck_ = struck_replicas(!fault_.crash.empty() ? fault_.crash : fault_.slow);
  for (Replica* replica : struck_) {
    if (!fault_.crash.empty()) {
      replica->crash();
    } else {
      replica->set_slowness(replica->slowness() * fault_.by->value);
    }
  }
  for_each_link(fault_.partition, [&](PlaceId from, PlaceId to) { world_.network.cut(from, to); });
  for_each_link(fault_.lossy,
                [&](PlaceId from, PlaceId to) { world_.network.degrade(from, to, 0, fault_.loss->value); });
}

void FaultProcess::end() {
  for (Replica* replica : struck_) {
    if (!fault_.crash.empty()) {
      replica->restart();
    } else {
      replica->set_slowness(replica->slowness() / fault_.by->value);
    }
  }
  for_each_link(fault_.partition, [&](PlaceId from, PlaceId to) { world_.network.heal(from, to); });
  for_each_link(fault_.lossy,
                [&](PlaceId from, PlaceId to) { world_.network.degrade(from, to, 0, -fault_.loss->value); });
}

}  // namespace windtunnel
