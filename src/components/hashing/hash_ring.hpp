#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace windtunnel {

/// Consistent hashing (Karger et al., STOC 1997): backends stand at several points of a circle of 2^64, and a
/// key belongs to the first point at or after its own. Adding or removing a backend moves only the keys that
/// it gains or loses.
///
/// Positions follow from (seed, backend, number of the point), whatever the order of additions.
class HashRing {
 public:
  static constexpr int nobody = -1;

  /// `virtual_nodes`: points per unit of weight, at least 1.
  HashRing(int virtual_nodes, std::uint64_t seed) : virtual_nodes_(virtual_nodes), seed_(seed) {}

  /// The backend (0 or more) must not be there. Cost: linear in the points.
  void add(int backend, double weight = 1);
  void remove(int backend);
  std::size_t backends() const { return backends_; }

  /// The backend that owns a key, or nobody on an empty ring. The key is hashed again: any integer will do.
  int pick(std::uint64_t key) const;

  /// With bounded loads (Mirrokni, Thorup, Zadimoghaddam, SODA 2018): the first backend from the key's point
  /// on whose load is below ceil(bound * (sum of loads + 1) / backends), so that none ever exceeds that by
  /// this request. `loads`: requests outstanding, by backend. bound > 1.
  int pick_bounded(std::uint64_t key, std::span<const std::int32_t> loads, double bound) const;

  /// The share of all keys that each backend owns, by backend; for backends 0 to n - 1.
  std::vector<double> shares(std::size_t n) const;

 private:
  struct Point {
    std::uint64_t position;
    int backend;
  };

  std::size_t first_at(std::uint64_t key) const;

  int virtual_nodes_;
  std::uint64_t seed_;
  std::size_t backends_ = 0;
  std::vector<Point> points_;  // by position
};

}  // namespace windtunnel
