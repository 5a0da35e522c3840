#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "components/eviction/policy.hpp"
#include "components/key_popularity.hpp"
#include "kernel/time.hpp"

namespace windtunnel {

/// What a cache holds when a run begins and it has been in use for long, without listing it: the chance that
/// a key which nobody has asked for in this run is there. Twenty million entries cost nothing this way, and
/// no warm-up is needed that would be longer than the run.
///
/// By the occupancies of Che's approximation and its relatives (eviction/approximation.hpp), for requests
/// independent of each other. Time counts in requests to the cache. LRU: a key's last request lies an
/// exponential time back, and the key is there as long as this is below the characteristic time; exact within
/// Che's approximation at every moment of the run. Others: the stationary occupancy, from which the share of
/// the run in the time that fills the cache has been evicted.
class WarmContent {
 public:
  struct Options {
    eviction::PolicyKind policy = eviction::PolicyKind::lru;
    double capacity_items = 0;  ///< of the whole cache
    Nanoseconds ttl = 0;        ///< 0: none
    bool sliding = false;
    bool refilled = true;  ///< by its misses; else it holds the most popular keys for good
  };
  WarmContent(const KeyPopularity& popularity, const Options& options);

  /// Whether a key not asked for before is there now, after `requests` for keys since the start: the same
  /// answer for the same `coin` in [0, 1). If so, how long its entry still lives (`forever` without time to
  /// live).
  std::optional<Nanoseconds> find(std::uint64_t key, double requests, Nanoseconds now, double coin) const;

  /// Requests that the cache needs to forget what it held.
  double memory_requests() const { return memory_requests_; }

 private:
  double occupancy(double probability) const;
  double chance_of_capacity(double probability, double requests) const;

  const KeyPopularity& popularity_;
  Options options_;
  bool is_lru_;
  double memory_requests_;
  eviction::Popularity groups_;  // and their occupancies
  std::vector<double> occupancies_;
};

}  // namespace windtunnel
