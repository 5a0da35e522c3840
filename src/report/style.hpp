#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace windtunnel {

/// How text for a terminal may look. Colour is never the only carrier of a meaning.
struct TerminalStyle {
  bool colour = false;
  int columns = 100;  ///< no line is wider
};

/// What a piece of text means, from which its colour follows.
enum class Tone { plain, strong, faint, good, bad, warning };

/// The text in its colour; unchanged without colour or for plain text.
std::string painted(std::string_view text, Tone tone, const TerminalStyle& style);

enum class ColourChoice { automatic, always, never };

/// Whether a stream shows to a person who can see bars drawn over and over: a terminal that is not "dumb".
bool is_terminal(std::FILE* stream);

/// The choice on the command line goes over NO_COLOR (when not empty), which goes over what the stream is.
/// Between 60 and 100 columns, as wide as the terminal; 100 elsewhere.
TerminalStyle terminal_style(std::FILE* stream, ColourChoice choice);

}  // namespace windtunnel
