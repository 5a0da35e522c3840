#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/style.hpp"

/// Text laid out by the columns that it takes on a terminal, not by its bytes.
namespace windtunnel {

/// Columns that UTF-8 text takes: wide East Asian characters and emoji two, combining marks none. Text must
/// be printable() and without colour.
int display_width(std::string_view text);

/// The text with control characters and broken UTF-8 replaced by `?`: nothing from a file steers the
/// terminal.
std::string printable(std::string_view text);

/// At most `width` columns of the text, the last an ellipsis where something was cut.
std::string fitted(std::string_view text, int width);

enum class Align { left, right };
std::string padded(std::string_view text, int width, Align align = Align::left);

/// Lines of at most `width` columns, broken between words, and within one only where it is longer than a
/// line.
std::vector<std::string> wrapped(std::string_view text, int width);

/// `lead` and the text beside it, wrapped, each further line indented to where the text began. Ends in a
/// newline.
std::string hanging(std::string_view lead, std::string_view text, const TerminalStyle& style,
                    Tone tone = Tone::plain);

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

struct Column {
  std::string title;
  Align align = Align::left;
  int least_width = 0;  ///< may be cut down to this; 0: never cut
  int drop_order = 0;  ///< the column with the highest goes first where the table is still too wide; 0: stays
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  int indent = 2;
};

/// The table, its columns as wide as their contents and two spaces apart, its lines within the style's
/// columns.
std::string table_text(const Table& table, const TerminalStyle& style);

}  // namespace windtunnel
