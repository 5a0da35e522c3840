// Where a value is being read, and how to complain about it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "language/diagnostic.hpp"
#include "language/document.hpp"
#include "language/field_info.hpp"

namespace windtunnel {

/// Carries the path and the field in question through the reading of nested values.
class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  Diagnostics& diagnostics() { return diagnostics_; }
  std::string path() const;

  /// An error at a value. Adds which field it is and what the field takes.
  Diagnostic& error(std::string code, std::string message, const Node& at);
  /// An error at a part of a scalar's text, `offset` characters into it.
  Diagnostic& error_inside(std::string code, std::string message, const Node& at, std::size_t offset,
                           std::size_t length);
  /// "expected a duration, such as `5ms`".
  Diagnostic& expected(const std::string& what, const Node& found);

  /// Files named in the text lie relative to this folder.
  std::string directory = ".";
  /// Takes a component, with the name it goes by; set by whoever loads a whole scenario.
  std::function<void(const std::string& name, const Node&)> take_component;

  /// While it lives, reading happens one step further down.
  class Within {
   public:
    Within(Reader& reader, std::string step, const FieldInfo* field = nullptr);
    ~Within();
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;

   private:
    Reader& reader_;
  };

 private:
  struct Step {
    std::string name;
    const FieldInfo* field;
  };
  /// "field `api.replicas`: a whole number, 1 or more"; empty outside of fields.
  std::string field_note() const;

  Diagnostics& diagnostics_;
  std::vector<Step> steps_;
};

/// Handed to the checks of an object after all its fields were read: complaints point at a field's value
/// where the file gives it, else at the object.
class ObjectCheck {
 public:
  ObjectCheck(const Node& node, Reader& reader) : node_(node), reader_(reader) {}
  Diagnostic& error(std::string_view field, std::string message);
  Diagnostic& warning(std::string_view field, std::string message);
  /// Whether the file gives the field itself.
  bool given(std::string_view field) const { return node_.find(field) != nullptr; }

 private:
  const Node& node_;
  Reader& reader_;
};

}  // namespace windtunnel
