// Text files as people hand them in: missing, huge, a directory, in another encoding.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "language/diagnostic.hpp"

namespace windtunnel {

struct TextFile {
  int source = -1;  ///< its number in the diagnostics
  std::string text;
};

/// Reads a whole text file of at most so many bytes; longer ones are refused unread.
std::optional<TextFile> read_text_file(const std::string& path, std::size_t limit_bytes,
                                       Diagnostics& diagnostics);

/// Where a text stops being UTF-8 (or has a control character that no text has), in bytes from its start.
std::optional<std::size_t> find_not_utf8(std::string_view text);

/// The place of a byte in a text; columns count characters.
Mark mark_at(std::string_view text, std::size_t byte, int source);

}  // namespace windtunnel
