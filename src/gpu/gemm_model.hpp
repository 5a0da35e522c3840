#pragma once

#include <vector>

#include "gpu/interpolation.hpp"
#include "gpu/precision.hpp"
#include "gpu/profile.hpp"

namespace windtunnel {

/// The least time that a GPU's data sheet allows for some work, in seconds: the roofline (Williams, Waterman
/// and Patterson, 2009).
double least_seconds(const Gpu& gpu, Precision compute, double flops, double bytes);

/// Element types of out[m][n] = x[m][k] · w[n][k]ᵀ. The product is computed in the type of x; out has 16
/// bits.
struct GemmTypes {
  Precision weights = Precision::kBf16;
  Precision activations = Precision::kBf16;
};

/// Times of matrix products on one GPU: measured points where there are some, else a roofline with fixed
/// efficiencies.
class GemmModel {
 public:
  GemmModel(const Gpu& gpu, const GpuProfile* profile);

  /// Seconds of one product. For a measured (n, k) linear between the measured m; for another shape the share
  /// of the roofline that the four nearest shapes reach (nearest in logarithms, weighted by 1/distance²).
  /// Beyond the measured m the share of the last point holds. Never below the data sheet's roofline.
  double seconds(GemmTypes types, double m, double n, double k) const;

  /// The same over m from 1 to `most`, to be looked up quickly.
  LinearTable over_tokens(GemmTypes types, double n, double k, double most) const;

  bool measured() const { return !shapes_.empty(); }

 private:
  struct Shape {
    double n, k;
    Precision compute;
    LinearTable seconds_by_m;
  };
  double roofline(GemmTypes types, double m, double n, double k) const;
  double estimate(GemmTypes types, double m, double n, double k) const;
  double reached_share(const Shape& shape, double m) const;

  Gpu gpu_;
  std::vector<Shape> shapes_;
};

}  // namespace windtunnel
