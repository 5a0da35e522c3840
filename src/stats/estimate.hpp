#pragma once

#include <cmath>
#include <limits>

namespace windtunnel {

constexpr double kConfidence = 0.95;  ///< of every interval that is printed unless a caller asks otherwise

/// A figure with its confidence interval. NaN stands for "cannot be given": `low` and `high` where the sample
/// supports no interval, all three where it does not even support the figure (a percentile of a run that is
/// too short).
struct Estimate {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  double value = kNone;
  double low = kNone;
  double high = kNone;

  bool has_value() const { return !std::isnan(value); }
  bool has_interval() const { return !std::isnan(low) && !std::isnan(high); }
  bool covers(double truth) const { return low <= truth && truth <= high; }

  /// The longer arm of the interval over |value|; NaN without an interval, infinite at value 0 with a wide
  /// one.
  double relative_half_width() const {
    if (!has_interval()) return kNone;
    const double arm = std::fmax(high - value, value - low);
    return arm == 0 ? 0 : arm / std::fabs(value);
  }
};

}  // namespace windtunnel
