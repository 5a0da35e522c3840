#include "language/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace windtunnel {
namespace {

/// A text inside a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
  return out;
}

std::string default_of(const FieldInfo& field) {
  if (field.required) return "required";
  if (field.fallback) return fmt::format("`{}` ({})", *field.fallback, field.source);
  return field.absent;
}

/// The objects that a value may hold, in the order of their declaration.
void collect(const ValueInfo& value, std::vector<const ObjectInfo*>& found) {
  if (value.element) collect(*value.element, found);
  for (const auto get : value.objects) {
    const ObjectInfo& info = get();
    if (std::find(found.begin(), found.end(), &info) != found.end()) continue;
    found.push_back(&info);
    for (const FieldInfo& field : info.fields) collect(field.value, found);
  }
}

void write_short_forms(const ObjectInfo& info, std::string& out) {
  if (!info.positional.empty() || !info.word_field.empty()) {
    const std::string word = info.word_field.empty() ? info.name : info.word_field;
    out += fmt::format("Short form: `{}({})`", word, fmt::join(info.positional, " "));
    out += info.word_field.empty() ? ".\n\n" : fmt::format(", where `{}` is the word itself.\n\n", word);
  }
  if (!info.short_field.empty()) out += fmt::format("A value alone is its `{}`.\n\n", info.short_field);
}

void write_choices(const FieldInfo& field, std::string& out) {
  const ValueInfo& value = field.value.element ? *field.value.element : field.value;
  if (value.choices.empty()) return;
  out += fmt::format("\nThe words of `{}`:\n\n", field.name);
  for (const ChoiceInfo& choice : value.choices) out += fmt::format("- `{}`: {}\n", choice.word, choice.doc);
}

void write_object(const ObjectInfo& info, std::string_view heading, std::string& out) {
  out += fmt::format("{} {}\n\n{}\n\n", heading, info.name, info.about);
  write_short_forms(info, out);
  if (info.fields.empty()) return;
  out += "| field | takes | default | meaning |\n|---|---|---|---|\n";
  for (const FieldInfo& field : info.fields) {
    const std::string range = describe_range(field.range);
    const std::string takes = describe_value(field.value) + (range.empty() ? "" : ", " + range);
    out += fmt::format("| `{}` | {} | {} | {} |\n", field.name, cell(takes), cell(default_of(field)),
                       cell(field.doc));
  }
  for (const FieldInfo& field : info.fields) write_choices(field, out);
  out += '\n';
}

}  // namespace

std::string reference_page(const ObjectInfo& info) {
  std::string out;
  write_object(info, "#", out);
  std::vector<const ObjectInfo*> parts{&info};
  for (const FieldInfo& field : info.fields) collect(field.value, parts);
  for (const ObjectInfo* part : parts)
    if (part != &info) write_object(*part, "##", out);
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace windtunnel
