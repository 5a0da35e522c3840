#pragma once

#include <utility>
#include <vector>

namespace windtunnel {

/// A piecewise linear function through measured points, in rising order of x. Kernel tables are interpolated
/// linearly: in logarithms the error is biased by more than 10% (leave-one-out on published tables).
class LinearTable {
 public:
  LinearTable() = default;
  /// Points in any order; of several at one x the smallest y is kept.
  explicit LinearTable(std::vector<std::pair<double, double>> points);

  bool empty() const { return x_.empty(); }
  double first() const { return x_.front(); }
  double last() const { return x_.back(); }
  const std::vector<double>& knots() const { return x_; }

  /// Between the points; held at the first and the last value outside of them.
  double at(double x) const;

 private:
  std::vector<double> x_;
  std::vector<double> y_;
};

}  // namespace windtunnel
