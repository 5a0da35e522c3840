#include "language/law.hpp"

#include <fmt/format.h>

namespace windtunnel {

ValueInfo law_info(const UnitFamily& family) {
  ValueInfo info{ValueKind::distribution, fmt::format("{} {} or a distribution of it, such as {} or exp(…)",
                                                      family.article, family.noun, family.examples)};
  info.units = &family;
  return info;
}

bool read_law(const Node& node, Reader& reader, const UnitFamily& family, Distribution& out) {
  if (!node.is_scalar()) return reader.expected(law_info(family).expects, node), false;
  const Parsed<Distribution> parsed = parse_distribution(node.text, family);
  if (!parsed) {
    const std::size_t offset = std::min(parsed.offset, node.text.size());
    reader.error_inside("E0207", parsed.message, node, offset, node.text.size() - offset).help = parsed.help;
    return false;
  }
  out = *parsed;
  if (const auto problem = load_empirical(out, reader.directory))
    return reader.error("E0207", *problem, node), false;
  return true;
}

ValueInfo ValueType<KeyLaw>::info() {
  return {ValueKind::distribution, "a law of popularity, such as zipf(50M s=0.8) or uniform(1M)"};
}

bool ValueType<KeyLaw>::read(const Node& node, Reader& reader, KeyLaw& out) {
  if (!node.is_scalar()) return reader.expected(info().expects, node), false;
  const Parsed<KeyLaw> parsed = parse_key_law(node.text);
  if (parsed) return out = *parsed, true;
  const std::size_t offset = std::min(parsed.offset, node.text.size());
  reader.error_inside("E0207", parsed.message, node, offset, node.text.size() - offset).help = parsed.help;
  return false;
}

}  // namespace windtunnel
