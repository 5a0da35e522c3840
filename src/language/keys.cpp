#include "language/keys.hpp"

#include <fmt/format.h>

#include <vector>

#include "language/call_text.hpp"
#include "language/suggest.hpp"

namespace windtunnel {
namespace {

constexpr double most_keys = 1e15;  // ranks stay exact in a double
constexpr double largest_exponent = 10.0;

void read_population(ArgumentReader& arguments, KeyLaw& law) {
  const Argument* argument = arguments.take_either("keys");
  const auto count = arguments.read_count(argument);
  if (!count) return arguments.fail("the number of keys is missing", "");
  if (*count > most_keys) return arguments.fail("more than 10^15 keys", "", argument);
  law.count.value = *count;
  if (const auto drift = arguments.read_positive(arguments.take("drift"), duration_units))
    law.drift.seconds = *drift;
}

void read_constant(ArgumentReader&, KeyLaw& law) { law.popularity = Popularity::constant; }

void read_uniform(ArgumentReader& arguments, KeyLaw& law) {
  law.popularity = Popularity::uniform;
  read_population(arguments, law);
}

void read_zipf(ArgumentReader& arguments, KeyLaw& law) {
  law.popularity = Popularity::zipf;
  read_population(arguments, law);
  const Argument* argument = arguments.take("s");
  const auto s = arguments.read(argument, number_units);
  if (!s) return arguments.fail("Zipf's exponent s is missing", "");
  if (*s < 0.0 || *s > largest_exponent) return arguments.fail("s must be from 0 to 10", "", argument);
  law.s = *s;
}

void read_hotspot(ArgumentReader& arguments, KeyLaw& law) {
  law.popularity = Popularity::hotspot;
  read_population(arguments, law);
  const Argument* hot_argument = arguments.take("hot");
  const Argument* share_argument = arguments.take("share");
  const auto hot = arguments.read_positive(hot_argument, ratio_units);
  const auto share = arguments.read(share_argument, ratio_units);
  if (!hot || !share)
    return arguments.fail("a hotspot needs its part of the keys and its share of the draws", "");
  if (*hot >= 1.0) return arguments.fail("the hot part must be below 100%", "", hot_argument);
  if (*hot * law.count.value < 1.0)
    return arguments.fail("the hot part is less than one key", "", hot_argument);
  if (*share > 1.0) return arguments.fail("the share must be at most 100%", "", share_argument);
  law.hot.value = *hot;
  law.share.value = *share;
}

void read_trace(ArgumentReader& arguments, KeyLaw& law) {
  law.popularity = Popularity::trace;
  if (const Argument* column = arguments.take_either("column")) law.column = column->text;
}

struct LawName {
  std::string_view name;
  std::string_view usage;
  void (*read)(ArgumentReader&, KeyLaw&);
};
constexpr LawName law_names[] = {
    {"zipf", "zipf(50M s=0.8)", read_zipf},
    {"uniform", "uniform(1M)", read_uniform},
    {"hotspot", "hotspot(1M hot=1% share=90%)", read_hotspot},
    {"constant", "constant", read_constant},
    {"trace", "trace(user)", read_trace},
};

}  // namespace

Parsed<KeyLaw> parse_key_law(std::string_view text) {
  const Parsed<CallText> call = parse_call(text);
  if (!call) {
    Parsed<KeyLaw> wrong = problem_of<KeyLaw>(call);
    if (wrong.help.empty()) wrong.help = "write it like zipf(50M s=0.8) or uniform(1M)";
    return wrong;
  }
  std::vector<std::string> names;
  for (const LawName& name : law_names) {
    names.emplace_back(name.name);
    if (name.name != call->name) continue;
    KeyLaw law;
    ArgumentReader arguments(*call);
    name.read(arguments, law);
    if (!arguments.failed()) arguments.finish(name.usage);
    if (!arguments.failed()) return parsed(std::move(law));
    Parsed<KeyLaw> wrong = arguments.problem<KeyLaw>();
    if (wrong.help.empty()) wrong.help = fmt::format("write it like {}", name.usage);
    return wrong;
  }
  return {std::nullopt, fmt::format("unknown law of keys `{}`", call->name), suggestion(call->name, names),
          call->offset};
}

std::string to_text(const KeyLaw& law) {
  const std::string drift = law.drift.seconds > 0.0 ? fmt::format(" drift={}", to_text(law.drift)) : "";
  const std::string count = to_text(law.count);
  switch (law.popularity) {
    case Popularity::constant:
      return "constant";
    case Popularity::uniform:
      return fmt::format("uniform({}{})", count, drift);
    case Popularity::zipf:
      return fmt::format("zipf({} s={}{})", count, to_text(law.s), drift);
    case Popularity::hotspot:
      return fmt::format("hotspot({} hot={} share={}{})", count, to_text(law.hot), to_text(law.share), drift);
    case Popularity::trace:
      return law.column.empty() ? "trace" : fmt::format("trace({})", law.column);
  }
  return {};
}

}  // namespace windtunnel
