#include "components/distance.hpp"

namespace windtunnel {

double mean_transit_seconds(const Network& network, PlaceId from, PlaceId to) {
  constexpr int draws = 100;
  RandomStream stream(mix(from, to));
  double sum = 0;
  for (int draw = 0; draw < draws; ++draw) sum += to_seconds(network.transit(from, to, 0, stream));
  return sum / draws;
}

}  // namespace windtunnel
