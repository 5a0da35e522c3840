#include "report/catalog_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "report/json_writer.hpp"

namespace windtunnel {
namespace {

constexpr std::size_t widest_column = 40;

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string shortened(const std::string& text) {
  if (characters(text) <= widest_column) return text;
  std::size_t end = widest_column - 1;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

/// The widths of the columns; 0 for those without any value.
std::vector<std::size_t> widths_of(const TableView& table) {
  std::vector<std::size_t> widths(table.columns.size());
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    for (const auto& row : table.rows)
      widths[column] = std::max(widths[column], characters(shortened(row[column])));
    if (widths[column] > 0) widths[column] = std::max(widths[column], characters(table.columns[column]));
  }
  return widths;
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    if (widths[column] == 0) continue;
    const std::string cell = shortened(cells[column]);
    line += cell + std::string(widths[column] + 2 - characters(cell), ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells)
    line += (line.empty() && &cell == &cells.front() ? "" : ",") + quoted(cell);
  return line + "\n";
}

std::string markdown_line(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) {
    std::string text;
    for (const char c : cell) text += c == '|' ? std::string("\\|") : std::string(1, c);
    line += " " + text + " |";
  }
  return line + "\n";
}

OrderedJson value_of(const std::string& cell) {
  double number = 0;
  const auto [end, failed] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (cell.empty()) return nullptr;
  return failed == std::errc() && end == cell.data() + cell.size() ? json_number(number) : OrderedJson(cell);
}

}  // namespace

std::string catalog_text(const TableView& table) {
  const std::vector<std::size_t> widths = widths_of(table);
  std::string out = line_of(table.columns, widths);
  for (const auto& row : table.rows) out += line_of(row, widths);
  if (!table.sources.empty()) out += "\nSources:\n";
  for (const auto& [name, source] : table.sources) out += fmt::format("  {}: {}\n", name, source);
  return out;
}

std::string catalog_csv(const TableView& table) {
  std::string out = csv_line(table.columns);
  for (const auto& row : table.rows) out += csv_line(row);
  return out;
}

std::string catalog_markdown(const TableView& table) {
  std::string out = markdown_line(table.columns) + "|";
  for (std::size_t column = 0; column < table.columns.size(); ++column) out += "---|";
  out += "\n";
  for (const auto& row : table.rows) out += markdown_line(row);
  if (!table.sources.empty()) out += "\n";
  for (const auto& [name, source] : table.sources) out += fmt::format("- {}: {}\n", name, source);
  return out;
}

std::string catalog_json(const TableView& table) {
  OrderedJson rows = OrderedJson::array();
  for (const auto& row : table.rows) {
    OrderedJson object = OrderedJson::object();
    for (std::size_t column = 0; column < row.size(); ++column)
      object[table.columns[column]] = value_of(row[column]);
    rows.push_back(std::move(object));
  }
  OrderedJson sources = OrderedJson::object();
  for (const auto& [name, source] : table.sources) sources[name] = source;
  return json_text({{"table", table.name}, {"rows", rows}, {"sources", sources}});
}

}  // namespace windtunnel
