#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "report/csv.hpp"
#include "report/markdown.hpp"
#include "report/sample_results.hpp"
#include "report/snapshot.hpp"

using namespace windtunnel;

TEST_CASE("Markdown is as approved") {
  CHECK(markdown_report(samples::rich()) == approved("rich.md", markdown_report(samples::rich())));
  CHECK(markdown_report(samples::partial()) == approved("partial.md", markdown_report(samples::partial())));
}

TEST_CASE("Markdown takes nothing from a file as markup") {
  Result result = samples::minimal();
  result.scenario.name = "<script>alert(1)</script> | *bold* [x](y)";
  result.scenario.file = "a-->b.yaml";
  result.workloads[0].name = "a|b";
  const std::string text = markdown_report(result);
  CHECK(text.starts_with(
      "<!-- windtunnel a___b.yaml -->\n### \\<script\\>alert(1)\\</script\\> \\| \\*bold\\* \\[x\\](y)\n"));
  CHECK(text.find("| a\\|b |") != text.npos);
}

TEST_CASE("CSV is as approved, and every row has six fields") {
  const std::string text = csv_report(samples::rich());
  CHECK(text == approved("rich.csv", text));
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.find('"') == line.npos) CHECK_MESSAGE(std::count(line.begin(), line.end(), ',') == 5, line);
    CHECK_MESSAGE(line.find("nan") == line.npos, line);
  }
}

TEST_CASE("CSV quotes what needs it") {
  Result result = samples::minimal();
  result.workloads[0].name = "a,\"b\"";
  CHECK(csv_report(result).find("\"workload/a,\"\"b\"\"\",offered_per_second,801.3,794.4") !=
        std::string::npos);
}
