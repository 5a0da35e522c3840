#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace windtunnel {

/// A value read from text, or what is wrong with the text: one of both. Messages start in lower case and have
/// no full stop, so that a diagnostic can put the file and the line before them.
template <class Value>
struct Parsed {
  std::optional<Value> value;
  std::string message;     ///< what is wrong; empty when there is a value
  std::string help;        ///< what to write instead; may be empty
  std::size_t offset = 0;  ///< where in the text, in bytes, the problem starts

  explicit operator bool() const { return value.has_value(); }
  const Value& operator*() const { return *value; }
  const Value* operator->() const { return &*value; }
};

template <class Value>
Parsed<Value> parsed(Value value) {
  return {std::move(value), {}, {}, 0};
}

/// The same problem as another text's, `shift` bytes further on, for a text that contains the other.
template <class Value, class Other>
Parsed<Value> problem_of(const Parsed<Other>& other, std::size_t shift = 0) {
  return {std::nullopt, other.message, other.help, other.offset + shift};
}

}  // namespace windtunnel
