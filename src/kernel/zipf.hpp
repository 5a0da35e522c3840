#pragma once

#include <cstdint>

#include "kernel/random.hpp"

namespace windtunnel {

/// Ranks by Zipf's law: P(rank = k) proportional to k^-s for k from 1 to n, s >= 0 (0 is uniform, 1 allowed).
///
/// Rejection-inversion (Hörmann & Derflinger, ACM TOMACS 6(3) 1996): no table, constant time whatever n is,
/// on average fewer than 1.3 uniforms per draw.
class ZipfSampler {
 public:
  ZipfSampler(std::uint64_t n, double s);

  /// From 1 (the most popular) to n.
  std::uint64_t sample(RandomStream& stream) const;

  double exponent() const { return s_; }

 private:
  double density(double x) const;           // h(x) = x^-s
  double integral(double x) const;          // H(x), with H(1) = 0
  double integral_inverse(double y) const;  // H^-1(y)

  std::uint64_t n_;
  double s_;
  double integral_first_;  // H(3/2) - h(1): where the first rank's area begins
  double integral_last_;   // H(n + 1/2)
  double sure_;            // a point this close below its rank needs no test
};

}  // namespace windtunnel
