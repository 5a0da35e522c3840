#include "language/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "language/yaml_text.hpp"

namespace windtunnel {
namespace {

constexpr int comment_column = 48;

/// Writes block-style YAML, line by line.
class Explainer {
 public:
  explicit Explainer(const Scenario& scenario) : scenario_(scenario), reader_(unheard_) {}

  std::string take() {
    object(object_info<Scenario>(), scenario_.root, "");
    return std::move(out_);
  }

 private:
  // Throughout: `lead` ("  key: ", "  - ") begins the value's first line, `indent` is that line's
  // indentation.
  void line(const std::string& lead, const std::string& text, const std::string& comment = {}) {
    std::string full = lead + text;
    while (full.ends_with(' ')) full.pop_back();
    if (!comment.empty()) full = fmt::format("{:<{}}  # {}", full, comment_column, comment);
    out_ += full + "\n";
  }

  static std::string deeper(const std::string& indent) { return indent + "  "; }

  void object(const ObjectInfo& info, const Node& node, const std::string& indent) {
    for (const FieldInfo& field : info.fields) {
      const Node* given = node.find(field.name);
      const std::string lead = fmt::format("{}{}: ", indent, field.name);
      if (given) {
        value(field.value, *given, lead, indent, "");
      } else if (field.fallback_node) {
        value(field.value, *field.fallback_node, lead, indent, "default: " + field.source);
      } else {
        line(fmt::format("{}# {}: ", indent, field.name), "left out: " + field.absent);
      }
    }
  }

  /// A mapping's lines, after the line with its key.
  void nested(const ObjectInfo& info, const Node& mapping, const std::string& lead, const std::string& indent,
              const std::string& comment) {
    line(lead, info.fields.empty() || (mapping.members.empty() && all_absent(info)) ? "{}" : "", comment);
    const Node* kind = info.find("kind") ? nullptr : mapping.find("kind");
    if (kind) line(deeper(indent) + "kind: ", yaml_scalar(*kind));
    object(info, mapping, deeper(indent));
  }

  static bool all_absent(const ObjectInfo& info) {
    return std::none_of(info.fields.begin(), info.fields.end(),
                        [](const FieldInfo& field) { return field.fallback_node.has_value(); });
  }

  void value(const ValueInfo& info, const Node& node, const std::string& lead, const std::string& indent,
             const std::string& comment) {
    if (is_none(node)) return line(lead, "none", comment);
    switch (info.kind) {
      case ValueKind::object:
        return whole_object(info.objects.front()(), node, lead, indent, comment);
      case ValueKind::one_of:
        return chosen_object(info, node, lead, indent, comment);
      case ValueKind::list:
        return list(info, node, lead, indent, comment);
      case ValueKind::map:
        return map(info, node, lead, indent, comment);
      case ValueKind::components:
        return components(node, lead, indent);
      case ValueKind::reference:
        if (node.is_mapping()) return component(node, lead, indent);
        break;
      default:
        break;
    }
    line(lead, yaml_flow(node), comment);
  }

  void whole_object(const ObjectInfo& info, const Node& node, const std::string& lead,
                    const std::string& indent, const std::string& comment) {
    if (node.is_mapping()) return nested(info, node, lead, indent, comment);
    const auto mapping = expand_short_form(info, node, reader_);
    nested(info, mapping.value_or(Node{}), lead, indent, comment);
  }

  void chosen_object(const ValueInfo& info, const Node& node, const std::string& lead,
                     const std::string& indent, const std::string& comment) {
    const auto index = choose_object(info.objects, node, reader_);
    if (!index) return line(lead, yaml_flow(node), comment);
    const ObjectInfo& chosen = info.objects[*index]();
    if (node.is_mapping()) return nested(chosen, node, lead, indent, comment);
    if (node.text == chosen.name) return line(lead, yaml_scalar(node), comment);  // a bare word: `reply`
    Node mapping = expand_short_form(chosen, node, reader_).value_or(Node{});
    mapping.members.insert(mapping.members.begin(), Member{"kind", {}, Node::scalar(chosen.name)});
    nested(chosen, mapping, lead, indent, comment);
  }

  void list(const ValueInfo& info, const Node& node, const std::string& lead, const std::string& indent,
            const std::string& comment) {
    const std::vector<Node> single{node};
    const std::vector<Node>& items = node.is_sequence() ? node.items : single;
    const ValueKind kind = info.element->kind;
    const bool flat = kind != ValueKind::object && kind != ValueKind::one_of && kind != ValueKind::list;
    if (flat || items.empty()) return line(lead, yaml_flow(node), comment);
    line(lead, "", comment);
    for (const Node& item : items) entry(*info.element, item, deeper(indent));
  }

  /// An entry of a block list: its first key stands on the line of the dash.
  void entry(const ValueInfo& info, const Node& item, const std::string& indent) {
    const std::size_t begin = out_.size();
    value(info, item, indent + "- ", indent, "");
    const std::string dash = indent + "-\n";
    if (out_.compare(begin, dash.size(), dash) != 0) return;
    const std::size_t next = begin + dash.size() + indent.size() + 2;
    if (next >= out_.size() || out_[next] == '#') return;  // a comment cannot follow the dash
    out_.replace(begin, dash.size() + indent.size() + 2, indent + "- ");
  }

  void map(const ValueInfo& info, const Node& node, const std::string& lead, const std::string& indent,
           const std::string& comment) {
    if (!node.is_mapping() || node.members.empty()) return line(lead, yaml_flow(node), comment);
    line(lead, "", comment);
    for (const Member& member : node.members)
      value(*info.element, member.value,
            fmt::format("{}{}: ", deeper(indent), yaml_scalar(Node::scalar(member.key))), deeper(indent), "");
  }

  void components(const Node& node, const std::string& lead, const std::string& indent) {
    line(lead, "");
    for (const Member& member : node.members)
      component(member.value, fmt::format("{}{}: ", deeper(indent), member.key), deeper(indent));
  }

  void component(const Node& node, const std::string& lead, const std::string& indent) {
    line(lead, "");
    const Node* type = node.find("type");
    line(deeper(indent) + "type: ", yaml_scalar(*type));
    const auto spec = std::find_if(scenario_.components.begin(), scenario_.components.end(),
                                   [&](const ComponentSpec& c) { return c.type == type->text; });
    if (spec != scenario_.components.end()) object(*spec->info, node, deeper(indent));
    object(object_info<Placement>(), node, deeper(indent));
  }

  const Scenario& scenario_;
  Diagnostics unheard_;  // the scenario has been read before: nothing new is wrong with it
  Reader reader_;
  std::string out_;
};

}  // namespace

std::string explain(const Scenario& scenario) { return Explainer(scenario).take(); }

}  // namespace windtunnel
