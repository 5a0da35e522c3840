#include "network/network.hpp"

#include <algorithm>
#include <utility>

namespace windtunnel {

PlaceId Network::add_place(Place place) {
  const std::size_t before = places_.size();
  std::vector<Link> grown((before + 1) * (before + 1));
  for (std::size_t from = 0; from < before; ++from) {
    for (std::size_t to = 0; to < before; ++to) grown[from * (before + 1) + to] = links_[from * before + to];
  }
  links_ = std::move(grown);
  places_.push_back(std::move(place));
  return static_cast<PlaceId>(before);
}

void Network::connect(PlaceId a, PlaceId b, const LinkProperties& properties) {
  links_[index(a, b)].properties = properties;
  links_[index(b, a)].properties = properties;
}

void Network::cut(PlaceId from, PlaceId to) {
  if (++links_[index(from, to)].cuts == 1)
    watchers_.for_each([](NetworkWatcher& watcher) { watcher.links_changed(); });
}

void Network::heal(PlaceId from, PlaceId to) {
  if (--links_[index(from, to)].cuts == 0)
    watchers_.for_each([](NetworkWatcher& watcher) { watcher.links_changed(); });
}

void Network::degrade(PlaceId from, PlaceId to, double seconds, double loss) {
  Link& link = links_[index(from, to)];
  link.added_seconds = std::max(0.0, link.added_seconds + seconds);
  link.loss += loss;  // not clamped: what overlaps must leave nothing behind when it is taken back
}

}  // namespace windtunnel
