#include "language/yaml_text.hpp"

#include <fmt/format.h>

namespace windtunnel {
namespace {

/// Whether a plain scalar would be read as something else.
bool needs_quotes(const Node& scalar) {
  const std::string& text = scalar.text;
  if (scalar.quoted || text.empty()) return true;
  if (text.front() == ' ' || text.back() == ' ' || text == "~" || text == "null" || text == "Null" ||
      text == "NULL")
    return true;
  if (std::string_view("!&*-?|>@`%#'\"{}[],:").find(text.front()) != std::string_view::npos) return true;
  return text.find_first_of("{}[],\n\t\\\"") != std::string::npos || text.find(": ") != std::string::npos ||
         text.find(" #") != std::string::npos || text.back() == ':';
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  }
  return out += '"';
}

}  // namespace

std::string yaml_scalar(const Node& scalar) {
  return needs_quotes(scalar) ? quoted(scalar.text) : scalar.text;
}

std::string yaml_flow(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::null:
      return "~";
    case Node::Kind::scalar:
      return yaml_scalar(node);
    case Node::Kind::sequence:
      for (const Node& item : node.items) out += (out.empty() ? "" : ", ") + yaml_flow(item);
      return fmt::format("[{}]", out);
    case Node::Kind::mapping:
      for (const Member& member : node.members) {
        if (!out.empty()) out += ", ";
        out += fmt::format("{}: {}", yaml_scalar(Node::scalar(member.key)), yaml_flow(member.value));
      }
      return fmt::format("{{{}}}", out);
  }
  return out;
}

}  // namespace windtunnel
