#include "components/warm_content.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "components/eviction/approximation.hpp"
#include "components/eviction/occupancy_laws.hpp"
#include "kernel/elementary.hpp"

namespace windtunnel {
namespace {

using eviction::PolicyKind;

bool behaves_as_lru(PolicyKind policy) {
  return policy == PolicyKind::lru || policy == PolicyKind::redis_lru ||
         policy == PolicyKind::memcached_classic;
}

/// Policies without a formula of their own take the nearest one's, as eviction::hit_ratio does.
eviction::Occupancy occupancies(PolicyKind policy, const eviction::Popularity& popularity, double capacity) {
  constexpr double no_ttl = std::numeric_limits<double>::infinity();
  if (capacity >= popularity.keys) return eviction::most_popular(popularity, capacity);
  switch (policy) {
    case PolicyKind::lru:
    case PolicyKind::redis_lru:
    case PolicyKind::memcached_classic: {
      const double time = eviction::time_to_fill(eviction::lru_law, popularity, capacity);
      return eviction::occupancy_of(eviction::lru_law, popularity, time);
    }
    case PolicyKind::fifo:
    case PolicyKind::random:
    case PolicyKind::redis_random: {
      const double time = eviction::time_to_fill(eviction::fifo_law, popularity, capacity);
      return eviction::occupancy_of(eviction::fifo_law, popularity, time);
    }
    case PolicyKind::clock:
    case PolicyKind::memcached:
      return eviction::clock_occupancy(popularity, capacity, no_ttl);
    case PolicyKind::sieve:
      return eviction::sieve_occupancy(popularity, capacity, no_ttl);
    case PolicyKind::two_queue:
    case PolicyKind::arc:
    case PolicyKind::lirs:
      return eviction::two_queue_occupancy(popularity, capacity, no_ttl);
    case PolicyKind::lfu:
    case PolicyKind::w_tiny_lfu:
    case PolicyKind::redis_lfu:
    case PolicyKind::s3_fifo:
      break;
  }
  return eviction::s3_fifo_occupancy(popularity, capacity, no_ttl);
}

/// Requests in which misses fill the capacity once: what a queue through the whole cache takes.
double turnover_requests(const eviction::Popularity& popularity, const eviction::Occupancy& occupancies,
                         double capacity) {
  double misses = 0;
  for (std::size_t i = 0; i < occupancies.size(); ++i) {
    misses += popularity.groups[i].probability * popularity.groups[i].count * (1 - occupancies[i]);
  }
  return misses > 1e-12 ? capacity / misses : std::numeric_limits<double>::infinity();
}

}  // namespace

WarmContent::WarmContent(const KeyPopularity& popularity, const Options& options)
    : popularity_(popularity),
      options_(options),
      is_lru_(options.refilled && behaves_as_lru(options.policy)),
      memory_requests_(std::numeric_limits<double>::infinity()),
      groups_(popularity.groups()) {
  if (!options.refilled) {
    occupancies_ = eviction::most_popular(groups_, options.capacity_items);
    return;
  }
  occupancies_ = occupancies(options.policy, groups_, options.capacity_items);
  memory_requests_ = is_lru_ ? eviction::characteristic_requests(groups_, options.capacity_items)
                             : turnover_requests(groups_, occupancies_, options.capacity_items);
}

/// Straight between the two groups of keys whose probabilities lie around this one.
double WarmContent::occupancy(double probability) const {
  const auto& groups = groups_.groups;
  const auto below = std::partition_point(groups.begin(), groups.end(),
                                          [&](const auto& group) { return group.probability > probability; });
  if (below == groups.begin()) return occupancies_.front();
  if (below == groups.end()) return occupancies_.back();
  const auto at = static_cast<std::size_t>(below - groups.begin());
  const double high = groups[at - 1].probability;
  const double low = groups[at].probability;
  const double part = (probability - low) / (high - low);
  return occupancies_[at] + part * (occupancies_[at - 1] - occupancies_[at]);
}

double WarmContent::chance_of_capacity(double probability, double requests) const {
  const double left = memory_requests_ - requests;
  if (std::isinf(left)) return is_lru_ ? 1 : occupancy(probability);
  if (left <= 0) return 0;
  if (is_lru_) return eviction::lru_law(probability * left);
  return occupancy(probability) * left / memory_requests_;
}

std::optional<Nanoseconds> WarmContent::find(std::uint64_t key, double requests, Nanoseconds now,
                                             double coin) const {
  const std::optional<std::uint64_t> rank = popularity_.rank_of(key);
  if (!rank) return std::nullopt;
  const double probability = popularity_.probability(*rank);
  const double by_capacity = chance_of_capacity(probability, requests);
  if (options_.ttl <= 0) {
    if (coin >= by_capacity) return std::nullopt;
    return forever;
  }
  // With a time to live T the key's own rate counts, which follows from the requests so far. Absolute: fresh
  // with chance rT / (1 + rT), filled a uniform part of T ago. Sliding: fresh if asked for within T.
  if (now >= options_.ttl) return std::nullopt;
  const auto left = static_cast<double>(options_.ttl - now);
  const double rate =
      probability * std::max(requests, 1.0) / static_cast<double>(std::max<Nanoseconds>(now, 1));
  const double expected = rate * static_cast<double>(options_.ttl);
  const double by_age = options_.sliding
                            ? eviction::lru_law(rate * left)
                            : expected / (1 + expected) * left / static_cast<double>(options_.ttl);
  const double chance = std::min(by_capacity, by_age);
  if (coin >= chance) return std::nullopt;
  return std::max<Nanoseconds>(1, static_cast<Nanoseconds>(left * coin / chance));
}

}  // namespace windtunnel
