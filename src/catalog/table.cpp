#include "catalog/table.hpp"

#include <fmt/format.h>

namespace windtunnel {

TableReader::TableReader(std::string_view table, std::string_view csv, const Sources& sources)
    : table_(table), csv_(csv), sources_(sources) {}

bool TableReader::next() {
  if (csv_.next()) return true;
  if (csv_.error()) problems_.push_back({table_, csv_.error()->line, csv_.error()->message});
  return false;
}

std::string TableReader::text(std::string_view column) {
  std::string value = text_or_empty(column);
  if (value.empty()) problem(fmt::format("no {}", column));
  return value;
}

double TableReader::number(std::string_view column) {
  const std::optional<double> value = number_if_any(column);
  if (!value) problem(fmt::format("no {}", column));
  return value.value_or(0);
}

Origin TableReader::origin(std::string_view source_column, std::string_view as_of_column) {
  const std::string names = text(source_column);
  std::optional<std::string> source = describe_sources(names, sources_);
  if (!source) problem(fmt::format("source '{}' is not in sources.csv", names));
  return {source.value_or(""), text(as_of_column)};
}

std::string TableReader::text_or_empty(std::string_view column) { return std::string(field(column)); }

std::optional<double> TableReader::number_if_any(std::string_view column) {
  const std::string_view value = field(column);
  if (value.empty()) return std::nullopt;
  const std::optional<double> number = number_of(value);
  if (!number || *number < 0) problem(fmt::format("{} is not a positive number: '{}'", column, value));
  return number;
}

void TableReader::problem(std::string message) {
  problems_.push_back({table_, csv_.line(), std::move(message)});
}

std::string_view TableReader::field(std::string_view column) {
  const std::size_t count = csv_.header().size();
  for (std::size_t tried = 0; tried < count; ++tried) {
    const std::size_t i = (next_column_ + tried) % count;
    if (csv_.header()[i] != column) continue;
    next_column_ = i + 1;
    return csv_.field(i);
  }
  problem(fmt::format("the table has no column '{}'", column));
  return {};
}

std::optional<std::string> describe_sources(std::string_view names, const Sources& sources) {
  constexpr std::string_view separator = " + ";
  std::string described;
  for (;;) {
    const std::size_t end = names.find(separator);
    const auto found = sources.find(names.substr(0, end));
    if (found == sources.end()) return std::nullopt;
    described += (described.empty() ? "" : "; ") + found->second;
    if (end == std::string_view::npos) return described;
    names.remove_prefix(end + separator.size());
  }
}

}  // namespace windtunnel
