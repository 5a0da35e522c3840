#include "language/distribution.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <tuple>

#include "language/quantity.hpp"

namespace windtunnel {
namespace {

// E[X^r] of a Pareto law bounded above: the integral of x^r alpha m^alpha x^(-alpha-1) over [m, M], given X
// <= M.
double bounded_pareto_moment(const Distribution& d, double r) {
  const double alpha = d.shape;
  const double factor = alpha * std::pow(d.scale, alpha) / (1.0 - std::pow(d.scale / d.maximum, alpha));
  if (r == alpha) return factor * std::log(d.maximum / d.scale);
  return factor * (std::pow(d.maximum, r - alpha) - std::pow(d.scale, r - alpha)) / (r - alpha);
}

// phi(a) / Phi(a) for a = mean / deviation: how far, in deviations, cutting a normal law at 0 lifts its mean.
double truncation_lift(const Distribution& d) {
  const double a = d.location / d.scale;
  const double density = std::exp(-a * a / 2) / std::sqrt(2 * std::numbers::pi);
  return density / (0.5 * std::erfc(-a / std::numbers::sqrt2));
}

// E[X^r], r of 1 or 2, of a law that is uniform between each two neighbours among the values.
double interpolated_moment(const std::vector<double>& values, int r) {
  if (values.size() == 1) return r == 1 ? values[0] : values[0] * values[0];
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    const double a = values[i];
    const double b = values[i + 1];
    sum += r == 1 ? (a + b) / 2 : (a * a + a * b + b * b) / 3;
  }
  return sum / static_cast<double>(values.size() - 1);
}

double empirical_moment(const Distribution& d, int r) {
  if (d.values.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (is_interpolated(d)) return interpolated_moment(d.values, r);
  double sum = 0.0;
  for (const double value : d.values) sum += r == 1 ? value : value * value;
  return sum / static_cast<double>(d.values.size());
}

double pareto_variance(const Distribution& d) {
  if (std::isfinite(d.maximum)) return bounded_pareto_moment(d, 2) - std::pow(bounded_pareto_moment(d, 1), 2);
  const double alpha = d.shape;
  if (alpha <= 2.0) return std::numeric_limits<double>::infinity();
  return d.scale * d.scale * alpha / ((alpha - 1) * (alpha - 1) * (alpha - 2));
}

double mixture_variance(const Distribution& d) {
  const double centre = mean(d);
  double sum = 0.0;
  for (std::size_t i = 0; i < d.parts.size(); ++i) {
    const double distance = mean(d.parts[i]) - centre;
    sum += d.weights[i] * (variance(d.parts[i]) + distance * distance);
  }
  return sum;
}

std::string mixture_text(const Distribution& d) {
  std::string text;
  for (std::size_t i = 0; i < d.parts.size(); ++i) {
    text +=
        fmt::format("{}{} {}", i == 0 ? "" : " ", to_text(d.weights[i], ratio_units), to_text(d.parts[i]));
  }
  return fmt::format("mixture({})", text);
}

std::string empirical_text(const Distribution& d) {
  std::string text = d.file;
  if (!d.column.empty()) text += fmt::format(" column={}", d.column);
  if (!d.column_unit.empty()) text += fmt::format(" unit={}", d.column_unit);
  return fmt::format("empirical({})", text);
}

}  // namespace

bool operator==(const Distribution& a, const Distribution& b) {
  const auto parameters = [](const Distribution& d) {
    return std::tie(d.law, d.location, d.scale, d.shape, d.maximum, d.weights, d.parts, d.file, d.column,
                    d.column_unit, d.values, d.unit);
  };
  return parameters(a) == parameters(b);
}

std::string to_text(const Distribution& d) {
  if (!d.text.empty()) return d.text;
  const auto quantity = [&](double value) { return to_text(value, *d.unit); };
  const auto number = [](double value) { return to_text(value); };
  switch (d.law) {
    case Law::constant:
      return quantity(d.location);
    case Law::exponential:
      return fmt::format("exp({})", quantity(d.scale));
    case Law::lognormal:
      return fmt::format("lognormal(p50={} sigma={})", quantity(d.scale), number(d.shape));
    case Law::gamma:
      return fmt::format("gamma(shape={} scale={})", number(d.shape), quantity(d.scale));
    case Law::weibull:
      return fmt::format("weibull(shape={} scale={})", number(d.shape), quantity(d.scale));
    case Law::pareto:
      return fmt::format("pareto(min={} alpha={}{})", quantity(d.scale), number(d.shape),
                         std::isfinite(d.maximum) ? fmt::format(" max={}", quantity(d.maximum)) : "");
    case Law::uniform:
      return fmt::format("uniform({} {})", quantity(d.location), quantity(d.maximum));
    case Law::normal:
      return fmt::format("normal(mean={} sd={})", quantity(d.location), quantity(d.scale));
    case Law::mixture:
      return mixture_text(d);
    case Law::empirical:
      return empirical_text(d);
  }
  return {};
}

Distribution constant_distribution(double value, const UnitFamily& family) {
  Distribution d;
  d.location = value;
  d.unit = &family;
  return d;
}

Distribution scaled(const Distribution& distribution, double factor) {
  Distribution d = distribution;
  d.location *= factor;
  d.scale *= factor;
  d.maximum *= factor;
  for (Distribution& part : d.parts) part = scaled(part, factor);
  for (double& value : d.values) value *= factor;
  d.text.clear();
  return d;
}

bool is_interpolated(const Distribution& distribution) { return distribution.unit != &count_units; }

// Closed forms: Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 2nd ed., 1994 and 1995:
// chapters 13 (truncated normal), 14 (lognormal), 17 (gamma), 20 (Pareto), 21 (Weibull).
double mean(const Distribution& d) {
  switch (d.law) {
    case Law::constant:
      return d.location;
    case Law::exponential:
      return d.scale;
    case Law::lognormal:
      return d.scale * std::exp(d.shape * d.shape / 2);
    case Law::gamma:
      return d.shape * d.scale;
    case Law::weibull:
      return d.scale * std::tgamma(1 + 1 / d.shape);
    case Law::pareto:
      return std::isfinite(d.maximum) ? bounded_pareto_moment(d, 1) : d.scale * d.shape / (d.shape - 1);
    case Law::uniform:
      return (d.location + d.maximum) / 2;
    case Law::normal:
      return d.location + d.scale * truncation_lift(d);
    case Law::mixture: {
      double sum = 0.0;
      for (std::size_t i = 0; i < d.parts.size(); ++i) sum += d.weights[i] * mean(d.parts[i]);
      return sum;
    }
    case Law::empirical:
      return empirical_moment(d, 1);
  }
  return 0.0;
}

double variance(const Distribution& d) {
  switch (d.law) {
    case Law::constant:
      return 0.0;
    case Law::exponential:
      return d.scale * d.scale;
    case Law::lognormal: {
      const double s2 = d.shape * d.shape;
      return d.scale * d.scale * std::exp(s2) * std::expm1(s2);
    }
    case Law::gamma:
      return d.shape * d.scale * d.scale;
    case Law::weibull: {
      const double first = std::tgamma(1 + 1 / d.shape);
      return d.scale * d.scale * (std::tgamma(1 + 2 / d.shape) - first * first);
    }
    case Law::pareto:
      return pareto_variance(d);
    case Law::uniform:
      return (d.maximum - d.location) * (d.maximum - d.location) / 12;
    case Law::normal: {
      const double lift = truncation_lift(d);
      return d.scale * d.scale * (1 - d.location / d.scale * lift - lift * lift);
    }
    case Law::mixture:
      return mixture_variance(d);
    case Law::empirical: {
      const double first = empirical_moment(d, 1);
      return empirical_moment(d, 2) - first * first;
    }
  }
  return 0.0;
}

double cv2(const Distribution& distribution) {
  const double m = mean(distribution);
  return m == 0.0 ? 0.0 : variance(distribution) / (m * m);
}

}  // namespace windtunnel
