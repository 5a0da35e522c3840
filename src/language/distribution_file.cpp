#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "language/distribution.hpp"

namespace windtunnel {
namespace {

constexpr std::size_t most_values = 10'000'000;

std::string_view trim(std::string_view text) {
  constexpr std::string_view around = " \t\r\"";
  const std::size_t begin = text.find_first_not_of(around);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(around) + 1 - begin);
}

std::optional<std::string_view> cell(std::string_view line, std::size_t column) {
  for (; column > 0; --column) {
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    line.remove_prefix(comma + 1);
  }
  return trim(line.substr(0, line.find(',')));
}

std::optional<std::size_t> find_column(std::string_view header, std::string_view name) {
  for (std::size_t column = 0;; ++column) {
    const auto title = cell(header, column);
    if (!title) return std::nullopt;
    if (*title == name) return column;
  }
}

bool is_blank(std::string_view line) {
  const std::string_view content = trim(line);
  return content.empty() || content.front() == '#';
}

Parsed<double> read_cell(std::string_view text, const Distribution& d) {
  if (d.column_unit.empty()) return parse_with_unit(text, *d.unit);
  const Parsed<double> number = parse_with_unit(text, number_units);
  return number ? parse_with_unit(fmt::format("{}{}", text, d.column_unit), *d.unit) : number;
}

// Decides which column the values are in, from the first line, and takes its value if it has one already.
std::optional<std::string> read_first_line(std::string_view line, Distribution& d, std::size_t& column) {
  if (d.column.empty()) {
    if (line.find(',') != std::string_view::npos) return "has several columns: say which, with column=";
    if (const Parsed<double> value = read_cell(trim(line), d)) d.values.push_back(*value);
    return std::nullopt;  // otherwise it is a title
  }
  const auto found = find_column(line, d.column);
  if (!found) return fmt::format("has no column `{}` in its first line `{}`", d.column, line.substr(0, 80));
  column = *found;
  return std::nullopt;
}

std::optional<std::string> read_values(std::istream& input, Distribution& d) {
  std::size_t column = 0;
  std::size_t number = 0;
  bool first = true;
  for (std::string line; std::getline(input, line);) {
    ++number;
    if (number == 1 && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);  // byte order mark
    if (is_blank(line)) continue;
    if (std::exchange(first, false)) {
      if (auto wrong = read_first_line(line, d, column)) return fmt::format("{}: {}", d.file, *wrong);
      continue;
    }
    const auto text = cell(line, column);
    if (!text) return fmt::format("{}:{}: the line has no column {}", d.file, number, column + 1);
    const Parsed<double> value = read_cell(*text, d);
    if (!value) {
      return fmt::format("{}:{}: {}{}{}", d.file, number, value.message, value.help.empty() ? "" : "; ",
                         value.help);
    }
    if (d.values.size() == most_values) return fmt::format("{}: more than {} values", d.file, most_values);
    d.values.push_back(*value);
  }
  if (input.bad()) return fmt::format("{}: cannot be read to its end", d.file);
  if (d.values.empty()) return fmt::format("{}: has no values", d.file);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> load_empirical(Distribution& distribution, const std::string& directory) {
  for (Distribution& part : distribution.parts) {
    if (auto wrong = load_empirical(part, directory)) return wrong;
  }
  if (distribution.law != Law::empirical) return std::nullopt;
  distribution.values.clear();
  const std::filesystem::path path = std::filesystem::path(directory) / distribution.file;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return fmt::format("{}: is a directory", distribution.file);
  std::ifstream input(path);
  if (!input) return fmt::format("{}: cannot be opened", distribution.file);
  if (auto wrong = read_values(input, distribution)) return wrong;
  std::ranges::sort(distribution.values);
  return std::nullopt;
}

}  // namespace windtunnel
