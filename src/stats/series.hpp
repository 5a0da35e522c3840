#pragma once

#include <cstdint>
#include <vector>

#include "stats/histogram.hpp"

namespace windtunnel {

/// Count, sum and extremes per step of time, in bounded memory: when a value falls beyond the last step that
/// may be kept, neighbours are merged and the step doubles. Times are int64 nanoseconds >= 0, in any order.
class TimeSeries {
 public:
  struct Step {
    std::int64_t count = 0;
    double sum = 0;
    std::int64_t max = 0;

    double mean() const { return count == 0 ? Estimate::kNone : sum / static_cast<double>(count); }
    friend bool operator==(const Step&, const Step&) = default;
  };

  /// step > 0 in nanoseconds; max_steps >= 2 and even. With histograms, percentiles per step are kept as well
  /// (within 3%; about 1 to 3 KB per step).
  explicit TimeSeries(std::int64_t step, std::size_t max_steps = 512, bool with_histograms = false);

  /// Counts a value >= 0 (a latency in nanoseconds; 1 for an event) at a time.
  void add(std::int64_t time, std::int64_t value) {
    if (time < current_begin_ || time >= current_end_) [[unlikely]]
      seek(time);
    Step& step = steps_[current_];
    ++step.count;
    step.sum += static_cast<double>(value);
    if (value > step.max) step.max = value;
    if (with_histograms_) histograms_[current_].record(value);
  }

  /// Adds what another series counted (of another replication, say); the coarser step of the two is kept.
  /// Both must have begun with the same step and max_steps.
  void merge(const TimeSeries& other);

  std::int64_t step() const { return step_; }  ///< nanoseconds per step, now
  const std::vector<Step>& steps() const { return steps_; }

  /// A percentile of one step; NaN where nothing was counted or no histograms are kept.
  double quantile(std::size_t step, double q) const;

 private:
  void seek(std::int64_t time);
  void double_step();

  std::int64_t step_;
  std::size_t max_steps_;
  bool with_histograms_;
  std::vector<Step> steps_;
  std::vector<CoarseHistogram> histograms_;
  std::size_t current_ = 0;  // the step of the last value, and its bounds: no division for the next one
  std::int64_t current_begin_ = 0;
  std::int64_t current_end_ = 0;
};

}  // namespace windtunnel
