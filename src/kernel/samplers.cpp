#include "kernel/samplers.hpp"

#include <cassert>
#include <utility>

namespace windtunnel {

Sampler Sampler::constant(double value) { return {Kind::constant, value, 0.0}; }

Sampler Sampler::exponential(double mean) {
  assert(mean >= 0.0);
  return {Kind::exponential, 0.0, mean};
}

Sampler Sampler::lognormal(double mu, double sigma) {
  assert(sigma >= 0.0);
  return {Kind::lognormal, 0.0, elementary::exp(mu), sigma};
}

Sampler Sampler::gamma(double shape, double scale) {
  assert(shape > 0.0 && scale >= 0.0);
  return {Kind::gamma, 0.0, scale, shape};
}

Sampler Sampler::weibull(double shape, double scale) {
  assert(shape > 0.0 && scale >= 0.0);
  return {Kind::weibull, 0.0, scale, 1.0 / shape};
}

Sampler Sampler::pareto(double minimum, double alpha) {
  assert(minimum >= 0.0 && alpha > 0.0);
  return {Kind::pareto, 0.0, minimum, 1.0 / alpha};
}

Sampler Sampler::bounded_pareto(double minimum, double alpha, double maximum) {
  assert(minimum > 0.0 && alpha > 0.0 && maximum >= minimum);
  return {Kind::bounded_pareto, 0.0, minimum, 1.0 / alpha, 1.0 - elementary::pow(minimum / maximum, alpha)};
}

Sampler Sampler::uniform(double low, double high) {
  assert(low <= high);
  return {Kind::uniform, low, high - low};
}

Sampler Sampler::truncated_normal(double mean, double deviation) {
  assert(mean >= 0.0 && deviation >= 0.0);
  if (deviation == 0.0) return constant(mean);
  return {Kind::truncated_normal, 0.0, deviation, mean / deviation};
}

Sampler Sampler::mixture(const std::vector<double>& weights, std::vector<Sampler> laws) {
  assert(!weights.empty() && weights.size() == laws.size());
  double total = 0.0;
  for (const double weight : weights) total += weight;
  assert(total > 0.0);
  Table table;
  double sum = 0.0;
  for (const double weight : weights) table.values.push_back((sum += weight) / total);
  table.values.back() = 1.0;
  table.laws = std::move(laws);
  Sampler sampler(Kind::mixture, 0.0, 1.0);
  sampler.table_ = std::make_shared<const Table>(std::move(table));
  return sampler;
}

Sampler Sampler::hyperexponential(double mean, double cv) {
  assert(cv >= 1.0);
  const double cv2 = cv * cv;
  const double p = 0.5 * (1.0 + std::sqrt((cv2 - 1.0) / (cv2 + 1.0)));
  return mixture({p, 1.0 - p}, {exponential(mean / (2.0 * p)), exponential(mean / (2.0 * (1.0 - p)))});
}

Sampler Sampler::resampled(std::vector<double> values) {
  assert(!values.empty());
  Sampler sampler(Kind::resampled, 0.0, 1.0);
  sampler.table_ = std::make_shared<const Table>(Table{std::move(values), {}});
  return sampler;
}

Sampler Sampler::interpolated(std::vector<double> values) {
  assert(!values.empty());
  std::ranges::sort(values);
  Sampler sampler = resampled(std::move(values));
  sampler.kind_ = Kind::interpolated;
  return sampler;
}

Sampler Sampler::shifted(double by) const {
  Sampler result = *this;
  result.shift_ += by;
  return result;
}

Sampler Sampler::scaled(double by) const {
  assert(by >= 0.0);
  Sampler result = *this;
  result.shift_ *= by;
  result.scale_ *= by;
  return result;
}

double Sampler::standard_of_rare(RandomStream& stream) const {
  switch (kind_) {
    case Kind::gamma:
      return standard_gamma(stream);
    case Kind::weibull:
      return elementary::pow(stream.exponential(), a_);
    case Kind::pareto:
      return elementary::exp(stream.exponential() * a_);  // U^(-1/alpha) with -log U exponential
    case Kind::bounded_pareto:
      return elementary::pow(1.0 - stream.uniform() * b_, -a_);
    case Kind::truncated_normal: {
      double x = a_ + stream.normal();
      while (x < 0.0) x = a_ + stream.normal();
      return x;
    }
    case Kind::mixture: {
      const double u = stream.uniform();
      std::size_t i = 0;
      while (u >= table_->values[i]) ++i;
      return table_->laws[i].sample(stream);
    }
    case Kind::resampled:
      return table_->values[stream.below(table_->values.size())];
    case Kind::interpolated: {
      const std::vector<double>& values = table_->values;
      if (values.size() == 1) return values.front();
      const double position = stream.uniform() * static_cast<double>(values.size() - 1);
      const std::size_t i = std::min(static_cast<std::size_t>(position), values.size() - 2);
      return values[i] + (position - static_cast<double>(i)) * (values[i + 1] - values[i]);
    }
    default:
      assert(false);
      return 0.0;
  }
}

// Marsaglia & Tsang, "A simple method for generating gamma variables", 2000; for shapes below 1 their remark:
// gamma(a) = gamma(a + 1) * U^(1/a).
double Sampler::standard_gamma(RandomStream& stream) const {
  const double boosted = a_ < 1.0 ? a_ + 1.0 : a_;
  const double d = boosted - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = stream.normal();
    const double t = 1.0 + c * x;
    if (t <= 0.0) continue;
    const double v = t * t * t;
    const double x2 = x * x;
    const double u = stream.uniform_positive();
    const bool accept =
        u < 1.0 - 0.0331 * x2 * x2 || elementary::log(u) < 0.5 * x2 + d * (1.0 - v + elementary::log(v));
    if (!accept) continue;
    return a_ < 1.0 ? d * v * elementary::exp(-stream.exponential() / a_) : d * v;
  }
}

}  // namespace windtunnel
