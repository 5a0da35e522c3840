#include "language/field_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "language/reader.hpp"
#include "language/suggest.hpp"

namespace windtunnel {
namespace {

/// The bound that a number violates, or null.
const Bound* violated(const Range& range, double number) {
  const auto& [low, high] = range;
  if (low && (low->inclusive ? !(number >= low->value) : !(number > low->value))) return &*low;
  if (high && (high->inclusive ? !(number <= high->value) : !(number < high->value))) return &*high;
  return nullptr;
}

bool check_range(const FieldInfo& field, const void* object, const Node& value, Reader& reader) {
  if (field.range.empty()) return true;
  std::vector<double> numbers;
  field.measure(object, numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Bound* bound = violated(field.range, numbers[i]);
    if (!bound) continue;
    const bool low = field.range.low && bound == &*field.range.low;
    const std::string_view relation =
        low ? (bound->inclusive ? "at least" : "more than") : (bound->inclusive ? "at most" : "less than");
    const Node& at = value.items.size() == numbers.size() ? value.items[i] : value;
    reader.error("E0203", fmt::format("`{}` must be {} {}", field.name, relation, bound->text), at).label =
        at.is_scalar() ? "got " + at.text : "";
    return false;
  }
  return true;
}

bool load_given(const FieldInfo& field, const Member& member, Reader& reader, void* object) {
  const Reader::Within within(reader, field.name, &field);
  if (member.value.is_null()) {
    reader.error("E0204", fmt::format("`{}` has no value", field.name), member.value).help =
        field.value.none ? "write `none`, or leave the key out" : "give a value, or leave the key out";
    return false;
  }
  return field.read(object, member.value, reader) && check_range(field, object, member.value, reader);
}

bool load_missing(const FieldInfo& field, const ObjectInfo& info, const Node& mapping, Reader& reader,
                  void* object) {
  if (field.required) {
    reader.diagnostics()
        .error("E0202",
               fmt::format("`{}` is missing{}", field.name,
                           info.name.empty() ? "" : fmt::format(" in this {}", info.name)),
               mapping.mark, mapping.length)
        .help = fmt::format("`{}`: {} It is {}", field.name, field.doc, describe_value(field.value));
    return false;
  }
  if (!field.fallback_node) return true;
  const Reader::Within within(reader, field.name, &field);
  const bool ok = field.read(object, *field.fallback_node, reader);
  assert(ok && "a declared default must read");
  return ok;
}

/// "`a`, `b`, `c`, …"
std::string some_of(const std::vector<std::string>& words, std::string_view conjunction = "or") {
  constexpr std::size_t most = 10;
  if (words.size() <= most) return enumerate(words, conjunction);
  const std::vector<std::string> first(words.begin(), words.begin() + most);
  return fmt::format("`{}`, …", fmt::join(first, "`, `"));
}

}  // namespace

std::string describe_value(const ValueInfo& value) {
  std::vector<std::string> words;
  switch (value.kind) {
    case ValueKind::choice:
      for (const ChoiceInfo& choice : value.choices) words.push_back(choice.word);
      return "one of " + some_of(words);
    case ValueKind::one_of:
      for (const auto object : value.objects) words.push_back(object().name);
      return "one of " + some_of(words);
    case ValueKind::object:
      return "a mapping with the keys " + some_of(value.objects.front()().field_names(), "and");
    case ValueKind::list:
      return describe_value(*value.element) + ", or a list of these";
    case ValueKind::map:
      return "a mapping from names to values: " + describe_value(*value.element);
    default:
      return value.expects;
  }
}

std::string describe_range(const Range& range) {
  const auto& [low, high] = range;
  if (low && high && low->inclusive && high->inclusive) return fmt::format("{} to {}", low->text, high->text);
  std::string text;
  if (low) text = low->inclusive ? low->text + " or more" : "more than " + low->text;
  if (low && high) text += " and ";
  if (high) text += (high->inclusive ? "at most " : "less than ") + high->text;
  return text;
}

const FieldInfo* ObjectInfo::find(std::string_view field) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == field; });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string> ObjectInfo::field_names() const {
  std::vector<std::string> names;
  for (const FieldInfo& field : fields) names.push_back(field.name);
  return names;
}

bool report_unknown_keys(const Node& mapping, const std::vector<std::string>& known, std::string_view owner,
                         Reader& reader) {
  bool ok = true;
  for (const Member& member : mapping.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    ok = false;
    const std::string what = owner.empty() ? "here" : fmt::format("in `{}`", owner);
    auto& error =
        reader.diagnostics().error("E0201", fmt::format("there is no key `{}` {}", member.key, what),
                                   member.key_mark, static_cast<int>(member.key.size()));
    error.help = suggestion(member.key, known);
  }
  return ok;
}

bool load_fields(const ObjectInfo& info, const Node& mapping, Reader& reader, void* object) {
  bool ok = true;
  for (const FieldInfo& field : info.fields) {
    const Member* member = mapping.find_member(field.name);
    ok = (member ? load_given(field, *member, reader, object)
                 : load_missing(field, info, mapping, reader, object)) &&
         ok;
  }
  if (!ok) return false;
  const std::size_t errors = reader.diagnostics().count(Severity::error);
  ObjectCheck where(mapping, reader);
  for (const auto& check : info.checks) check(object, where);
  return reader.diagnostics().count(Severity::error) == errors;
}

bool load_object(const ObjectInfo& info, const Node& node, Reader& reader, void* object,
                 const std::vector<std::string>& also) {
  if (!node.is_mapping()) {
    const auto mapping = expand_short_form(info, node, reader);
    return mapping && load_object(info, *mapping, reader, object);
  }
  std::vector<std::string> known = info.field_names();
  known.insert(known.end(), also.begin(), also.end());
  const bool no_strangers = report_unknown_keys(node, known, info.name, reader);
  return load_fields(info, node, reader, object) && no_strangers;
}

void for_each_reference(const ObjectInfo& info, const void* object, const std::string& path,
                        const ReferenceVisitor& visit) {
  for (const FieldInfo& field : info.fields)
    field.visit(object, path.empty() ? field.name : path + "." + field.name, visit);
}

}  // namespace windtunnel
