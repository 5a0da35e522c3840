#pragma once
#include "network/network.hpp"

namespace windtunnel {

/// Mean one-way time of a small message between two places, in seconds, from a fixed sample of the link's law
/// (to about 10% where the law is exponential; exact where it is constant). For choosing what is nearest.
double mean_transit_seconds(const Network& network, PlaceId from, PlaceId to);

}  // namespace windtunnel
