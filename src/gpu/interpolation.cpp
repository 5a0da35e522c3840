#include "gpu/interpolation.hpp"

#include <algorithm>
#include <cstddef>

namespace windtunnel {

LinearTable::LinearTable(std::vector<std::pair<double, double>> points) {
  std::sort(points.begin(), points.end());
  for (const auto& [x, y] : points) {
    if (!x_.empty() && x_.back() == x) continue;
    x_.push_back(x);
    y_.push_back(y);
  }
}

double LinearTable::at(double x) const {
  if (x <= x_.front()) return y_.front();
  if (x >= x_.back()) return y_.back();
  const auto above = static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), x) - x_.begin());
  const double part = (x - x_[above - 1]) / (x_[above] - x_[above - 1]);
  return y_[above - 1] + part * (y_[above] - y_[above - 1]);
}

}  // namespace windtunnel
