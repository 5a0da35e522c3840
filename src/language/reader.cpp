#include "language/reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace windtunnel {

Reader::Within::Within(Reader& reader, std::string step, const FieldInfo* field) : reader_(reader) {
  reader_.steps_.push_back({std::move(step), field});
}

Reader::Within::~Within() { reader_.steps_.pop_back(); }

std::string Reader::path() const {
  std::string path;
  for (const Step& step : steps_) {
    if (!path.empty() && !step.name.starts_with('[')) path += '.';
    path += step.name;
  }
  return path;
}

std::string Reader::field_note() const {
  std::size_t entries = 0;  // of lists inside the field
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    if (!step->field) {
      ++entries;
      continue;
    }
    const FieldInfo& field = *step->field;
    const ValueInfo* value = &field.value;
    for (; entries > 0 && value->element; --entries) value = value->element.get();
    const std::string range = describe_range(field.range);
    return fmt::format("field `{}`: {}{}{}{}", path(), describe_value(*value), range.empty() ? "" : ", ",
                       range, value->none ? ", or `none`" : "");
  }
  return {};
}

Diagnostic& Reader::error(std::string code, std::string message, const Node& at) {
  Diagnostic& error = diagnostics_.error(std::move(code), std::move(message), at.mark, at.length);
  if (std::string note = field_note(); !note.empty()) error.notes.push_back(std::move(note));
  return error;
}

Diagnostic& Reader::error_inside(std::string code, std::string message, const Node& at, std::size_t offset,
                                 std::size_t length) {
  Node part = at;
  // A quoted text's own characters start behind the quote; a block's or a folded text's do not line up at
  // all.
  const int shift = static_cast<int>(offset) + (at.quoted ? 1 : 0);
  if (shift < at.length) {
    part.mark.column += shift;
    part.length = std::max(1, std::min(static_cast<int>(length), at.length - shift - (at.quoted ? 1 : 0)));
  }
  return error(std::move(code), std::move(message), part);
}

Diagnostic& Reader::expected(const std::string& what, const Node& found) {
  return error("E0204", fmt::format("expected {}, found {}", what, describe_node(found)), found);
}

Diagnostic& ObjectCheck::error(std::string_view field, std::string message) {
  const Node* value = node_.find(field);
  return reader_.diagnostics().error("E0210", std::move(message), value ? value->mark : node_.mark,
                                     value ? value->length : node_.length);
}

Diagnostic& ObjectCheck::warning(std::string_view field, std::string message) {
  Diagnostic& made = error(field, std::move(message));
  made.severity = Severity::warning;
  made.code = "W0210";
  return made;
}

}  // namespace windtunnel
