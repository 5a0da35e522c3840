// `path=value`: changes to a document before its fields are read, from --set and from variants.
#pragma once

#include <string>
#include <string_view>

#include "language/document.hpp"

namespace windtunnel {

/// A path in an override's text and its value.
struct Override {
  std::string path;
  Mark path_mark;
  Node value;
};

/// Splits and parses `ranker.replicas=24`; nothing (with a diagnostic) where it is malformed. `name` is what
/// diagnostics call the text.
std::optional<Override> parse_override(std::string_view text, const std::string& name,
                                       Diagnostics& diagnostics);

/// Puts the value at its path: below the document, or below `components:` or `workloads:` where the path
/// begins with one of their names. What stood there is replaced. False (with a diagnostic) if there is no
/// such place.
bool apply_override(Node& root, const Override& change, const std::vector<std::string>& top_keys,
                    Diagnostics& diagnostics);

}  // namespace windtunnel
