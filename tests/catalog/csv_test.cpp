#include "catalog/csv.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace windtunnel;

namespace {

// All records, fields joined by '|' and records by '\n'; or the error.
std::string read(CsvReader& csv) {
  std::string out;
  while (csv.next()) {
    for (std::size_t i = 0; i < csv.header().size(); ++i) {
      if (i > 0) out += '|';
      out += csv.field(i);
    }
    out += '\n';
  }
  if (csv.error()) return "line " + std::to_string(csv.error()->line) + ": " + csv.error()->message;
  return out;
}

struct Case {
  const char* what;
  std::string text;
  std::string expected;
};

const Case kCases[] = {
    {"plain fields", "a,b\n1,2\n3,4\n", "1|2\n3|4\n"},
    {"no line end at the end", "a,b\n1,2", "1|2\n"},
    {"empty fields", "a,b,c\n,,\n", "||\n"},
    {"CRLF, byte order mark and blank lines",
     "\xEF\xBB\xBF"
     "a,b\r\n\r\n1,2\r\n\n",
     "1|2\n"},
    {"quotes protect commas, quotes and line ends", "a,b\n\"x, y\",\"say \"\"hi\"\"\nthere\"\n",
     "x, y|say \"hi\"\nthere\n"},
    {"blanks belong to the field", "a,b\n 1 , 2\n", " 1 | 2\n"},
    {"header alone", "a,b\n", ""},
    {"empty file", "", "line 1: empty file: a header line with the names of the columns is needed"},
    {"too few fields", "a,b\n1,2\n3\n", "line 3: expected 2 fields as in the header, found 1"},
    {"too many fields", "a,b\n1,2,3\n", "line 2: expected 2 fields as in the header, found 3"},
    {"the line counts line ends inside quotes", "a\n\"x\ny\"\n1,2\n",
     "line 4: expected 1 fields as in the header, found 2"},
    {"quote never closed", "a,b\n1,\"2\n3,4\n", "line 2: the quote opened here is never closed"},
    {"text after a quote", "a,b\n\"1\"x,2\n", "line 2: text after a closing quote"},
    {"quote in the middle", "a,b\n1\"2,3\n", "line 2: a quote inside a field that does not start with one"},
    {"same name twice", "a,b,a\n", "line 1: two columns are named 'a'"},
    {"column without a name", "a,,b\n", "line 1: a column without a name"},
    {"zero byte", std::string("a,b\n1\0,2\n", 9), "line 2: a zero byte: not a text file"},
    {"lone carriage return", "a,b\n1,2\r3\n", "line 2: a carriage return inside a line"},
};

}  // namespace

TEST_CASE("CSV text is read, or refused with its line") {
  for (const Case& c : kCases) {
    CAPTURE(c.what);
    CsvReader from_text{std::string_view(c.text)};
    CHECK(read(from_text) == c.expected);
    std::istringstream stream(c.text);
    CsvReader from_stream(stream);
    CHECK(read(from_stream) == c.expected);
  }
}

TEST_CASE("a stream longer than the buffer is read record by record") {
  std::string text = "n,quoted\n";
  for (int i = 0; i < 20000; ++i) text += std::to_string(i) + ",\"value, " + std::to_string(i) + "\"\n";
  std::istringstream stream(text);
  CsvReader csv(stream);
  int next = 0;
  while (csv.next()) {
    REQUIRE(csv.field(0) == std::to_string(next));
    REQUIRE(csv.field(1) == "value, " + std::to_string(next));
    REQUIRE(csv.line() == static_cast<std::size_t>(next + 2));
    ++next;
  }
  CHECK_FALSE(csv.error());
  CHECK(next == 20000);
}

TEST_CASE("an endless field is refused before it fills the memory") {
  const std::string text = "a\n\"" + std::string(2 << 20, 'x');
  CsvReader csv{std::string_view(text)};
  CHECK(read(csv) == "line 2: a field is longer than 1 MiB: is a quote never closed?");
}

TEST_CASE("columns are found by name") {
  CsvReader csv{std::string_view("time,size\n1,2\n")};
  CHECK(csv.column("size") == 1);
  CHECK_FALSE(csv.column("siz"));
}

TEST_CASE("a number is the whole field") {
  CHECK(number_of("1.5e-3") == 1.5e-3);
  CHECK(number_of("-2") == -2);
  for (const char* not_a_number : {"", " 1", "1 ", "1,5", "0x10", "nan", "inf", "1e999", "1ms", "+1"}) {
    CAPTURE(not_a_number);
    CHECK_FALSE(number_of(not_a_number));
  }
}
