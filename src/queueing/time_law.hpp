#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace windtunnel::queueing {

/// The law of a time, as numbers that can be added, mixed and compared: how estimates compose the times of
/// parts to the percentiles of the whole.
///
/// A constant part, a probability of nothing beyond it, and masses on a logarithmic grid (96 cells a decade,
/// 10 ns to 10,000 s). Sums split mass between neighbouring cells so that means are exact; mean and variance
/// are carried beside the grid, and quantiles are drawn together to the true variance. Parts are taken as
/// independent. Quantiles of sums and maxima of closed forms come out within 0.5% (tests/queueing).
class TimeLaw {
 public:
  /// No time at all.
  TimeLaw() = default;
  static TimeLaw constant(double seconds);
  static TimeLaw exponential(double mean_seconds);
  /// By mean and squared coefficient of variation: constant at 0, gamma below 1, exponential at 1, above it a
  /// hyperexponential with balanced means (Tijms, A First Course in Stochastic Models, 2003, appendix B).
  static TimeLaw fitted(double mean_seconds, double cv2);
  /// Zero with probability 1 - p, else fitted with these moments: a wait.
  static TimeLaw maybe(double p, const TimeLaw& otherwise_zero);
  static TimeLaw from_cdf(const std::function<double(double)>& cdf, double mean_seconds, double variance);
  /// Longer than anything: the response of a queue that grows without end.
  static TimeLaw endless();

  bool is_endless() const;
  double mean() const { return mean_; }
  double variance() const { return variance_; }
  double cv2() const { return mean_ > 0 ? variance_ / (mean_ * mean_) : 0; }
  /// P(X <= t).
  double cdf(double t) const;
  /// 0 < q < 1; infinite for an endless law.
  double quantile(double q) const;

  /// X + Y.
  TimeLaw then(const TimeLaw& next) const;
  /// factor X, factor >= 0.
  TimeLaw scaled(double factor) const;
  /// The sum of `times` of them: a whole number by doubling; for a random number its mean and variance.
  TimeLaw repeated(double mean_times, double variance_of_times) const;
  /// X given X <= limit, and min(X, limit); limit > 0.
  TimeLaw given_within(double limit) const;
  TimeLaw capped(double limit) const;

  struct Part;
  /// One of the parts; weights count relative to each other.
  static TimeLaw mixture(const std::vector<Part>& parts);
  /// When `need` of the laws have ended, 1 <= need <= size.
  static TimeLaw when_done(const std::vector<TimeLaw>& laws, std::size_t need);
  /// The largest of `count` alike; count need not be whole.
  TimeLaw largest_of(double count) const;

 private:
  using Masses = std::vector<double>;  // by cell of the grid; empty: no mass
  struct Cumulated;

  TimeLaw with_offset(double offset) const;
  void add_mass(double seconds, double mass);
  void measure();
  void trim();
  double grid_mean() const;
  double grid_variance() const;

  double offset_ = 0;
  double at_offset_ = 1;              // probability of exactly the offset
  Masses masses_;                     // of what comes on top of it
  std::size_t first_ = 0, last_ = 0;  // cells with mass: [first, last)
  double mean_ = 0;
  double variance_ = 0;
};

struct TimeLaw::Part {
  double weight;
  TimeLaw law;
};

}  // namespace windtunnel::queueing
