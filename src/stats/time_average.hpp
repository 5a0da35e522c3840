#pragma once

#include <cassert>
#include <cstdint>

namespace windtunnel {

/// The average over time of a whole number that changes in steps (queue length, busy servers), exact to the
/// nanosecond: its integral is kept as an integer. Times are int64 nanoseconds and must not go back.
class TimeAverage {
 public:
  /// The state of the integral at one moment; two of them give the average between them.
  struct Mark {
    std::int64_t time = 0;
    __int128 integral = 0;
  };

  explicit TimeAverage(std::int64_t start = 0, std::int64_t value = 0)
      : origin_(start), last_(start), value_(value), max_(value) {}

  void set(std::int64_t now, std::int64_t value) {
    advance(now);
    value_ = value;
    if (value > max_) max_ = value;
  }
  void add(std::int64_t now, std::int64_t delta) { set(now, value_ + delta); }

  std::int64_t value() const { return value_; }
  std::int64_t max() const { return max_; }  ///< since the start or the last reset

  /// Forgets the past (at the end of the warm-up): averages and the maximum count from now on.
  void reset(std::int64_t now) {
    advance(now);
    origin_ = now;
    integral_ = 0;
    max_ = value_;
  }

  /// now must not lie before the last change.
  Mark mark(std::int64_t now) const {
    assert(now >= last_);
    return {now, integral_ + static_cast<__int128>(value_) * (now - last_)};
  }

  /// Integral from the start or the last reset until now, in units times nanoseconds.
  double integral(std::int64_t now) const { return static_cast<double>(mark(now).integral); }

  /// Average from the start or the last reset until now; the present value where no time has passed.
  double average(std::int64_t now) const {
    if (now == origin_) return static_cast<double>(value_);
    return average(Mark{origin_, 0}, mark(now));
  }

  /// Average between two marks with no reset between them, from.time < to.time.
  static double average(const Mark& from, const Mark& to) {
    assert(from.time < to.time);
    return static_cast<double>(to.integral - from.integral) / static_cast<double>(to.time - from.time);
  }

 private:
  void advance(std::int64_t now) {
    assert(now >= last_);
    integral_ += static_cast<__int128>(value_) * (now - last_);
    last_ = now;
  }

  std::int64_t origin_;
  std::int64_t last_;
  std::int64_t value_;
  std::int64_t max_;
  __int128 integral_ = 0;
};

}  // namespace windtunnel
