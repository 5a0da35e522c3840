// Laws of chance as a scenario writes them: `2ms`, `exp(15ms)`, `lognormal(p50=2ms p99=9ms)`, …
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/parsed.hpp"
#include "language/units.hpp"

namespace windtunnel {

enum class Law {
  constant,     ///< location
  exponential,  ///< mean: scale
  lognormal,    ///< median: scale; sigma of the logarithm: shape
  gamma,        ///< shape, scale (mean = shape * scale)
  weibull,      ///< shape, scale: P(X > x) = exp(-(x/scale)^shape)
  pareto,       ///< minimum: scale; alpha: shape; given X <= maximum
  uniform,      ///< from location to maximum
  normal,       ///< location and standard deviation (scale), given X >= 0
  mixture,      ///< parts, with their weights
  empirical,    ///< values of a file's column
};

/// A law with its parameters in base units (seconds, bytes, things). Which parameters count, says the law.
struct Distribution {
  Law law = Law::constant;
  double location = 0.0;
  double scale = 0.0;
  double shape = 0.0;
  double maximum = std::numeric_limits<double>::infinity();

  std::vector<double> weights;      ///< of the parts; they add up to 1
  std::vector<Distribution> parts;  ///< of a mixture

  std::string file;            ///< of an empirical law
  std::string column;          ///< empty: the file's only one
  std::string column_unit;     ///< of its numbers; empty: each number carries its own
  std::vector<double> values;  ///< ascending; filled by load_empirical

  const UnitFamily* unit = &duration_units;
  std::string text;  ///< as written, for to_text; empty where the parameters were computed

  /// The same law; how it was written does not count.
  friend bool operator==(const Distribution& a, const Distribution& b);
};

/// Reads a law over quantities of a family. A bare quantity is a constant. Errors come with a place: unknown
/// laws and arguments, parameters that are missing, contradict each other or leave the mean infinite.
Parsed<Distribution> parse_distribution(std::string_view text, const UnitFamily& family);

/// A text that reads back to the same law: the one that was written, where there is one.
std::string to_text(const Distribution& distribution);

Distribution constant_distribution(double value, const UnitFamily& family);

/// factor * X; factor > 0.
Distribution scaled(const Distribution& distribution, double factor);

/// Expectation, in base units. Empirical laws must be loaded.
double mean(const Distribution& distribution);
/// Variance, in base units squared; infinite for Pareto laws without maximum and alpha <= 2.
double variance(const Distribution& distribution);
/// Squared coefficient of variation, variance / mean^2; 0 where the mean is 0.
double cv2(const Distribution& distribution);

/// Whether values between those of an empirical law can occur (times and sizes) or not (counts).
bool is_interpolated(const Distribution& distribution);

/// Reads the values of every empirical law in it, from files relative to `directory`. What is wrong, with the
/// number of the line, or nothing.
std::optional<std::string> load_empirical(Distribution& distribution, const std::string& directory);

}  // namespace windtunnel
