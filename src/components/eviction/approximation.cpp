#include "components/eviction/approximation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "components/eviction/occupancy_laws.hpp"
#include "kernel/elementary.hpp"

namespace windtunnel::eviction {

namespace {

constexpr double kLargestExponent = 300;  // hits per life beyond e^300 are as good as endless

// Below these characteristic times Redis's clock of 1 s and the minute between two moves in memcached hide
// the order of use.
constexpr double kRedisClockSeconds = 1;
constexpr double kMemcachedMoveSeconds = 60;

bool is_below(double seconds, const CacheModel& model, const Popularity& popularity) {
  const double time = time_to_fill(lru_law, popularity, model.capacity_items);
  return time < seconds * model.requests_per_second;
}

/// The textbook policy whose formula stands for this one.
PolicyKind formula_for(const CacheModel& model, const Popularity& popularity) {
  switch (model.policy) {
    case PolicyKind::random:
    case PolicyKind::redis_random:
      return PolicyKind::fifo;
    case PolicyKind::redis_lru:
      return is_below(kRedisClockSeconds, model, popularity) ? PolicyKind::fifo : PolicyKind::lru;
    case PolicyKind::memcached_classic:
      return is_below(kMemcachedMoveSeconds, model, popularity) ? PolicyKind::fifo : PolicyKind::lru;
    case PolicyKind::memcached:
      return PolicyKind::clock;
    case PolicyKind::arc:
    case PolicyKind::lirs:
      return PolicyKind::two_queue;
    case PolicyKind::lfu:
    case PolicyKind::w_tiny_lfu:
    case PolicyKind::redis_lfu:
      return PolicyKind::s3_fifo;
    default:
      return model.policy;
  }
}

double hits_of(const Popularity& popularity, const Occupancy& occupancy) {
  double hits = 0;
  for (std::size_t i = 0; i < occupancy.size(); ++i) {
    hits += popularity.groups[i].probability * popularity.groups[i].count * occupancy[i];
  }
  return std::min(hits, 1.0);
}

/// The occupancy by fresh entries that follows from the hits in an entry's life.
double share_of_hits(double hits_per_life) { return hits_per_life / (1 + hits_per_life); }

/// LRU with an absolute time to live. x and y: requests for the key during the characteristic time and the
/// time to live. An entry survives the former for sure and ends exponentially after it (its mean life is
/// (e^x - 1) / p, Che); age cuts it off.
double lru_hits_per_life(double x, double y) {
  if (y <= x) return y;
  const double beyond = x < 1e-4 ? x * x / 2 : elementary::exp(std::min(x, kLargestExponent)) - 1 - x;
  return x + beyond * lru_law((y - x) / beyond);
}

Occupancy lru_occupancy(const Popularity& popularity, double capacity, double ttl) {
  const double time = time_to_fill(lru_law, popularity, capacity);
  Occupancy fresh;
  for (const auto& [p, count] : popularity.groups) {
    fresh.push_back(std::isinf(ttl) ? lru_law(p * time)
                                    : share_of_hits(lru_hits_per_life(p * time, p * ttl)));
  }
  return fresh;
}

/// FIFO with an absolute time to live: a key asked for after its expiry starts over at the young end. A life
/// lasts until then or until the queue has passed, and the next fill ends the cycle.
double fifo_resident(double x, double y) {
  if (y >= x) return x / (1 + x);
  return (y + lru_law(x - y)) / (1 + y);
}

double fifo_time_with_ttl(const Popularity& popularity, double capacity, double ttl) {
  const auto items = [&](double time) {
    double sum = 0;
    for (const auto& [p, count] : popularity.groups) sum += count * fifo_resident(p * time, p * ttl);
    return sum;
  };
  double low = 0, high = capacity;
  while (items(high) < capacity) low = high, high *= 2;
  while (high - low > 1e-9 * high) {
    const double middle = (low + high) / 2;
    (items(middle) < capacity ? low : high) = middle;
  }
  return high;
}

Occupancy fifo_occupancy(const Popularity& popularity, double capacity, double ttl) {
  if (std::isinf(ttl))
    return occupancy_of(fifo_law, popularity, time_to_fill(fifo_law, popularity, capacity));
  return occupancy_of(fifo_law, popularity, std::min(fifo_time_with_ttl(popularity, capacity, ttl), ttl));
}

Occupancy fresh_occupancy(PolicyKind formula, const Popularity& popularity, double capacity, double ttl) {
  if (capacity >= popularity.keys) return occupancy_of(fifo_law, popularity, ttl);
  switch (formula) {
    case PolicyKind::lru:
      return lru_occupancy(popularity, capacity, ttl);
    case PolicyKind::fifo:
      return fifo_occupancy(popularity, capacity, ttl);
    case PolicyKind::clock:
      return clock_occupancy(popularity, capacity, ttl);
    case PolicyKind::sieve:
      return sieve_occupancy(popularity, capacity, ttl);
    case PolicyKind::two_queue:
      return two_queue_occupancy(popularity, capacity, ttl);
    default:
      return s3_fifo_occupancy(popularity, capacity, ttl);
  }
}

/// A sliding time to live ends an entry as LRU does, by the first gap longer than it. Exact for LRU, whose
/// shorter time decides; for the others an upper bound.
Occupancy with_sliding_ttl(Occupancy occupancy, const Popularity& popularity, double ttl) {
  const Occupancy by_age = occupancy_of(lru_law, popularity, ttl);
  for (std::size_t i = 0; i < occupancy.size(); ++i) occupancy[i] = std::min(occupancy[i], by_age[i]);
  return occupancy;
}

}  // namespace

double hit_ratio(const CacheModel& model, const Popularity& popularity) {
  if (model.capacity_items <= 0 || model.ttl_requests <= 0) return 0;
  const double fixed_ttl = model.sliding_ttl ? std::numeric_limits<double>::infinity() : model.ttl_requests;
  Occupancy occupancy =
      fresh_occupancy(formula_for(model, popularity), popularity, model.capacity_items, fixed_ttl);
  if (model.sliding_ttl) occupancy = with_sliding_ttl(std::move(occupancy), popularity, model.ttl_requests);
  // Near the size of the whole key space some mean fields have no solution; this bound holds for all.
  return std::min(hits_of(popularity, occupancy), ideal_hit_ratio(popularity, model.capacity_items));
}

double ideal_hit_ratio(const Popularity& popularity, double capacity_items) {
  return hits_of(popularity, most_popular(popularity, capacity_items));
}

double capacity_for(const CacheModel& model, const Popularity& popularity, double target) {
  const auto reaches = [&](double log_capacity) {
    CacheModel sized = model;
    sized.capacity_items = elementary::exp(log_capacity);
    return hit_ratio(sized, popularity) >= target * (1 - 1e-12);
  };
  double low = -7, high = elementary::log(popularity.keys) + 1e-9;  // from a thousandth of an item to all
  if (target <= 0) return 0;
  if (!reaches(high)) return std::numeric_limits<double>::infinity();
  while (high - low > 1e-6) {
    const double middle = (low + high) / 2;
    (reaches(middle) ? high : low) = middle;
  }
  return elementary::exp(high);
}

double characteristic_requests(const Popularity& popularity, double capacity_items) {
  return time_to_fill(lru_law, popularity, capacity_items);
}

/// Let each key be in with probability q = t p / (1 + t p), independently, and K be how many are in. Given
/// K = C this is the product form, so with e_k the elementary symmetric polynomials of p
///   miss ratio = (C + 1) e_(C+1) / e_C = (C + 1) / t * P(K = C + 1) / P(K = C)
/// for any t > 0; t such that E[K] = C keeps the probabilities away from underflow.
double exact_fifo_hit_ratio(const Popularity& popularity, std::uint64_t capacity) {
  assert(capacity < popularity.groups.size());
  if (capacity == 0) return 0;
  const double t = time_to_fill(fifo_law, popularity, static_cast<double>(capacity));
  std::vector<double> exactly(capacity + 2, 0.0);
  exactly[0] = 1;
  for (const auto& group : popularity.groups) {
    const double in = fifo_law(t * group.probability);
    for (std::size_t k = capacity + 1; k > 0; --k) exactly[k] += in * (exactly[k - 1] - exactly[k]);
    exactly[0] *= 1 - in;
  }
  return 1 - static_cast<double>(capacity + 1) / t * exactly[capacity + 1] / exactly[capacity];
}

}  // namespace windtunnel::eviction
