#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernel/random.hpp"

namespace windtunnel {

/// Keys 0 .. n-1 with probability proportional to (key + 1)^-exponent, by inversion of the exact sums.
class ZipfKeys {
 public:
  ZipfKeys(std::size_t n, double exponent) {
    double sum = 0;
    for (std::size_t i = 1; i <= n; ++i)
      cumulative_.push_back(sum += std::pow(static_cast<double>(i), -exponent));
  }

  std::uint64_t draw(RandomStream& random) const {
    const double u = random.uniform() * cumulative_.back();
    return static_cast<std::uint64_t>(std::ranges::upper_bound(cumulative_, u) - cumulative_.begin());
  }

 private:
  std::vector<double> cumulative_;
};

}  // namespace windtunnel
