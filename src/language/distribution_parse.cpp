#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "language/call_text.hpp"
#include "language/distribution.hpp"
#include "language/quantity.hpp"
#include "language/suggest.hpp"

namespace windtunnel {
namespace {

constexpr int deepest_mixture = 8;

Parsed<Distribution> parse_nested(std::string_view text, const UnitFamily& family, int depth);

// Rounded to 12 digits, so that the last bit of another C library's logarithm cannot change a simulation.
double settled(double value) { return *parse_number(fmt::format("{:.11e}", value)); }

// Reads the arguments of one law into a distribution whose unit is set.
using LawReader = void (*)(ArgumentReader&, Distribution&);

struct LawName {
  std::string_view name;
  std::string_view usage;
  LawReader read;
};

void read_constant(ArgumentReader& arguments, Distribution& d) {
  const auto value = arguments.read(arguments.take_either("value"), *d.unit);
  if (!value) return arguments.fail("`constant` needs a value", "");
  d.location = *value;
}

void read_exponential(ArgumentReader& arguments, Distribution& d) {
  const auto mean = arguments.read_positive(arguments.take_either("mean"), *d.unit);
  d.law = Law::exponential;
  if (!mean) return arguments.fail("an exponential law needs its mean", "");
  d.scale = *mean;
}

struct Percentile {
  std::string_view key;
  double z;  // standard normal quantile: DLMF 7.17, with 20 digits
};
constexpr Percentile percentiles[] = {
    {"p10", -1.2815515655446004}, {"p25", -0.67448975019608174}, {"p50", 0.0},
    {"p75", 0.67448975019608174}, {"p90", 1.2815515655446004},   {"p95", 1.6448536269514722},
    {"p99", 2.3263478740408408},  {"p999", 3.0902323061678132},  {"p9999", 3.7190164854556804},
};

// From two percentiles: log X is normal, so that its quantiles lie on a line over those of the standard
// normal.
void lognormal_through(const std::array<std::pair<Percentile, double>, 2>& points, ArgumentReader& arguments,
                       Distribution& d) {
  const auto& [low, x_low] = points[0];
  const auto& [high, x_high] = points[1];
  if (x_high <= x_low) {
    return arguments.fail(fmt::format("{} ({}) must be above {} ({})", high.key, to_text(x_high, *d.unit),
                                      low.key, to_text(x_low, *d.unit)),
                          "");
  }
  d.shape = settled(std::log(x_high / x_low) / (high.z - low.z));
  const double median = settled(x_low * std::exp(-low.z * d.shape));
  d.scale = low.z == 0.0 ? x_low : high.z == 0.0 ? x_high : median;
}

// Aitchison & Brown, The Lognormal Distribution, 1957: cv^2 = exp(sigma^2) - 1, mean = median exp(sigma^2 /
// 2).
void read_lognormal(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::lognormal;
  const auto mean = arguments.read_positive(arguments.take("mean"), *d.unit);
  const auto cv = arguments.read_positive(arguments.take("cv"), number_units);
  const auto sigma = arguments.read_positive(arguments.take("sigma"), number_units);
  std::array<std::pair<Percentile, double>, 2> points{};
  std::size_t found = 0;
  for (const Percentile& percentile : percentiles) {
    const Argument* argument = arguments.take(percentile.key);
    const auto value = arguments.read_positive(argument, *d.unit);
    if (argument == nullptr || !value) continue;
    if (found == 2) return arguments.fail("two percentiles fix a lognormal law; here are more", "", argument);
    points[found++] = {percentile, *value};
  }
  if (arguments.failed()) return;
  if (mean && cv && !sigma && found == 0) {
    d.shape = settled(std::sqrt(std::log1p(*cv * *cv)));
    d.scale = *mean / std::sqrt(1.0 + *cv * *cv);
  } else if (sigma && !mean && !cv && found == 1 && points[0].first.key == "p50") {
    d.shape = *sigma;
    d.scale = points[0].second;
  } else if (found == 2 && !mean && !cv && !sigma) {
    lognormal_through(points, arguments, d);
  } else {
    arguments.fail("a lognormal law needs two percentiles, or mean and cv, or p50 and sigma", "");
  }
}

void read_gamma(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::gamma;
  const auto mean = arguments.read_positive(arguments.take("mean"), *d.unit);
  const auto cv = arguments.read_positive(arguments.take("cv"), number_units);
  const auto shape = arguments.read_positive(arguments.take("shape"), number_units);
  const auto scale = arguments.read_positive(arguments.take("scale"), *d.unit);
  if (cv.has_value() == shape.has_value() || mean.has_value() == scale.has_value() || (scale && cv)) {
    return arguments.fail("a gamma law needs mean and cv, or mean and shape, or shape and scale", "");
  }
  d.shape = shape ? *shape : 1.0 / (*cv * *cv);
  d.scale = scale ? *scale : *mean / d.shape;
}

void read_erlang(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::gamma;
  const auto stages = arguments.read_count(arguments.take_either("stages"));
  const auto mean = arguments.read_positive(arguments.take("mean"), *d.unit);
  if (!stages || !mean) return arguments.fail("an Erlang law needs its number of stages and its mean", "");
  d.shape = *stages;
  d.scale = *mean / *stages;
}

void read_weibull(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::weibull;
  const auto mean = arguments.read_positive(arguments.take("mean"), *d.unit);
  const auto scale = arguments.read_positive(arguments.take("scale"), *d.unit);
  const auto shape = arguments.read_positive(arguments.take("shape"), number_units);
  if (!shape || mean.has_value() == scale.has_value()) {
    return arguments.fail("a Weibull law needs its shape, and mean or scale", "");
  }
  d.shape = *shape;
  d.scale = scale ? *scale : settled(*mean / std::tgamma(1.0 + 1.0 / *shape));
}

void read_pareto(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::pareto;
  const auto minimum = arguments.read_positive(arguments.take("min"), *d.unit);
  const auto alpha = arguments.read_positive(arguments.take("alpha"), number_units);
  const Argument* cap = arguments.take("max");
  const auto maximum = arguments.read_positive(cap, *d.unit);
  if (!minimum || !alpha) return arguments.fail("a Pareto law needs min and alpha", "");
  if (maximum && *maximum <= *minimum) return arguments.fail("max must be above min", "", cap);
  if (cap == nullptr && *alpha <= 1.0) {
    return arguments.fail("with alpha of 1 or less the mean is infinite", "bound it: add max=");
  }
  d.scale = *minimum;
  d.shape = *alpha;
  if (maximum) d.maximum = *maximum;
}

void read_uniform(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::uniform;
  const auto low = arguments.read(arguments.take_either("min"), *d.unit);
  const Argument* upper = arguments.take_either("max");
  const auto high = arguments.read(upper, *d.unit);
  if (!low || !high) return arguments.fail("a uniform law needs its lowest and its highest value", "");
  if (*high <= *low) return arguments.fail("the highest value must be above the lowest", "", upper);
  d.location = *low;
  d.maximum = *high;
}

void read_normal(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::normal;
  const auto mean = arguments.read_positive(arguments.take("mean"), *d.unit);
  const Argument* deviation_argument = arguments.take("sd");
  const auto deviation = arguments.read_positive(deviation_argument, *d.unit);
  if (!mean || !deviation) return arguments.fail("a normal law needs mean and sd", "");
  if (*deviation > *mean / 3.0) {  // beyond, cutting at 0 would raise the mean by more than 0.15%
    return arguments.fail(
        "sd is above a third of the mean: too much of a normal law would be negative",
        fmt::format("write gamma(mean={} cv={:.3g})", to_text(*mean, *d.unit), *deviation / *mean),
        deviation_argument);
  }
  d.location = *mean;
  d.scale = *deviation;
}

// Two exponentials with balanced means: Whitt, Oper. Res. 30(1) 1982, eq. 3.7.
void read_hyperexponential(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::mixture;
  const auto mean = arguments.read_positive(arguments.take("mean"), *d.unit);
  const Argument* cv_argument = arguments.take("cv");
  const auto cv = arguments.read_positive(cv_argument, number_units);
  if (!mean || !cv) return arguments.fail("a hyperexponential law needs mean and cv", "");
  if (*cv <= 1.0)
    return arguments.fail("cv must be above 1", "at 1 write exp(…), below gamma(mean=… cv=…)", cv_argument);
  const double p = 0.5 * (1.0 + std::sqrt((*cv * *cv - 1.0) / (*cv * *cv + 1.0)));
  for (const double weight : {p, 1.0 - p}) {
    Distribution part;
    part.law = Law::exponential;
    part.scale = *mean / (2.0 * weight);
    part.unit = d.unit;
    d.weights.push_back(weight);
    d.parts.push_back(part);
  }
}

void read_empirical(ArgumentReader& arguments, Distribution& d) {
  d.law = Law::empirical;
  const Argument* file = arguments.take_either("file");
  if (file == nullptr) return arguments.fail("an empirical law needs the file with its values", "");
  d.file = file->text;
  if (const Argument* column = arguments.take("column")) d.column = column->text;
  const Argument* unit = arguments.take("unit");
  if (unit == nullptr) return;
  d.column_unit = unit->text;
  const Parsed<double> one = parse_with_unit("1" + d.column_unit, *d.unit);
  if (!one) {
    arguments.fail(fmt::format("`{}` is no unit of {} {}", d.column_unit, d.unit->article, d.unit->noun),
                   fmt::format("units: {}", d.unit->fitting), unit);
  }
}

// Shares and laws in turn: `90% exp(1ms) 10% exp(50ms)`, or with a colon behind the share.
void read_mixture(ArgumentReader& arguments, const CallText& call, Distribution& d, int depth) {
  d.law = Law::mixture;
  double total = 0.0;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const Argument& first = call.arguments[i];
    const bool labelled = first.is_labelled;
    const Parsed<double> weight = parse_with_unit(labelled ? first.key : first.text, ratio_units);
    if (!weight) return arguments.fail_at(weight.message, weight.help, first.key_at + weight.offset);
    if (!labelled && i + 1 == call.arguments.size()) {
      return arguments.fail(fmt::format("no law follows the share {}", first.text), "", &first);
    }
    const Argument& law = labelled ? first : call.arguments[++i];
    const Parsed<Distribution> part = parse_nested(law.text, *d.unit, depth + 1);
    if (!part) return arguments.fail_at(part.message, part.help, law.offset + part.offset);
    d.weights.push_back(*weight);
    d.parts.push_back(*part);
    total += *weight;
  }
  if (d.parts.empty()) return arguments.fail("a mixture needs shares and laws", "");
  if (std::abs(total - 1.0) > 1e-9) {
    arguments.fail(fmt::format("the shares add up to {:.6g}%, not to 100%", total * 100.0), "");
  }
}

constexpr std::string_view mixture_usage = "mixture(90% exp(1ms) 10% exp(50ms))";
constexpr LawName law_names[] = {
    {"constant", "constant(2ms)", read_constant},
    {"exp", "exp(15ms)", read_exponential},
    {"exponential", "exponential(mean=15ms)", read_exponential},
    {"lognormal", "lognormal(p50=2ms p99=9ms) or lognormal(mean=3ms cv=0.8)", read_lognormal},
    {"gamma", "gamma(mean=3ms cv=0.5)", read_gamma},
    {"erlang", "erlang(4 mean=10ms)", read_erlang},
    {"weibull", "weibull(mean=5ms shape=0.7)", read_weibull},
    {"pareto", "pareto(min=1ms alpha=1.5 max=10s)", read_pareto},
    {"uniform", "uniform(1ms 5ms)", read_uniform},
    {"normal", "normal(mean=10ms sd=1ms)", read_normal},
    {"hyperexp", "hyperexp(mean=5ms cv=3)", read_hyperexponential},
    {"empirical", "empirical(file.csv column=latency unit=ms)", read_empirical},
};

Parsed<Distribution> bare_word(const CallText& word, const UnitFamily& family) {
  for (const LawName& law : law_names) {
    if (law.name != word.name) continue;
    return {std::nullopt, fmt::format("`{}` needs arguments", word.name),
            fmt::format("write it like {}", law.usage), word.offset};
  }
  return {std::nullopt,
          fmt::format("`{}` is neither {} {} nor a distribution", word.name, family.article, family.noun),
          fmt::format("write it like {}, or exp(…), lognormal(p50=… p99=…), …", family.examples),
          word.offset};
}

Parsed<Distribution> unknown_law(const CallText& call) {
  std::vector<std::string> names;
  for (const LawName& law : law_names) names.emplace_back(law.name);
  names.emplace_back("mixture");
  return {std::nullopt, fmt::format("unknown distribution `{}`", call.name), suggestion(call.name, names),
          call.offset};
}

Parsed<Distribution> read_law(const CallText& call, std::string_view usage, LawReader read, Distribution d) {
  ArgumentReader arguments(call);
  read(arguments, d);
  if (!arguments.failed()) arguments.finish(usage);
  if (!arguments.failed()) return parsed(std::move(d));
  Parsed<Distribution> wrong = arguments.problem<Distribution>();
  if (wrong.help.empty()) wrong.help = fmt::format("write it like {}", usage);
  return wrong;
}

Parsed<Distribution> read_mixture_call(const CallText& call, Distribution d, int depth) {
  ArgumentReader arguments(call);
  read_mixture(arguments, call, d, depth);
  if (!arguments.failed()) return parsed(std::move(d));
  Parsed<Distribution> wrong = arguments.problem<Distribution>();
  if (wrong.help.empty()) wrong.help = fmt::format("write it like {}", mixture_usage);
  return wrong;
}

Parsed<Distribution> read_quantity(std::string_view text, const UnitFamily& family) {
  const Parsed<double> value = parse_with_unit(text, family);
  if (!value) return problem_of<Distribution>(value);
  return parsed(constant_distribution(*value, family));
}

Parsed<Distribution> parse_call_of_law(std::string_view text, const UnitFamily& family, int depth) {
  const Parsed<CallText> call = parse_call(text);
  if (!call) return problem_of<Distribution>(call);
  if (depth > deepest_mixture) return {std::nullopt, "mixtures are nested too deeply", "", 0};
  Distribution d;
  d.unit = &family;
  if (call->name == "mixture") return read_mixture_call(*call, std::move(d), depth);
  for (const LawName& law : law_names) {
    if (law.name == call->name) return read_law(*call, law.usage, law.read, std::move(d));
  }
  return unknown_law(*call);
}

bool is_finite_word(std::string_view name) { return name != "nan" && name != "inf" && name != "infinity"; }

Parsed<Distribution> parse_nested(std::string_view text, const UnitFamily& family, int depth) {
  const Parsed<CallText> word = parse_call(text);
  const bool is_word = word && !word->has_parentheses && is_finite_word(word->name);
  Parsed<Distribution> result = is_word                 ? bare_word(*word, family)
                                : looks_like_call(text) ? parse_call_of_law(text, family, depth)
                                                        : read_quantity(text, family);
  if (!result) return result;
  const std::size_t begin = text.find_first_not_of(" \t");
  result.value->text = text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
  return result;
}

}  // namespace

Parsed<Distribution> parse_distribution(std::string_view text, const UnitFamily& family) {
  return parse_nested(text, family, 0);
}

}  // namespace windtunnel
