#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace windtunnel::eviction {

/// Approximate use counts of any number of keys: a count-min sketch of 4-bit counters, four per key, that
/// halves all counts once it has seen ten times as many uses as the cache has entries, so that the past fades
/// (Einziger, Friedman, Manes, "TinyLFU", ACM TOS 13(4) 2017, sections 3.2 and 3.3).
class FrequencySketch {
 public:
  FrequencySketch() { clear(); }

  /// Counts one use of a key, for a cache that holds `entries` now.
  void increment(std::uint64_t key, std::uint64_t entries);
  /// At least the uses since they were last halved, as far as 15.
  unsigned estimate(std::uint64_t key) const;
  void clear();

 private:
  static constexpr unsigned kRows = 4;

  struct Place {
    std::size_t word;
    unsigned shift;
  };
  Place place(std::uint64_t hash, unsigned row) const;
  void grow();
  void halve();

  std::vector<std::uint64_t> words_;  ///< 16 counters each
  std::uint64_t additions_ = 0;
};

}  // namespace windtunnel::eviction
