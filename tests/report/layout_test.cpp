#include "report/layout.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "report/bars.hpp"

using namespace windtunnel;

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("p99") == 3);
  CHECK(display_width("820 µs ± 4") == 10);
  CHECK(display_width("検索") == 4);
  CHECK(display_width("e\u0301") == 1);  // a combining accent
  CHECK(display_width("🚀") == 2);
  CHECK(display_width("") == 0);
}

TEST_CASE("text from a file cannot steer the terminal") {
  CHECK(printable("a\x1b[31mb\nc") == "a?[31mb?c");
  CHECK(printable("\xff\xc3") == "??");
  CHECK(printable("\xed\xa0\x80") == "???");  // a surrogate
  CHECK(printable("\xc0\xaf") == "??");       // an overlong slash
  CHECK(printable("\u202Eevil") == "?evil");  // right-to-left override
  CHECK(printable("Größe 検索") == "Größe 検索");
}

TEST_CASE("fitted cuts with an ellipsis, never within a character") {
  CHECK(fitted("recommendation", 14) == "recommendation");
  CHECK(fitted("recommendation", 6) == "recom…");
  CHECK(fitted("検索検索", 4) == "検…");
  CHECK(fitted("abc", 0) == "");
}

TEST_CASE("wrapped breaks between words, and within those that are longer than a line") {
  CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("abcdefghij", 4) == std::vector<std::string>{"abcd", "efgh", "ij"});
  CHECK(wrapped("", 4) == std::vector<std::string>{""});
}

TEST_CASE("a table aligns its columns and ends no line in spaces") {
  const Table table{
      {{"name"}, {"value", Align::right}, {"note"}}, {{{"a"}, {"1"}, {""}}, {{"µ"}, {"22.5"}, {"x"}}}, 2};
  CHECK(table_text(table, {}) ==
        "  name  value  note\n"
        "  a         1\n"
        "  µ      22.5  x\n");
}

TEST_CASE("a table that is too wide first cuts and drops what may go, then cuts what stays") {
  const Table table{{{"", Align::left, 4}, {"", Align::right}, {"", Align::left, 3, 1}},
                    {{{"a long name"}, {"123456"}, {"remark"}}},
                    0};
  CHECK(table_text(table, {false, 25}) == "a long name  123456  rem…\n");
  CHECK(table_text(table, {false, 20}) == "a long name  123456\n");
  CHECK(table_text(table, {false, 16}) == "a long …  123456\n");
  CHECK(table_text(table, {false, 12}) == "a l…  123456\n");
}

TEST_CASE("colour changes no width and is only there when asked for") {
  const Table table{{{}, {}}, {{{"ab", Tone::good}, {"c"}}}, 0};
  CHECK(table_text(table, {true, 100}) == "\x1b[32mab\x1b[0m  c\n");
  CHECK(painted("x", Tone::bad, {false, 100}) == "x");
}

TEST_CASE("bars are exact to an eighth of a column") {
  CHECK(bar(1, 4) == "████");
  CHECK(bar(0.5, 4) == "██");
  CHECK(bar(0.15625, 4) == "▋");
  CHECK(bar(1e-9, 4) == "▏");
  CHECK(bar(0, 4) == "");
  CHECK(bar(std::nan(""), 4) == "");
  CHECK(bar(7, 2) == "██");
}

TEST_CASE("sparklines rise from zero and leave a gap where nothing is known") {
  CHECK(sparkline({0, 0.5, 1, std::nan(""), 2}, 1) == "▁▅█ █");
  CHECK(sparkline({0, 0}, 0) == "▁▁");
}

TEST_CASE("long series are drawn together, a peak stays a peak") {
  CHECK(resampled({1, 3, 5, 9}, 2, Shrink::mean) == std::vector<double>{2, 7});
  CHECK(resampled({1, 3, std::nan(""), 9}, 2, Shrink::largest) == std::vector<double>{3, 9});
  CHECK(resampled({1, 3, 5}, 2, Shrink::mean) == std::vector<double>{2, 5});
  CHECK(resampled({1, 2}, 1, Shrink::mean) == std::vector<double>{1, 2});
  CHECK(std::isnan(resampled({1, 1, std::nan(""), std::nan("")}, 2, Shrink::mean)[1]));
}
