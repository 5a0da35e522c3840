#pragma once
#include <algorithm>

#include "kernel/time.hpp"

namespace windtunnel {

/// A bucket that fills at a steady rate up to its size; who asks for more than it holds gets nothing. Starts
/// full.
class TokenBucket {
 public:
  /// `size` is at least 1.
  TokenBucket(double per_second, double size) : per_second_(per_second), size_(size), level_(size) {}

  bool holds(double amount, Nanoseconds now) {
    level_ = std::min(size_, level_ + to_seconds(now - filled_at_) * per_second_);
    filled_at_ = now;
    return level_ >= amount - slack;
  }
  void take(double amount) { level_ -= amount; }

 private:
  static constexpr double slack = 1e-9;  // of rounding, where arrivals keep exactly to the rate
  double per_second_;
  double size_;
  double level_;
  Nanoseconds filled_at_ = 0;
};

}  // namespace windtunnel
