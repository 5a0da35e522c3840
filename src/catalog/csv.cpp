#include "catalog/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <istream>

namespace windtunnel {
namespace {

constexpr int kEnd = -1;
constexpr std::size_t kBufferBytes = 64 * 1024;
// No sane field is longer; a quote that is never closed would otherwise swallow the rest of the file.
constexpr std::size_t kLongestFieldBytes = 1024 * 1024;

}  // namespace

CsvReader::CsvReader(std::istream& in) : in_(&in) {
  buffer_.resize(kBufferBytes);
  read_header();
}

CsvReader::CsvReader(std::string_view text) : chunk_(text) { read_header(); }

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

bool CsvReader::next() {
  if (error_ || !read_record(fields_)) return false;
  if (fields_.size() == header_.size()) return true;
  return fail(record_line_,
              fmt::format("expected {} fields as in the header, found {}", header_.size(), fields_.size()));
}

void CsvReader::read_header() {
  if (peek() == 0xEF) {
    for (const int byte : {0xEF, 0xBB, 0xBF}) {
      if (take() != byte) {
        fail(1, "not a UTF-8 text file");
        return;
      }
    }
  }
  if (!read_record(header_)) {
    if (!error_) fail(1, "empty file: a header line with the names of the columns is needed");
    return;
  }
  for (auto name = header_.begin(); name != header_.end(); ++name) {
    if (name->empty()) fail(record_line_, "a column without a name");
    if (std::find(header_.begin(), name, *name) != name) {
      fail(record_line_, fmt::format("two columns are named '{}'", *name));
    }
  }
}

bool CsvReader::read_record(std::vector<std::string>& fields) {
  skip_line_ends();
  record_line_ = line_;
  if (peek() == kEnd) return false;
  std::size_t count = 0;
  for (;;) {
    if (count == fields.size()) fields.emplace_back();
    std::string& field = fields[count++];
    field.clear();
    if (!(peek() == '"' ? read_quoted(field) : read_plain(field))) return false;
    if (peek() != ',') break;
    take();
  }
  fields.resize(count);
  if (peek() == '\r') {
    take();
    if (peek() != '\n') return fail(line_, "a carriage return inside a line");
  }
  if (peek() == '\n') take();
  return true;
}

bool CsvReader::read_plain(std::string& field) {
  for (;;) {
    const int c = peek();
    if (c == kEnd || c == ',' || c == '\n' || c == '\r') return true;
    if (c == '"') return fail(line_, "a quote inside a field that does not start with one");
    if (!append(field, take())) return false;
  }
}

bool CsvReader::read_quoted(std::string& field) {
  const std::size_t opened = line_;
  take();
  for (;;) {
    const int c = take();
    if (c == kEnd) return fail(opened, "the quote opened here is never closed");
    if (c == '"') {
      if (peek() != '"') break;
      take();
    }
    if (!append(field, c)) return false;
  }
  const int after = peek();
  if (after == kEnd || after == ',' || after == '\n' || after == '\r') return true;
  return fail(line_, "text after a closing quote");
}

bool CsvReader::append(std::string& field, int c) {
  if (c == 0) return fail(line_, "a zero byte: not a text file");
  if (field.size() == kLongestFieldBytes) {
    return fail(record_line_, "a field is longer than 1 MiB: is a quote never closed?");
  }
  field.push_back(static_cast<char>(c));
  return true;
}

void CsvReader::skip_line_ends() {
  while (peek() == '\n' || peek() == '\r') take();
}

int CsvReader::peek() {
  if (position_ == chunk_.size()) {
    if (!in_ || !*in_) return kEnd;
    in_->read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    chunk_ = std::string_view(buffer_.data(), static_cast<std::size_t>(in_->gcount()));
    position_ = 0;
    if (chunk_.empty()) return kEnd;
  }
  return static_cast<unsigned char>(chunk_[position_]);
}

int CsvReader::take() {
  const int c = peek();
  if (c == kEnd) return kEnd;
  ++position_;
  if (c == '\n') ++line_;
  return c;
}

bool CsvReader::fail(std::size_t line, std::string message) {
  if (!error_) error_ = CsvError{line, std::move(message)};
  return false;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || parsed != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace windtunnel
