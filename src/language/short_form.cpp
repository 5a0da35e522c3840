// Short forms of a mapping: `least_requests(2)`, `retry: 2`, and the choice among several kinds of object.
#include <fmt/format.h>

#include <algorithm>

#include "language/call_text.hpp"
#include "language/fields.hpp"
#include "language/suggest.hpp"

namespace windtunnel {
namespace {

/// A part of a scalar as a scalar of its own, with its place.
Node part_of(const Node& node, std::size_t offset, std::size_t length) {
  Node part = Node::scalar(node.text.substr(offset, length), node.mark, static_cast<int>(length));
  part.mark.column += static_cast<int>(offset) + (node.quoted ? 1 : 0);
  return part;
}

/// Whether a scalar names the object itself, as `poisson(…)` or `reply`.
bool names_object(const ObjectInfo& info, const Node& node) {
  if (!node.is_scalar()) return false;
  const std::string_view word = std::string_view(node.text).substr(0, node.text.find_first_of("( "));
  return word == info.name;
}

/// Puts the arguments of a call into a mapping.
class CallToMapping {
 public:
  CallToMapping(const ObjectInfo& info, const Node& node, Reader& reader)
      : info_(info), node_(node), reader_(reader) {
    mapping_.kind = Node::Kind::mapping;
    mapping_.mark = node.mark;
    mapping_.length = node.length;
  }

  std::optional<Node> convert(const CallText& call) {
    if (!info_.word_field.empty())
      add(info_.word_field, call.offset, part_of(node_, call.offset, call.name.size()));
    for (const Argument& argument : call.arguments) {
      const bool bare = argument.key.empty() || argument.is_labelled;
      if (!(bare ? add_bare(argument) : add(argument.key, argument.key_at, value_of(argument)))) return {};
    }
    return std::move(mapping_);
  }

 private:
  Node value_of(const Argument& argument) const {
    const std::size_t begin = argument.is_labelled ? argument.key_at : argument.offset;
    return part_of(node_, begin, argument.offset + argument.text.size() - begin);
  }

  bool add(const std::string& key, std::size_t key_at, Node value) {
    if (mapping_.find(key)) {
      reader_.error_inside("E0208", fmt::format("`{}` is given twice", key), node_, key_at, key.size());
      return false;
    }
    mapping_.members.push_back({key, part_of(node_, key_at, 0).mark, std::move(value)});
    return true;
  }

  bool add_bare(const Argument& argument) {
    if (next_ < info_.positional.size()) {
      const std::string& field = info_.positional[next_++];
      const FieldInfo* declared = info_.find(field);
      Node value = value_of(argument);
      if (next_ < info_.positional.size() || !declared || declared->value.kind != ValueKind::list)
        return add(field, argument.key_at, std::move(value));
      Node list = value;  // the last one takes all that remain
      list.kind = Node::Kind::sequence;
      list.text.clear();
      list.items = {std::move(value)};
      return add(field, argument.key_at, std::move(list));
    }
    if (!mapping_.members.empty() && mapping_.members.back().value.is_sequence()) {
      mapping_.members.back().value.items.push_back(value_of(argument));
      return true;
    }
    reader_
        .error_inside("E0208", fmt::format("`{}` is one argument too many", value_of(argument).text), node_,
                      argument.key_at, argument.text.size())
        .help = usage();
    return false;
  }

  std::string usage() const {
    std::string text = (info_.word_field.empty() ? info_.name : "word") + "(";
    for (const FieldInfo& field : info_.fields) {
      if (field.name == info_.word_field) continue;
      const bool bare =
          std::find(info_.positional.begin(), info_.positional.end(), field.name) != info_.positional.end();
      if (text.back() != '(') text += ' ';
      text += bare ? field.name : field.name + "=…";
    }
    return fmt::format("the form is `{})`", text);
  }

  const ObjectInfo& info_;
  const Node& node_;
  Reader& reader_;
  Node mapping_;
  std::size_t next_ = 0;
};

std::vector<std::string> names_of(const std::vector<const ObjectInfo& (*)()>& objects) {
  std::vector<std::string> names;
  for (const auto object : objects) names.push_back(object().name);
  return names;
}

std::optional<std::size_t> index_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::optional<std::size_t> choose_by_word(const std::vector<std::string>& names, const Node& node,
                                          Reader& reader) {
  const std::string word = node.text.substr(0, node.text.find_first_of("( "));
  const auto index = index_of(names, word);
  if (!index)
    reader
        .error_inside("E0206", fmt::format("`{}` is none of the possible forms", word), node, 0, word.size())
        .help = suggestion(word, names);
  return index;
}

}  // namespace

std::optional<Node> expand_short_form(const ObjectInfo& info, const Node& node, Reader& reader) {
  const bool is_word = node.is_scalar() && (!info.word_field.empty() || names_object(info, node));
  if (is_word) {
    const Parsed<CallText> call = parse_call(node.text);
    if (call) return CallToMapping(info, node, reader).convert(*call);
    reader.error_inside("E0208", call.message, node, call.offset, node.text.size() - call.offset).help =
        call.help;
    return std::nullopt;
  }
  if (!info.short_field.empty()) {
    Node mapping;
    mapping.kind = Node::Kind::mapping;
    mapping.mark = node.mark;
    mapping.length = node.length;
    mapping.members.push_back({info.short_field, node.mark, node});
    return mapping;
  }
  reader.expected(fmt::format("a mapping with the keys of `{}`", info.name), node).help =
      suggestion("", info.field_names());
  return std::nullopt;
}

std::optional<std::size_t> choose_object(const std::vector<const ObjectInfo& (*)()>& objects,
                                         const Node& node, Reader& reader) {
  const std::vector<std::string> names = names_of(objects);
  if (node.is_scalar()) return choose_by_word(names, node, reader);
  if (!node.is_mapping()) {
    reader.expected("one of " + enumerate(names, "or"), node);
    return std::nullopt;
  }
  if (const Node* kind = node.find("kind"); kind && kind->is_scalar())
    return choose_by_word(names, *kind, reader);
  std::optional<std::size_t> chosen;
  for (const Member& member : node.members) {
    const auto index = index_of(names, member.key);
    if (index && chosen) {
      reader.diagnostics()
          .error("E0206", fmt::format("`{}` and `{}` exclude each other", names[*chosen], member.key),
                 member.key_mark, static_cast<int>(member.key.size()))
          .help = "make two entries of it";
      return std::nullopt;
    }
    if (index) chosen = index;
  }
  if (chosen) return chosen;
  auto& error = reader.error("E0206", "no key here says what this is", node);
  error.help = "one of " + enumerate(names, "or") + " is needed";
  for (const Member& member : node.members)
    if (const auto near = nearest_name(member.key, names))
      error.help = fmt::format("did you mean `{}` instead of `{}`?", *near, member.key);
  return std::nullopt;
}

}  // namespace windtunnel
