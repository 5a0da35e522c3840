#pragma once
#include <cstdint>

#include "kernel/time.hpp"

namespace windtunnel {

/// A whole number that changes in steps (busy servers, queue length) and its integral over time. The sum is
/// exact, in 128 bits: a million waiting for three hours is beyond 64.
class Occupancy {
 public:
  std::int64_t value() const { return value_; }
  void add(std::int64_t delta, Nanoseconds now) {
    area_ = area_to(now);
    since_ = now;
    value_ += delta;
  }
  /// Integral from the start until `now`, in units times nanoseconds. Averages come from differences of it.
  double area(Nanoseconds now) const { return static_cast<double>(area_to(now)); }

 private:
  __extension__ using Area = __int128;
  Area area_to(Nanoseconds now) const { return area_ + static_cast<Area>(value_) * (now - since_); }

  std::int64_t value_ = 0;
  Area area_ = 0;
  Nanoseconds since_ = 0;
};

}  // namespace windtunnel
