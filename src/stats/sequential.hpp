#pragma once

#include <cassert>
#include <cmath>
#include <cstdint>

#include "stats/estimate.hpp"

namespace windtunnel {

/// Stops a run (or a series of replications) when the interval of a figure is narrow enough: half width at
/// most `precision` of the value (Chow and Robbins 1965, Ann. Math. Statist. 36(2); for simulations Glynn and
/// Whitt 1992, Ann. Appl. Probab. 2(1)). Stopping at the first narrow interval favours those that are narrow
/// by chance. Two safeguards: no look before `first_check` observations, and after that only at geometrically
/// growing numbers of them, so that there are few looks. tests/stats shows the coverage that is left.
class SequentialStop {
 public:
  /// precision > 0 (0.02 for 2%), first_check >= 1, growth > 1.
  SequentialStop(double precision, std::int64_t first_check, double growth = 1.5)
      : precision_(precision), next_check_(first_check), growth_(growth) {
    assert(precision > 0 && first_check >= 1 && growth > 1);
  }

  /// The number of observations (replications, seconds ...) at which to look next.
  std::int64_t next_check() const { return next_check_; }
  bool due(std::int64_t observations) const { return observations >= next_check_; }

  /// To be called when due, with the present estimate: whether it is precise enough. If not, plans the next
  /// look. An estimate without an interval never is.
  bool satisfied(std::int64_t observations, const Estimate& estimate) {
    if (estimate.relative_half_width() <= precision_) return true;
    next_check_ = static_cast<std::int64_t>(std::ceil(growth_ * static_cast<double>(observations)));
    return false;
  }

 private:
  double precision_;
  std::int64_t next_check_;
  double growth_;
};

/// How many observations in all would make the interval of an estimate from `observations` that precise, at
/// the usual 1 / sqrt(n); NaN without an interval.
inline double observations_needed(double observations, const Estimate& estimate, double precision) {
  const double ratio = estimate.relative_half_width() / precision;
  return observations * ratio * ratio;
}

}  // namespace windtunnel
