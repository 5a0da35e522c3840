#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/csv.hpp"

namespace windtunnel {

/// Where a figure comes from, and when it was true.
struct Origin {
  std::string source;  ///< repository, path and commit, or the address of a page; several are joined by "; "
  std::string as_of;   ///< a date, a month, a year, or "undated"
};

/// The short names that the tables use for their sources (models/sources.csv).
using Sources = std::map<std::string, std::string, std::less<>>;

/// Something wrong in a table under models/.
struct TableProblem {
  std::string table;
  std::size_t line = 0;
  std::string message;
};

/// Reads one table row by row with typed access by column name, and gathers what is wrong with it.
/// Ask for columns in the order in which they stand in the file: then finding each is one comparison.
class TableReader {
 public:
  TableReader(std::string_view table, std::string_view csv, const Sources& sources);

  bool next();

  /// An absent value is a problem, as is a number below zero.
  std::string text(std::string_view column);
  double number(std::string_view column);
  Origin origin(std::string_view source_column = "source", std::string_view as_of_column = "as_of");

  /// An empty field is no value.
  std::string text_or_empty(std::string_view column);
  std::optional<double> number_if_any(std::string_view column);

  void problem(std::string message);
  const std::vector<TableProblem>& problems() const { return problems_; }

 private:
  std::string_view field(std::string_view column);

  std::string table_;
  CsvReader csv_;
  const Sources& sources_;
  std::size_t next_column_ = 0;
  std::vector<TableProblem> problems_;
};

/// The sources behind "a + b", joined by "; "; nothing if a name is unknown.
std::optional<std::string> describe_sources(std::string_view names, const Sources& sources);

/// `value` times `factor`, if there is one: units of a table to base units.
inline std::optional<double> scaled(std::optional<double> value, double factor) {
  if (value) *value *= factor;
  return value;
}

}  // namespace windtunnel
