#pragma once

#include <cstdint>
#include <vector>

namespace windtunnel::eviction {

/// How often keys are asked for, as groups of keys alike. Sums over a hundred million keys become sums over a
/// few hundred groups; counts need not be whole numbers.
struct Popularity {
  struct Group {
    double probability;  ///< that a request asks for one particular key of the group
    double count;        ///< keys
  };
  std::vector<Group> groups;  ///< most popular first; probability * count sums to 1
  double keys = 0;
};

/// Probability of rank i proportional to i^-exponent; exponent >= 0, keys >= 1.
///
/// The first 256 ranks stand for themselves; the others are the nodes of an 8-point Gauss-Legendre rule in
/// the logarithm of the rank on blocks [r, 4r]. The error of the sums taken here is that of replacing a sum
/// over ranks above 256 by an integral (midpoint rule: second derivative over 24), below 2e-6 relative.
Popularity zipf_popularity(std::uint64_t keys, double exponent);

Popularity uniform_popularity(std::uint64_t keys);

/// One group per key; weights are positive, in any order, of any sum.
Popularity popularity_of(std::vector<double> weights);

}  // namespace windtunnel::eviction
