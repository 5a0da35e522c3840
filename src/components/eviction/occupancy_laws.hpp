#pragma once

#include <functional>
#include <vector>

#include "components/eviction/popularity.hpp"

// For approximation.cpp: how likely each key is to be resident, policy by policy.
namespace windtunnel::eviction {

/// A number per group of a popularity: the probability that one of its keys is resident.
using Occupancy = std::vector<double>;

/// Laws of one characteristic time: occupancy as a function of x = probability * time.
using Law = double (*)(double x);
double lru_law(double x);    ///< 1 - exp(-x)
double fifo_law(double x);   ///< x / (1 + x)

/// The time at which `items`, which grows with it, reaches the capacity.
double time_that_fills(const std::function<double(double)>& items, double capacity);

/// The time at which `law` fills the capacity, in requests; infinite where everything fits.
double time_to_fill(Law law, const Popularity& popularity, double capacity);

Occupancy occupancy_of(Law law, const Popularity& popularity, double time);
Occupancy most_popular(const Popularity& popularity, double capacity);

/// Mean field, with a time to live in requests (infinite for none): the probability that a key is resident
/// and fresh. 0 < capacity < keys. In mean_field.cpp.
Occupancy clock_occupancy(const Popularity& popularity, double capacity, double ttl);
Occupancy sieve_occupancy(const Popularity& popularity, double capacity, double ttl);
Occupancy s3_fifo_occupancy(const Popularity& popularity, double capacity, double ttl);
Occupancy two_queue_occupancy(const Popularity& popularity, double capacity, double ttl);

}  // namespace windtunnel::eviction
