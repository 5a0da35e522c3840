#pragma once
#include <cstdint>

#include "kernel/time.hpp"

namespace windtunnel {

/// A whole number that changes in steps (busy servers, queue length) and its integral over time, exact.
class Occupancy {
 public:
  std::int64_t value() const { return value_; }
  void add(std::int64_t delta, Nanoseconds now) {
    area_ += value_ * (now - since_);
    since_ = now;
    value_ += delta;
  }
  /// Integral from the start until `now`, in units times nanoseconds. Averages come from differences of it.
  std::int64_t area(Nanoseconds now) const { return area_ + value_ * (now - since_); }

 private:
  std::int64_t value_ = 0;
  std::int64_t area_ = 0;
  Nanoseconds since_ = 0;
};

}  // namespace windtunnel
