#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/list.hpp"
#include "kernel/random.hpp"
#include "kernel/samplers.hpp"
#include "kernel/time.hpp"

namespace windtunnel {

/// Where something stands: a zone, as an index into the network's places.
using PlaceId = std::uint16_t;

struct Place {
  std::string region;
  std::string zone;
  std::string name() const { return region + "/" + zone; }
};

/// What one direction between two places does to a message.
struct LinkProperties {
  Sampler one_way_seconds;      ///< latency of one direction, s
  double bytes_per_second = 0;  ///< 0: transmission takes no time
};

/// Told that links have been cut or healed (the fact; when somebody notices is the watcher's matter).
class NetworkWatcher : public ListNode {
 public:
  virtual ~NetworkWatcher() = default;
  virtual void links_changed() = 0;
};

/// Places and the links between them: how long a message takes, and whether it arrives.
/// Links do not queue; what shares bandwidth for long (bulk transfers) is not a message.
class Network {
 public:
  PlaceId add_place(Place place);
  /// Sets both directions between two places (or within one).
  void connect(PlaceId a, PlaceId b, const LinkProperties& properties);

  std::size_t size() const { return places_.size(); }
  const Place& place(PlaceId id) const { return places_[id]; }

  /// Time from sending to arrival of a message of `bytes`.
  Nanoseconds transit(PlaceId from, PlaceId to, double bytes, RandomStream& stream) const {
    const Link& link = links_[index(from, to)];
    double seconds = link.properties.one_way_seconds.sample(stream) + link.added_seconds;
    if (link.properties.bytes_per_second > 0) seconds += bytes / link.properties.bytes_per_second;
    return to_nanoseconds(seconds);
  }
  bool connected(PlaceId from, PlaceId to) const { return links_[index(from, to)].cuts == 0; }
  /// Whether a message is lost on the way.
  bool loses(PlaceId from, PlaceId to, RandomStream& stream) const {
    const double loss = links_[index(from, to)].loss;
    return loss > 0 && stream.chance(loss);
  }

  /// Cuts one direction; cuts add up, and a link works again when each has been healed.
  void cut(PlaceId from, PlaceId to);
  void heal(PlaceId from, PlaceId to);
  void watch(NetworkWatcher& watcher) { watchers_.push_back(watcher); }
  /// Adds (or with negative values takes back) latency and the share of messages lost, one direction.
  void degrade(PlaceId from, PlaceId to, double seconds, double loss);

 private:
  struct Link {
    LinkProperties properties;
    double added_seconds = 0;
    double loss = 0;
    int cuts = 0;
  };
  std::size_t index(PlaceId from, PlaceId to) const { return std::size_t{from} * places_.size() + to; }

  std::vector<Place> places_;
  std::vector<Link> links_;  // [from][to]
  List<NetworkWatcher> watchers_;
};

}  // namespace windtunnel
