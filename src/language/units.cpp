#include "language/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "language/quantity.hpp"

namespace windtunnel {
namespace {

constexpr double kibi = 1024.0;
constexpr double mebi = kibi * kibi;
constexpr double gibi = mebi * kibi;
constexpr double tebi = gibi * kibi;
constexpr double pebi = tebi * kibi;
constexpr double month_seconds = hours_per_month * 3600.0;
constexpr double year_hours = 8760.0;

// Larger units first: among texts of equal length to_text takes the first.
constexpr Unit duration_table[] = {
    {"y", 0, year_hours * 3600.0, 1, false},
    {"month", 0, month_seconds, 1, false},
    {"w", 0, 7 * 86400.0, 1, false},
    {"d", 0, 86400.0},
    {"day", 0, 86400.0, 1, false},
    {"h", 0, 3600.0},
    {"m", 0, 60.0},
    {"min", 0, 60.0, 1, false},
    {"s"},
    {"ms", -3},
    {"us", -6},
    {"µs", -6, 1, 1, false},  // micro sign
    {"μs", -6, 1, 1, false},  // Greek mu
    {"ns", -9},
};
constexpr Unit rate_table[] = {
    {"/s"},
    {"/min", 0, 1, 60.0},
    {"/h", 0, 1, 3600.0},
    {"/day", 0, 1, 86400.0},
    {"/d", 0, 1, 86400.0, false},
    {"/month", 0, 1, month_seconds},
};
constexpr Unit size_table[] = {
    {"PB", 15},       {"TB", 12},       {"GB", 9},
    {"MB", 6},        {"KB", 3},        {"kB", 3, 1, 1, false},
    {"PiB", 0, pebi}, {"TiB", 0, tebi}, {"GiB", 0, gibi},
    {"MiB", 0, mebi}, {"KiB", 0, kibi}, {"B"},
};
constexpr Unit bandwidth_table[] = {
    {"TB/s", 12},
    {"GB/s", 9},
    {"MB/s", 6},
    {"KB/s", 3},
    {"kB/s", 3, 1, 1, false},
    {"TiB/s", 0, tebi},
    {"GiB/s", 0, gibi},
    {"MiB/s", 0, mebi},
    {"KiB/s", 0, kibi},
    {"Tbps", 12, 1, 8},
    {"Gbps", 9, 1, 8},
    {"Mbps", 6, 1, 8},
    {"kbps", 3, 1, 8},
    {"Kbps", 3, 1, 8, false},
    {"bps", 0, 1, 8},
    {"B/s"},
};
constexpr Unit ratio_table[] = {{"%", -2}};
constexpr Unit factor_table[] = {{"x"}};
constexpr Unit count_table[] = {
    {""},
    {"items", 0, 1, 1, false},
    {"keys", 0, 1, 1, false},
    {"vectors", 0, 1, 1, false},
    {"tokens", 0, 1, 1, false},
    {"users", 0, 1, 1, false},
    {"rows", 0, 1, 1, false},
    {"requests", 0, 1, 1, false},
};
constexpr Unit money_table[] = {{"USD"}};
constexpr Unit money_rate_table[] = {
    {"USD/h"},
    {"USD/s", 0, 3600.0, 1, false},
    {"USD/min", 0, 60.0, 1, false},
    {"USD/day", 0, 1, 24.0, false},
    {"USD/month", 0, 1, hours_per_month},
    {"USD/year", 0, 1, year_hours, false},
};
constexpr Unit size_price_table[] = {
    {"USD/GB", -9},
    {"USD/GiB", 0, 1, gibi, false},
    {"USD/MB", -6, 1, 1, false},
    {"USD/TB", -12, 1, 1, false},
};
constexpr Unit number_table[] = {{""}};

struct Prefix {
  std::string_view letter;
  int exponent;
};
constexpr Prefix prefixes[] = {{"", 0}, {"k", 3}, {"K", 3}, {"M", 6}, {"G", 9}, {"B", 9}, {"T", 12}};

}  // namespace

constinit const UnitFamily duration_units{"duration", "a", "ns, us, ms, s, m, h, d, w, month, y", "5ms or 2s",
                                          duration_table};
constinit const UnitFamily rate_units{
    "rate", "a", "/s, /min, /h, /day, /month, with k, M or G before", "800/s or 100k/s", rate_table, true};
constinit const UnitFamily size_units{"size", "a", "B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB",
                                      "24KB or 64GiB", size_table};
constinit const UnitFamily bandwidth_units{"bandwidth", "a", "bps, kbps, Mbps, Gbps, Tbps, MB/s, GB/s, GiB/s",
                                           "10Gbps or 3.35TB/s", bandwidth_table};
constinit const UnitFamily ratio_units{"share", "a", "%", "85%", ratio_table};
constinit const UnitFamily factor_units{"factor", "a", "x", "10x", factor_table};
constinit const UnitFamily count_units{
    "count", "a", "nothing, or k, M, G, T", "500 or 50M", count_table, true, false, true};
constinit const UnitFamily money_units{"price",     "a",  "$ or USD", "$1.20 or 300k USD",
                                       money_table, true, true};
constinit const UnitFamily money_rate_units{"price per time",
                                            "a",
                                            "$…/h, $…/day, $…/month, $…/year",
                                            "$1.20/h or 300k USD/month",
                                            money_rate_table,
                                            true,
                                            true};
constinit const UnitFamily size_price_units{
    "price per size", "a", "$…/GB, $…/TB, $…/GiB", "$0.09/GB", size_price_table, false, true};
constinit const UnitFamily number_units{"number", "a", "none", "0.8", number_table, false, false, true, true};

namespace {

const std::array<const UnitFamily*, 9> families_with_units = {
    &duration_units, &rate_units,  &size_units,       &bandwidth_units, &ratio_units,
    &factor_units,   &money_units, &money_rate_units, &size_price_units};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

// A text cut into its parts, before anybody knows what the unit means.
struct Pieces {
  bool dollar = false;
  std::string_view digits;    // sign, digits, point: everything but the exponent
  long exponent = 0;          // as written after e
  std::string_view number;    // digits and exponent as written
  std::string_view unit;      // what follows, trimmed
  std::size_t number_at = 0;  // offsets in the text
  std::size_t unit_at = 0;
};

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// Nothing when there is no number at the front.
std::optional<Pieces> cut(std::string_view text) {
  Pieces pieces;
  std::size_t at = 0;
  while (at < text.size() && is_space(text[at])) ++at;
  if (at < text.size() && text[at] == '$') {
    pieces.dollar = true;
    ++at;
  }
  const std::size_t start = at;
  if (at < text.size() && text[at] == '-') ++at;
  const std::size_t whole = at;
  at = skip_digits(text, at);
  std::size_t digit_count = at - whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = skip_digits(text, at + 1);
    digit_count += end - (at + 1);
    at = end;
  }
  if (digit_count == 0) return std::nullopt;
  pieces.digits = text.substr(start, at - start);
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent_at = at + 1;
    if (exponent_at < text.size() && text[exponent_at] == '+') ++exponent_at;
    long exponent = 0;
    const auto [end, error] = std::from_chars(text.data() + exponent_at, text.data() + text.size(), exponent);
    if (end != text.data() + exponent_at) {
      pieces.exponent = error == std::errc() ? std::clamp(exponent, -99999L, 99999L)
                                             : (text[exponent_at] == '-' ? -99999L : 99999L);
      at = static_cast<std::size_t>(end - text.data());
    }
  }
  pieces.number = text.substr(start, at - start);
  pieces.number_at = start;
  pieces.unit = trim(text.substr(at));
  pieces.unit_at = pieces.unit.empty() ? at : static_cast<std::size_t>(pieces.unit.data() - text.data());
  return pieces;
}

struct Match {
  const Unit* unit;
  int exponent;
};

// The unit that a suffix names, with its scale letter. Dollars are written before the number or as USD after
// it.
std::optional<Match> match_unit(std::string_view suffix, bool dollar, const UnitFamily& family) {
  if (dollar && !family.dollars) return std::nullopt;
  const auto find = [&](std::string_view name) -> const Unit* {
    for (const Unit& unit : family.units) {
      const bool same = dollar ? unit.name.substr(3) == name : unit.name == name;
      if (same) return &unit;
    }
    return nullptr;
  };
  for (const Prefix& prefix : prefixes) {
    if (!suffix.starts_with(prefix.letter)) continue;
    if (prefix.letter == "B" && !family.bare && !family.dollars) continue;  // 5B/s would be bytes to most
    if (const Unit* unit = find(trim(suffix.substr(prefix.letter.size()))))
      return Match{unit, prefix.exponent};
    if (!family.scaled) break;
  }
  return std::nullopt;
}

Parsed<double> problem(std::string message, std::string help, std::size_t offset) {
  return {std::nullopt, std::move(message), std::move(help), offset};
}

std::string fitting_help(const UnitFamily& family) {
  return fmt::format("units of {} {}: {}; for example {}", family.article, family.noun, family.fitting,
                     family.examples);
}

// The unit somebody probably meant: the same letters in another case, or the longest unit that the suffix
// begins with ("msx", "seconds").
const Unit* nearest_unit(std::string_view suffix, const UnitFamily& family) {
  const Unit* nearest = nullptr;
  for (const Unit& unit : family.units) {
    if (unit.name.empty()) continue;
    if (equal_ignoring_case(unit.name, suffix)) return &unit;
    const bool begins = suffix.size() > unit.name.size() &&
                        equal_ignoring_case(suffix.substr(0, unit.name.size()), unit.name);
    if (begins && (nearest == nullptr || unit.name.size() > nearest->name.size())) nearest = &unit;
  }
  return nearest;
}

Parsed<double> comma_problem(const Pieces& pieces) {
  const std::string_view after = pieces.unit.substr(1);
  const std::size_t digits = skip_digits(after, 0);
  const std::string_view unit = after.substr(digits);
  std::string help = fmt::format("with a decimal point: {}.{}", pieces.number, after);
  if (digits == 3) {
    help += fmt::format("; or for thousands: {}{}{}", pieces.number, after.substr(0, digits), unit);
  }
  return problem("a comma cannot stand in a number", std::move(help), pieces.unit_at);
}

Parsed<double> missing_unit(const Pieces& pieces, const UnitFamily& family) {
  std::string help = fitting_help(family);
  if (&family == &ratio_units) {
    double share = 0.0;
    std::from_chars(pieces.number.data(), pieces.number.data() + pieces.number.size(), share);
    if (share > 0.0 && share <= 1.0) help = fmt::format("write {}", to_text(share, ratio_units));
  }
  return problem(fmt::format("`{}` has no unit", pieces.number), std::move(help), pieces.number_at);
}

Parsed<double> wrong_unit(const Pieces& pieces, const UnitFamily& family) {
  const std::string written = fmt::format("{}{}{}", pieces.dollar ? "$" : "", pieces.number, pieces.unit);
  const std::size_t start = pieces.number_at - (pieces.dollar ? 1 : 0);
  if (&family == &number_units) {
    return problem(fmt::format("`{}` must be a plain number, without unit", written),
                   fmt::format("write {}", pieces.number), pieces.unit_at);
  }
  for (const UnitFamily* other : families_with_units) {
    if (other == &family || !match_unit(pieces.unit, pieces.dollar, *other)) continue;
    std::string help = fitting_help(family);
    if (&family == &count_units && pieces.unit == "m") help = fmt::format("millions: {}M", pieces.number);
    return problem(fmt::format("`{}` is {} {}, not {} {}", written, other->article, other->noun,
                               family.article, family.noun),
                   std::move(help), start);
  }
  if (match_unit(pieces.unit, pieces.dollar, count_units)) {
    return problem(fmt::format("`{}` has no unit", written), fitting_help(family), start);
  }
  std::string help = fitting_help(family);
  if (const Unit* nearest = nearest_unit(pieces.unit, family)) {
    help = fmt::format("did you mean {}{}?", pieces.number, nearest->name);
  }
  return problem(fmt::format("unknown unit `{}` of {} {}", pieces.unit, family.article, family.noun),
                 std::move(help), pieces.unit_at);
}

Parsed<double> not_a_number(std::string_view text, const UnitFamily& family) {
  const std::string_view word = trim(text);
  const std::string example = fmt::format("write it like {}", family.examples);
  const std::size_t at = word.empty() ? 0 : static_cast<std::size_t>(word.data() - text.data());
  if (word.empty()) return problem(fmt::format("{} {} is missing", family.article, family.noun), example, 0);
  std::string_view bare = word;
  if (bare.front() == '-' || bare.front() == '+' || bare.front() == '.') bare.remove_prefix(1);
  for (const std::string_view infinite : {"nan", ".nan", "inf", ".inf", "infinity"}) {
    if (equal_ignoring_case(bare.substr(0, infinite.size()), infinite)) {
      return problem(fmt::format("`{}` is not a finite {}", word, family.noun), example, at);
    }
  }
  if (word.front() == '+') return problem("a number needs no plus sign", fmt::format("write {}", bare), at);
  return problem(fmt::format("`{}` is not {} {}", word, family.article, family.noun), example, at);
}

Parsed<double> convert(const Pieces& pieces, const Match& match, const UnitFamily& family) {
  const long exponent = pieces.exponent + match.exponent + match.unit->exponent;
  const std::string digits = fmt::format("{}e{}", pieces.digits, exponent);
  double value = 0.0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool zero = pieces.digits.find_first_of("123456789") == std::string_view::npos;
  value = zero ? 0.0 : value * match.unit->times / match.unit->per;
  const bool out_of_range = error == std::errc::result_out_of_range && !zero;
  if (!zero &&
      (out_of_range || !std::isfinite(value) || std::abs(value) < std::numeric_limits<double>::min())) {
    const bool small = out_of_range ? exponent < 0 : std::isfinite(value);
    return problem(fmt::format("`{}{}` is too {}", pieces.number, pieces.unit, small ? "small" : "large"),
                   fmt::format("write it like {}", family.examples), pieces.number_at);
  }
  if (value < 0.0 && !family.negative) {
    return problem(fmt::format("{} {} cannot be negative", family.article, family.noun), "",
                   pieces.number_at);
  }
  return parsed(value);
}

}  // namespace

Parsed<double> parse_with_unit(std::string_view text, const UnitFamily& family) {
  const std::optional<Pieces> pieces = cut(text);
  if (!pieces) return not_a_number(text, family);
  if (pieces->unit.size() > 1 && pieces->unit.front() == ',' && is_digit(pieces->unit[1])) {
    return comma_problem(*pieces);
  }
  if (const auto match = match_unit(pieces->unit, pieces->dollar, family))
    return convert(*pieces, *match, family);
  if (pieces->unit.empty() && !pieces->dollar) {
    const bool zero = pieces->digits.find_first_of("123456789") == std::string_view::npos;
    return zero ? parsed(0.0) : missing_unit(*pieces, family);
  }
  return wrong_unit(*pieces, family);
}

}  // namespace windtunnel
