// A YAML text as a tree of our own, in which every value knows its place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/diagnostic.hpp"

namespace windtunnel {

struct Member;

/// A value of a document. Scalars stay text: what they mean is decided by the field that reads them.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  std::string text;     ///< of a scalar, without its quotes
  bool quoted = false;  ///< written with quotes or as a block: never a number, a word or a call
  Mark mark;
  int length = 1;               ///< characters to underline from the mark on
  std::vector<Node> items;      ///< of a sequence
  std::vector<Member> members;  ///< of a mapping, in the order of the file; keys are unique

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }

  /// The value under a key of a mapping, or null.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  /// The member under a key, or null.
  const Member* find_member(std::string_view key) const;

  static Node scalar(std::string text, Mark mark = {}, int length = 1);
};

struct Member {
  std::string key;
  Mark key_mark;
  Node value;
};

/// "a mapping", "a list", "the text `x`", "nothing": for messages that say what was found.
std::string describe_node(const Node& node);

/// What a document may be at most; beyond it loading stops with a message instead of with the memory.
struct DocumentLimits {
  std::size_t bytes = 1u << 20;
  std::size_t values = 200'000;  ///< after aliases are expanded
  int depth = 64;
};

/// The tree of a text, `<<` merged and aliases expanded; nothing if it is not one well-formed document
/// (the diagnostics then say why). `source` is the text's number in the diagnostics. With `origin`
/// (an override's value inside a longer text) places count from there.
std::optional<Node> parse_document(std::string_view text, int source, Diagnostics& diagnostics,
                                   const DocumentLimits& limits = {}, Mark origin = {});

}  // namespace windtunnel
