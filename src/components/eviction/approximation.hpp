#pragma once

#include <cstdint>
#include <limits>

#include "components/eviction/policy.hpp"
#include "components/eviction/popularity.hpp"

namespace windtunnel::eviction {

/// A cache under the independent reference model: each request asks for a key drawn from a fixed popularity,
/// independently of the others. Times are counted in requests to this cache.
struct CacheModel {
  PolicyKind policy = PolicyKind::lru;
  double capacity_items = 0;
  /// Time to live times the request rate.
  double ttl_requests = std::numeric_limits<double>::infinity();
  bool sliding_ttl = false;
  /// To compare with Redis's and memcached's own clocks; 0 takes these as exact.
  double requests_per_second = 0;
};

/// The long-run share of hits, in [0, 1]: fresh entries found. A miss fills at once.
///
/// Without a time to live:
///  - lru: Che, Tung, Wang, IEEE JSAC 20(7) 2002: a key is there if it was asked for within the
///    characteristic time, at which the expected number of such keys is the capacity;
///  - fifo, random: the same with residence from the fill on (Martina, Garetto, Leonardi, INFOCOM 2014);
///  - clock, sieve, s3_fifo, 2q: mean field over the times between two inspections of a key;
///  - others by the nearest of these: arc, lirs as 2q; lfu, w_tiny_lfu, redis_lfu as s3_fifo; memcached as
///    clock; redis_lru as lru, memcached_classic as lru, or as fifo where the characteristic time is shorter
///    than 1 s or 60 s.
/// With one: the sum over keys of the hits before an entry ends by age or by eviction, whichever is first;
/// expired entries take space until they are asked for. Exact for Poisson requests where all keys fit.
/// docs/components/cache-policies.md has the equations and the measured error of each.
double hit_ratio(const CacheModel& model, const Popularity& popularity);

/// With the most popular keys in the cache: what no policy that does not know the future exceeds.
double ideal_hit_ratio(const Popularity& popularity, double capacity_items);

/// The capacity in items at which hit_ratio reaches `target`, whatever the model's own capacity; infinite
/// where the time to live forbids it. Relative error 1e-6.
double capacity_for(const CacheModel& model, const Popularity& popularity, double target);

/// The characteristic time of LRU in requests; infinite where everything fits.
double characteristic_requests(const Popularity& popularity, double capacity_items);

/// FIFO and RANDOM exactly (Gelenbe, IEEE TC 22(6) 1973: the content's probability is the product of its
/// keys'), in time keys * capacity. For popularities of one key per group; 0 <= capacity < keys.
double exact_fifo_hit_ratio(const Popularity& popularity, std::uint64_t capacity);

}  // namespace windtunnel::eviction
