#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace windtunnel {

/// Where and why a CSV file cannot be read.
struct CsvError {
  std::size_t line = 0;  ///< from 1
  std::string message;
};

/// Reads comma-separated values as RFC 4180 defines them, strictly: a header line with distinct names, then
/// records with exactly as many fields. Lines end in LF or CRLF; blank lines and a UTF-8 byte order mark are
/// skipped. One record is held at a time, so a file of any length needs the memory of its longest record.
///
///   CsvReader csv(stream);
///   while (csv.next()) use(csv.field(0), csv.line());
///   if (csv.error()) report(*csv.error());
class CsvReader {
 public:
  /// The stream must outlive the reader.
  explicit CsvReader(std::istream& in);
  /// The text must outlive the reader.
  explicit CsvReader(std::string_view text);

  const std::vector<std::string>& header() const { return header_; }
  std::optional<std::size_t> column(std::string_view name) const;

  /// Reads the next record. False at the end of the file and at the first error.
  bool next();
  /// A field of the current record, without quotes; valid until next().
  std::string_view field(std::size_t column) const { return fields_[column]; }
  /// The line on which the current record starts, from 1.
  std::size_t line() const { return record_line_; }
  const std::optional<CsvError>& error() const { return error_; }

 private:
  void read_header();
  bool read_record(std::vector<std::string>& fields);
  bool read_plain(std::string& field);
  bool read_quoted(std::string& field);
  bool append(std::string& field, int c);
  void skip_line_ends();
  int peek();
  int take();
  bool fail(std::size_t line, std::string message);

  std::istream* in_ = nullptr;
  std::string buffer_;
  std::string_view chunk_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t record_line_ = 1;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
  std::optional<CsvError> error_;
};

/// The whole text as a finite number; nothing else: no unit, no blank, no sign "+".
std::optional<double> number_of(std::string_view text);

}  // namespace windtunnel
