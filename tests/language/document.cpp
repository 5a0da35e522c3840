#include "language/document.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "language/suggest.hpp"
#include "language/text_file.hpp"

using namespace windtunnel;

namespace {

struct Outcome {
  std::optional<Node> root;
  std::string findings;  ///< one line each
};

Outcome parse(const std::string& text, const DocumentLimits& limits = {}) {
  Diagnostics diagnostics;
  const int source = diagnostics.add_source("t.yaml", text);
  Outcome outcome{parse_document(text, source, diagnostics, limits), ""};
  outcome.findings = render(diagnostics, {DiagnosticFormat::concise});
  return outcome;
}

}  // namespace

TEST_CASE("a document keeps texts, order, quotes and places") {
  const auto [root, findings] = parse("b: 'two words'\na: [1, {c: é x}]\nd:\n");
  REQUIRE(root);
  CHECK(findings == "");
  CHECK(root->members[0].key == "b");
  CHECK(root->find("b")->quoted);
  CHECK(root->find("b")->length == 11);
  const Node& c = *root->find("a")->items[1].find("c");
  CHECK(c.text == "é x");
  CHECK(c.length == 3);
  CHECK(c.mark == Mark{0, 2, 12});
  CHECK(root->find("d")->is_null());
  CHECK(root->find("d")->mark == Mark{0, 3, 1});
}

TEST_CASE("`<<` merges mappings; a mapping's own keys prevail") {
  const auto [root, findings] = parse("x: &x {a: 1, b: 2}\ny: &y {a: 3, c: 4}\nm:\n  <<: [*x, *y]\n  b: 5\n");
  REQUIRE(root);
  const Node& m = *root->find("m");
  CHECK(m.members.size() == 3);
  CHECK(m.find("a")->text == "1");
  CHECK(m.find("b")->text == "5");
  CHECK(m.find("c")->text == "4");
}

TEST_CASE("what is not a well-formed document is said with its place") {
  struct Case {
    const char* text;
    const char* finding;
  };
  const Case cases[] = {
      {"", "t.yaml:1:1: error[E0104]: the text is empty\n"},
      {"# only a comment\n", "t.yaml:1:1: error[E0104]: the text is empty\n"},
      {"a: 1\nb: 2\na: 3\n", "t.yaml:3:1: error[E0108]: the key `a` is given twice\n"},
      {"a: 'x\nb: 2\n", "t.yaml:1:4: error[E0109]: this quote is never closed\n"},
      {"a: \"x\nb: 2\n", "t.yaml:1:4: error[E0109]: this quote is never closed\n"},
      {"a: &n 'x\nb: 2\n", "t.yaml:1:7: error[E0109]: this quote is never closed\n"},
      {"a: {b: 1\nc: 2\n", "t.yaml:1:4: error[E0106]: `{` is never closed\n"},
      {"a: [1, {b: 2}\n", "t.yaml:1:4: error[E0106]: `[` is never closed\n"},
      {"a:\n\tb: 1\n", "t.yaml:2:1: error[E0110]: a tab in the indentation\n"},
      {"a: 1\n---\nb: 2\n", "t.yaml:2:1: error[E0107]: a scenario is one document\n"},
      {"- 1\na: 3\n", "t.yaml:2:1: error[E0106]: this line does not continue what stands above it\n"},
      {"a: 1\n  b: 2\n", "t.yaml:2:4: error[E0106]: a `:` where no key can stand\n"},
      {"a: @x\n", "t.yaml:1:4: error[E0106]: no value can start with this character\n"},
      {"a: *x\n", "t.yaml:1:4: error[E0106]: this alias names an anchor that is not defined above\n"},
      {"a: &x [1, *x]\n",
       "t.yaml:1:11: error[E0111]: an alias cannot stand inside the value that it names\n"},
      {"? [x]\n: 1\n", "t.yaml:1:3: error[E0114]: a key is a name, not a list\n"},
      {"a: {<<: 3}\n", "t.yaml:1:9: error[E0115]: `<<` merges mappings, not `3`\n"},
      {"a: \xC3(\n", "t.yaml:1:4: error[E0105]: this is not UTF-8 text (byte 0xC3)\n"},
      {"\xFF\xFE"
       "a\0",
       "t.yaml:1:1: error[E0105]: the file is in UTF-16 (byte 0xFF)\n"},
      {"{w: exp(mean=1ms, cv=2)}",
       "t.yaml:1:5: error[E0113]: a comma ends the value here, although its parenthesis is still open\n"},
      {"[f(1, 2), f(3)]",
       "t.yaml:1:2: error[E0113]: a comma ends the value here, although its parenthesis is still open\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(parse(c.text).findings == c.finding);
  }
}

TEST_CASE("limits stop a document that would grow beyond memory") {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i)
    laughs += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  CHECK(parse(laughs).findings.find("E0111") != std::string::npos);
  CHECK(parse(std::string(100, '[') + std::string(100, ']')).findings.find("E0112") != std::string::npos);
}

TEST_CASE("the nearest name is what was most likely meant") {
  const std::vector<std::string> policies{"least_requests", "round_robin", "random"};
  CHECK(nearest_name("least_request", policies) == "least_requests");
  CHECK(nearest_name("Least-Requests", policies) == "least_requests");
  CHECK(nearest_name("ramdon", policies) == "random");
  CHECK_FALSE(nearest_name("sticky", policies));
  CHECK(edit_distance("abcd", "acbd") == 1);
  CHECK(edit_distance("", "abc") == 3);
}
