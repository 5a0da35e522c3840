#include "language/value_type.hpp"

#include <fmt/format.h>

#include <cassert>
#include <climits>

#include "language/suggest.hpp"
#include "language/units.hpp"

namespace windtunnel {
namespace {

ValueInfo quantity_info(ValueKind kind, const UnitFamily& family) {
  ValueInfo info{kind, fmt::format("{} {}, such as {}", family.article, family.noun, family.examples)};
  info.units = &family;
  return info;
}

template <class Value>
bool read_parsed(const Node& node, Reader& reader, Parsed<Value> (*parse)(std::string_view),
                 const ValueInfo& info, Value& out) {
  if (!node.is_scalar()) return reader.expected(info.expects, node), false;
  const Parsed<Value> parsed = parse(node.text);
  if (parsed) return out = *parsed, true;
  const std::size_t offset = std::min(parsed.offset, node.text.size());
  reader.error_inside("E0205", parsed.message, node, offset, node.text.size() - offset).help = parsed.help;
  return false;
}

}  // namespace

#define WINDTUNNEL_QUANTITY(Type, kind, units, parse)                                 \
  ValueInfo ValueType<Type>::info() { return quantity_info(ValueKind::kind, units); } \
  bool ValueType<Type>::read(const Node& node, Reader& reader, Type& out) {           \
    return read_parsed(node, reader, &parse, info(), out);                            \
  }
WINDTUNNEL_QUANTITY(Duration, duration, duration_units, parse_duration)
WINDTUNNEL_QUANTITY(Rate, rate, rate_units, parse_rate)
WINDTUNNEL_QUANTITY(Bytes, bytes, size_units, parse_bytes)
WINDTUNNEL_QUANTITY(Bandwidth, bandwidth, bandwidth_units, parse_bandwidth)
WINDTUNNEL_QUANTITY(Ratio, ratio, ratio_units, parse_ratio)
WINDTUNNEL_QUANTITY(Factor, factor, factor_units, parse_factor)
WINDTUNNEL_QUANTITY(Count, count, count_units, parse_count)
WINDTUNNEL_QUANTITY(Money, money, money_units, parse_money)
WINDTUNNEL_QUANTITY(MoneyRate, money_rate, money_rate_units, parse_money_rate)
WINDTUNNEL_QUANTITY(SizePrice, size_price, size_price_units, parse_size_price)
#undef WINDTUNNEL_QUANTITY

ValueInfo ValueType<int>::info() { return {ValueKind::integer, "a whole number"}; }

bool ValueType<int>::read(const Node& node, Reader& reader, int& out) {
  Count count;
  if (!read_parsed(node, reader, &parse_count, info(), count)) return false;
  if (count.value > INT_MAX) {
    reader.error("E0203", fmt::format("`{}` is too large", node.text), node);
    return false;
  }
  out = static_cast<int>(count.value);
  return true;
}

ValueInfo ValueType<double>::info() { return {ValueKind::number, "a number"}; }

bool ValueType<double>::read(const Node& node, Reader& reader, double& out) {
  return read_parsed(node, reader, &parse_number, info(), out);
}

ValueInfo ValueType<bool>::info() { return {ValueKind::flag, "`true` or `false`"}; }

bool ValueType<bool>::read(const Node& node, Reader& reader, bool& out) {
  if (node.is_scalar() && !node.quoted) {
    const std::string& word = node.text;
    if (word == "true" || word == "false") return out = word == "true", true;
    const bool yes =
        word == "yes" || word == "on" || word == "Yes" || word == "On" || word == "True" || word == "TRUE";
    const bool no =
        word == "no" || word == "off" || word == "No" || word == "Off" || word == "False" || word == "FALSE";
    if (yes || no) {
      Diagnostic& warning = reader.diagnostics().warning(
          "W0209", fmt::format("`{}` is a boolean to some YAML parsers and a text to others", word),
          node.mark, node.length);
      warning.help = fmt::format("write `{}`", yes ? "true" : "false");
      return out = yes, true;
    }
  }
  return reader.expected(info().expects, node), false;
}

ValueInfo ValueType<std::string>::info() { return {ValueKind::text, "a text"}; }

bool ValueType<std::string>::read(const Node& node, Reader& reader, std::string& out) {
  if (!node.is_scalar()) return reader.expected(info().expects, node), false;
  return out = node.text, true;
}

ValueInfo ValueType<Node>::info() { return {ValueKind::any, "a value"}; }

ValueInfo ValueType<ComponentRef>::info() {
  return {ValueKind::reference, "the name of a component, or a component in place: `{type: …}`"};
}

bool ValueType<ComponentRef>::read(const Node& node, Reader& reader, ComponentRef& out) {
  if (node.is_scalar()) return out = {node.text, node.mark}, true;
  if (!node.is_mapping() || !reader.take_component) return reader.expected(info().expects, node), false;
  std::string name = reader.path();
  if (name.starts_with("components.")) name.erase(0, std::string_view("components.").size());
  out = {name, node.mark};
  reader.take_component(name, node);
  return true;
}

std::optional<std::size_t> read_choice(const Node& node, Reader& reader,
                                       const std::vector<ChoiceInfo>& choices) {
  std::vector<std::string> words;
  for (const ChoiceInfo& choice : choices) words.push_back(choice.word);
  if (!node.is_scalar()) {
    reader.expected("one of " + enumerate(words, "or"), node);
    return std::nullopt;
  }
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == node.text) return i;
  reader.error("E0206", fmt::format("`{}` is not one of the possible words", node.text), node).help =
      suggestion(node.text, words);
  return std::nullopt;
}

std::string index_step(std::size_t index) { return fmt::format("[{}]", index); }

bool is_none(const Node& node) { return node.is_scalar() && !node.quoted && node.text == "none"; }

Node node_of_default(const std::string& text) {
  if (!text.starts_with('[') && !text.starts_with('{')) return Node::scalar(text);
  Diagnostics diagnostics;
  auto node = parse_document(text, -1, diagnostics);
  assert(node && "a declared default must be well formed");
  return node ? std::move(*node) : Node{};
}

}  // namespace windtunnel
