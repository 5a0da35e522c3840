#include "report/layout.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>

namespace windtunnel {
namespace {

constexpr char32_t broken = 0xFFFFFFFF;

struct Decoded {
  char32_t character;
  std::size_t bytes;
};

// The character at the text's beginning; text is not empty. Overlong forms and surrogates count as broken.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < bytes) return {broken, 1};
  char32_t character = first & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {broken, 1};
    character = character << 6 | (byte(i) & 0x3Fu);
  }
  const char32_t least = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < least || character > 0x10FFFF || surrogate) return {broken, 1};
  return {character, bytes};
}

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool within(const Range (&ranges)[N], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& range) { return range.first <= character && character <= range.last; });
}

// The blocks of Unicode 15 whose characters are mostly East Asian Wide (UAX #11), and those that join the
// character before them. Blocks rather than the full tables: names in scenarios are ASCII, free text may not
// be.
constexpr Range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
                          {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                          {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range joining[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};

int width_of(char32_t character) {
  if (within(joining, character)) return 0;
  return within(wide, character) ? 2 : 1;
}

// Control characters, and those that reorder or break lines.
bool steers_terminal(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character < 0xA0) ||
         (character >= 0x2028 && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
}

std::size_t bytes_within(std::string_view text, int width) {
  std::size_t at = 0;
  int used = 0;
  while (at < text.size()) {
    const Decoded next = decode(text.substr(at));
    used += width_of(next.character);
    if (used > width) break;
    at += next.bytes;
  }
  return at;
}

int total_width(const std::vector<int>& widths, int indent) {
  return indent + std::accumulate(widths.begin(), widths.end(), 0) +
         2 * (static_cast<int>(widths.size()) - 1);
}

std::vector<int> natural_widths(const Table& table) {
  std::vector<int> widths;
  for (const Column& column : table.columns) widths.push_back(display_width(column.title));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  return widths;
}

bool may_be_cut(const Column& column, int width) {
  return column.least_width > 0 && width > column.least_width;
}

std::size_t first_to_go(const std::vector<Column>& columns) {
  const auto highest = std::max_element(columns.begin(), columns.end(), [](const Column& a, const Column& b) {
    return a.drop_order < b.drop_order;
  });
  return static_cast<std::size_t>(highest - columns.begin());
}

void drop_column(Table& table, std::vector<int>& widths, std::size_t column) {
  const auto at = static_cast<std::ptrdiff_t>(column);
  table.columns.erase(table.columns.begin() + at);
  widths.erase(widths.begin() + at);
  for (auto& row : table.rows) {
    if (row.size() > column) row.erase(row.begin() + at);
  }
}

// Cuts the widest of the columns that stay by one; false when none may be cut.
bool cut_widest(const std::vector<Column>& columns, std::vector<int>& widths) {
  int* widest = nullptr;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (may_be_cut(columns[i], widths[i]) && (!widest || widths[i] > *widest)) widest = &widths[i];
  }
  if (widest) --*widest;
  return widest != nullptr;
}

// One step towards a narrower table; false when there is none left.
bool narrow(Table& table, std::vector<int>& widths) {
  const std::size_t column = first_to_go(table.columns);
  if (table.columns[column].drop_order == 0) return cut_widest(table.columns, widths);
  if (may_be_cut(table.columns[column], widths[column])) {
    --widths[column];
  } else {
    drop_column(table, widths, column);
  }
  return true;
}

std::string row_text(const std::vector<Cell>& row, const Table& table, const std::vector<int>& widths,
                     const TerminalStyle& style) {
  std::string line;
  int to_come = table.indent;  // spaces owed, so that no line ends in them
  int left = style.columns;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string text = fitted(row[i].text, std::min(widths[i], std::max(0, left - to_come)));
    const int spare = widths[i] - display_width(text);
    const bool right = table.columns[i].align == Align::right;
    if (right) to_come += spare;
    if (!text.empty()) {
      line += std::string(static_cast<std::size_t>(std::max(0, to_come)), ' ') +
              painted(text, row[i].tone, style);
      left -= to_come + display_width(text);
      to_come = 0;
    }
    to_come += (right ? 0 : spare) + 2;
  }
  line += '\n';
  return line;
}

}  // namespace

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text.substr(at));
    width += width_of(next.character);
    at += next.bytes;
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text.substr(at));
    if (next.character == broken || steers_terminal(next.character)) {
      result += '?';
    } else {
      result += text.substr(at, next.bytes);
    }
    at += next.bytes;
  }
  return result;
}

std::string fitted(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= 0) return "";
  return std::string(text.substr(0, bytes_within(text, width - 1))) + "…";
}

std::string padded(std::string_view text, int width, Align align) {
  const std::string spaces(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return align == Align::left ? std::string(text) + spaces : spaces + std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
  };
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    const int gap = line.empty() ? 0 : 1;
    if (display_width(line) + gap + display_width(word) > width) flush();
    while (display_width(word) > width) {
      const std::size_t bytes = std::max<std::size_t>(1, bytes_within(word, width));
      lines.emplace_back(word.substr(0, bytes));
      word.remove_prefix(bytes);
    }
    if (!line.empty() && !word.empty()) line += ' ';
    line += word;
  }
  flush();
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string hanging(std::string_view lead, std::string_view text, const TerminalStyle& style, Tone tone) {
  const int indent = display_width(lead);
  std::string result;
  for (const std::string& line : wrapped(text, std::max(20, style.columns - indent))) {
    result += result.empty() ? std::string(lead) : std::string(static_cast<std::size_t>(indent), ' ');
    result += painted(line, tone, style) + "\n";
  }
  return result;
}

std::string table_text(const Table& original, const TerminalStyle& style) {
  Table table = original;
  std::vector<int> widths = natural_widths(table);
  while (!table.columns.empty() && total_width(widths, table.indent) > style.columns) {
    if (!narrow(table, widths)) break;
  }
  std::string text;
  std::vector<Cell> titles;
  for (const Column& column : table.columns) titles.push_back({column.title, Tone::faint});
  const bool titled =
      std::any_of(titles.begin(), titles.end(), [](const Cell& cell) { return !cell.text.empty(); });
  if (titled) text += row_text(titles, table, widths, style);
  for (const auto& row : table.rows) text += row_text(row, table, widths, style);
  return text;
}

}  // namespace windtunnel
