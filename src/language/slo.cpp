#include "language/slo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "language/suggest.hpp"
#include "language/units.hpp"

namespace windtunnel {
namespace {

enum class Subject { needed, none };
struct Metric {
  std::string_view name;
  SloMetric metric;
  const UnitFamily& units;
  Subject subject;
};

const Metric metrics[] = {
    {"mean", SloMetric::latency_mean, duration_units, Subject::needed},
    {"max", SloMetric::latency_max, duration_units, Subject::needed},
    {"errors", SloMetric::errors, ratio_units, Subject::needed},
    {"availability", SloMetric::availability, ratio_units, Subject::needed},
    {"stale_reads", SloMetric::stale_reads, ratio_units, Subject::needed},
    {"lost_writes", SloMetric::lost_writes, ratio_units, Subject::needed},
    {"quality", SloMetric::quality, ratio_units, Subject::needed},
    {"hit_ratio", SloMetric::hit_ratio, ratio_units, Subject::needed},
    {"utilization", SloMetric::utilization, ratio_units, Subject::needed},
    {"goodput", SloMetric::goodput, rate_units, Subject::needed},
    {"throughput", SloMetric::throughput, rate_units, Subject::needed},
    {"cost", SloMetric::cost, money_rate_units, Subject::none},
};
const Metric percentile{"p99", SloMetric::latency_percentile, duration_units, Subject::needed};

/// The share of p99 (0.99) and p999 (0.999); nothing for what is no percentile.
std::optional<double> percentile_of(std::string_view name) {
  if (name.size() < 2 || name.size() > 7 || name[0] != 'p') return std::nullopt;
  double value = 0;
  double digits = 1;
  for (const char c : name.substr(1)) {
    if (!std::isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    value = value * 10 + (c - '0');
    digits *= 10;
  }
  return value > 0 ? std::optional(value / digits) : std::nullopt;
}

/// Walks over the text of a goal from left to right.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;

  void skip_spaces() {
    while (at < text.size() && text[at] == ' ') ++at;
  }
  bool take(char c) {
    skip_spaces();
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  }
  std::string_view word() {
    skip_spaces();
    const std::size_t begin = at;
    const auto in_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == '/';
    };
    while (at < text.size() && in_word(text[at])) ++at;
    return text.substr(begin, at - begin);
  }
};

Parsed<Slo> wrong(std::string message, std::string help, std::size_t offset) {
  return {std::nullopt, std::move(message), std::move(help), offset};
}

constexpr std::string_view form = "a goal reads like `p99(home_feed) < 200ms`";

const Metric* find_metric(std::string_view name) {
  if (percentile_of(name)) return &percentile;
  const auto found =
      std::find_if(std::begin(metrics), std::end(metrics), [&](const auto& m) { return m.name == name; });
  return found == std::end(metrics) ? nullptr : found;
}

Parsed<Slo> unknown_metric(std::string_view name, std::size_t offset) {
  std::vector<std::string> names{"p50", "p90", "p95", "p99", "p999"};
  for (const Metric& metric : metrics) names.emplace_back(metric.name);
  return wrong(name.empty() ? std::string(form) : fmt::format("`{}` cannot be measured", name),
               suggestion(name, names), offset);
}

/// `(home_feed)` or `(chat.ttft)`.
std::optional<Parsed<Slo>> take_subject(Cursor& cursor, const Metric& metric, Slo& slo) {
  const bool open = cursor.take('(');
  if (!open && metric.subject == Subject::none) return std::nullopt;
  if (!open)
    return wrong(fmt::format("`{}` needs a workload or a component in parentheses", metric.name),
                 std::string(form), cursor.at);
  const std::size_t begin = cursor.at;
  slo.subject = std::string(cursor.word());
  if (slo.subject.empty() || !cursor.take(')'))
    return wrong("the parenthesis holds one name", std::string(form), begin);
  for (const std::string_view measure : {"ttft", "tpot"}) {
    if (!slo.subject.ends_with(fmt::format(".{}", measure))) continue;
    slo.subject.erase(slo.subject.size() - measure.size() - 1);
    slo.measure = std::string(measure);
  }
  return std::nullopt;
}

}  // namespace

Parsed<Slo> parse_slo(std::string_view text) {
  Slo slo;
  slo.text = std::string(text);
  Cursor cursor{text};
  const std::string_view name = cursor.word();
  const Metric* metric = find_metric(name);
  if (!metric) return unknown_metric(name, 0);
  slo.metric = metric->metric;
  slo.percentile = percentile_of(name).value_or(0);
  if (const auto problem = take_subject(cursor, *metric, slo)) return *problem;
  slo.below = cursor.take('<');
  if (!slo.below && !cursor.take('>')) {
    cursor.skip_spaces();
    return wrong("`<` or `>` is missing here", std::string(form), cursor.at);
  }
  slo.or_equal = cursor.at < text.size() && text[cursor.at] == '=';
  if (slo.or_equal) ++cursor.at;
  cursor.skip_spaces();
  const Parsed<double> limit = parse_with_unit(text.substr(cursor.at), metric->units);
  if (!limit) return problem_of<Slo>(limit, cursor.at);
  slo.limit = *limit;
  return parsed(std::move(slo));
}

bool meets(const Slo& slo, double value) {
  if (slo.or_equal && value == slo.limit) return true;
  return slo.below ? value < slo.limit : value > slo.limit;
}

ValueInfo ValueType<Slo>::info() {
  ValueInfo info{ValueKind::custom, "a goal, such as `p99(home_feed) < 200ms`"};
  std::string names = "p[0-9]{1,6}";
  for (const Metric& metric : metrics) names += fmt::format("|{}", metric.name);
  info.pattern = fmt::format(R"(({}) *(\( *[A-Za-z0-9_./-]+ *\))? *[<>]=? *[$0-9].*)", names);
  return info;
}

bool ValueType<Slo>::read(const Node& node, Reader& reader, Slo& out) {
  if (!node.is_scalar()) return reader.expected(info().expects, node), false;
  const Parsed<Slo> parsed = parse_slo(node.text);
  if (!parsed) {
    reader.error_inside("E0208", parsed.message, node, parsed.offset, node.text.size() - parsed.offset).help =
        parsed.help;
    return false;
  }
  out = *parsed;
  out.mark = node.mark;
  return true;
}

}  // namespace windtunnel
