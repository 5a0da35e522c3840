#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/elementary.hpp"
#include "kernel/random.hpp"
#include "kernel/time.hpp"

namespace windtunnel {

/// Draws from one law: a shift, a scale, and a standard form chosen by a switch. Values are in the unit of
/// the parameters, usually seconds. Copies are cheap and share their tables, which never change.
class Sampler {
 public:
  /// Always 0.
  Sampler() = default;

  static Sampler constant(double value);
  static Sampler exponential(double mean);
  /// exp(N(mu, sigma)); its median is exp(mu).
  static Sampler lognormal(double mu, double sigma);
  /// Marsaglia & Tsang, ACM TOMS 26(3) 2000; shape > 0.
  static Sampler gamma(double shape, double scale);
  /// P(X > x) = exp(-(x/scale)^shape).
  static Sampler weibull(double shape, double scale);
  /// P(X > x) = (minimum/x)^alpha, for x >= minimum.
  static Sampler pareto(double minimum, double alpha);
  /// The same given that X <= maximum (bounded Pareto).
  static Sampler bounded_pareto(double minimum, double alpha, double maximum);
  static Sampler uniform(double low, double high);
  /// N(mean, deviation) given that it is not negative; mean >= 0. Its own mean is above `mean`.
  static Sampler truncated_normal(double mean, double deviation);
  /// Law i with a chance of weights[i] / sum of weights; both of the same size, not empty.
  static Sampler mixture(const std::vector<double>& weights, std::vector<Sampler> laws);
  /// Two exponentials with balanced means (each contributes half of the mean); cv >= 1. Whitt, Oper. Res.
  /// 30(1) 1982, eq. 3.7.
  static Sampler hyperexponential(double mean, double cv);
  /// One of the values, all equally likely.
  static Sampler resampled(std::vector<double> values);
  /// Quantile function through the sorted values, straight between neighbours.
  static Sampler interpolated(std::vector<double> values);

  /// shift + this law.
  Sampler shifted(double by) const;
  /// factor * this law; factor >= 0.
  Sampler scaled(double by) const;

  double sample(RandomStream& stream) const { return shift_ + scale_ * standard(stream); }

  /// A draw in seconds as a span of time: to the nearest nanosecond, never negative, at most 36 years, so
  /// that adding it to the clock cannot overflow.
  Nanoseconds sample_ns(RandomStream& stream) const {
    constexpr double longest = 0x1p60;
    return static_cast<Nanoseconds>(std::clamp(sample(stream) * 1e9 + 0.5, 0.0, longest));
  }

  bool is_constant() const { return kind_ == Kind::constant; }

 private:
  enum class Kind : std::uint8_t {
    constant,
    exponential,
    lognormal,
    gamma,
    weibull,
    pareto,
    bounded_pareto,
    uniform,
    truncated_normal,
    mixture,
    resampled,
    interpolated
  };
  struct Table {
    std::vector<double> values;  // sorted values, or a mixture's cumulative weights, the last of them 1
    std::vector<Sampler> laws;
  };

  Sampler(Kind kind, double shift, double scale, double a = 0.0, double b = 0.0)
      : kind_(kind), shift_(shift), scale_(scale), a_(a), b_(b) {}

  double standard(RandomStream& stream) const {
    switch (kind_) {
      case Kind::constant:
        return 0.0;
      case Kind::exponential:
        return stream.exponential();
      case Kind::lognormal:
        return elementary::exp(a_ * stream.normal());
      case Kind::uniform:
        return stream.uniform();
      default:
        return standard_of_rare(stream);
    }
  }
  double standard_of_rare(RandomStream& stream) const;
  double standard_gamma(RandomStream& stream) const;

  Kind kind_ = Kind::constant;
  double shift_ = 0.0;
  double scale_ = 0.0;
  double a_ =
      0.0;  // lognormal: sigma; gamma: shape; weibull, pareto: 1/shape; truncated normal: mean/deviation
  double b_ = 0.0;  // bounded pareto: P(X <= maximum) of the unbounded one
  std::shared_ptr<const Table> table_;
};

}  // namespace windtunnel
