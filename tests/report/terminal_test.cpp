#include "report/terminal.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "report/layout.hpp"
#include "report/sample_results.hpp"
#include "report/snapshot.hpp"
#include "report/summary.hpp"

using namespace windtunnel;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string last_line(const Result& result) { return lines_of(terminal_report(result, {})).back(); }

std::string without_colour(std::string text) {
  for (std::size_t at = text.find('\x1b'); at != text.npos; at = text.find('\x1b'))
    text.erase(at, text.find('m', at) - at + 1);
  return text;
}

void check_lines(const Result& result, int columns) {
  for (const std::string& line : lines_of(terminal_report(result, {false, columns}))) {
    CHECK_MESSAGE(display_width(line) <= columns, line);
    CHECK_MESSAGE((line.empty() || line.back() != ' '), line);
    CHECK_MESSAGE(line.find("nan") == line.npos, line);
  }
}

}  // namespace

TEST_CASE("the terminal report reads as approved") {
  CHECK(terminal_report(samples::rich(), {}) == approved("rich.txt", terminal_report(samples::rich(), {})));
  CHECK(terminal_report(samples::minimal(), {}) ==
        approved("minimal.txt", terminal_report(samples::minimal(), {})));
  CHECK(terminal_report(samples::partial(), {}) ==
        approved("partial.txt", terminal_report(samples::partial(), {})));
  CHECK(terminal_report(samples::inconclusive(), {}) ==
        approved("inconclusive.txt", terminal_report(samples::inconclusive(), {})));
}

TEST_CASE("no line is wider than the terminal, and 100 columns always do") {
  for (const int columns : {60, 80, 100}) {
    check_lines(samples::rich(), columns);
    check_lines(samples::minimal(), columns);
    check_lines(samples::partial(), columns);
    check_lines(samples::inconclusive(), columns);
    check_lines(Result{}, columns);
    for (const char* name :
         {"c", "a_component_with_a_name_that_is_far_too_long_for_any_table_", "検索サービス", "\x1b[31m\n"}) {
      check_lines(samples::crowded(30, 5, name), columns);
      check_lines(samples::crowded(1, 1, name), columns);
    }
  }
}

TEST_CASE("colour adds nothing but colour") {
  for (const Result& result : {samples::rich(), samples::inconclusive(), samples::partial()}) {
    CHECK(without_colour(terminal_report(result, {true, 100})) == terminal_report(result, {false, 100}));
  }
}

TEST_CASE("the last line is the answer") {
  CHECK(
      last_line(samples::rich()) ==
      "PASS 3/3 goals · p99 183 ms ± 4 (limit 200) · $214k/month · bottleneck: ranker GPUs (82%) · seed 42");
  CHECK(last_line(samples::minimal()) == "NO GOALS · p99 95 ms ± 5 · bottleneck: api workers (75%) · seed 1");
  CHECK(last_line(Result{}) == "NO GOALS · seed 0");
}

TEST_CASE("the last line names the goal that decides") {
  CHECK(last_line(samples::inconclusive())
            .starts_with("FAIL 1/3 goals met · errors(checkout) 1.32% ± 0.12 (limit 0.1%)"));
  Result undecided = samples::inconclusive();
  undecided.slo.erase(undecided.slo.begin() + 1);
  undecided.verdict = Verdict::inconclusive;
  CHECK(
      last_line(undecided).starts_with("INCONCLUSIVE 1/2 goals met · p99(home_feed) 183 ms ± 4 (limit 185)"));
  undecided.slo[0].verdict = Verdict::pass;
  undecided.slo[1].verdict = Verdict::inconclusive;
  CHECK(last_line(undecided).starts_with(
      "INCONCLUSIVE 1/2 goals met · goodput(checkout) 412/s ± 9 (limit 400/s)"));
  CHECK(last_line(samples::partial()).starts_with("PARTIAL INCONCLUSIVE 0/1 goal met ·"));
}

TEST_CASE("where periods are too short for a p99 the course over time shows the p50") {
  Result result = samples::rich();
  for (double& seconds : result.series[0].p99_seconds) seconds = Estimate::kNone;
  const std::string text = terminal_report(result, {});
  CHECK(text.find("home_feed  p50 ") != text.npos);
  CHECK(text.find("home_feed  p99 ") == text.npos);
}

TEST_CASE("components are listed from the busiest, the bottleneck first") {
  const Result result = samples::rich();
  const auto order = components_by_load(result);
  CHECK(order[0]->name == "ranker");
  CHECK(order[1]->name == "retrieval");
  CHECK(order.back()->name == "edge");  // has no resource
}

TEST_CASE("the margin of a goal is said the way that it points") {
  SloResult goal{"", {0.1}, 0.2, "seconds", true, Verdict::pass, ""};
  CHECK(margin_text(goal) == "50% below");
  goal.value = {0.3};
  CHECK(margin_text(goal) == "50% above");
  goal.value = {0.8};
  CHECK(margin_text(goal) == "4x the limit");
  goal.upper = false;
  CHECK(margin_text(goal) == "300% above");
  goal.value = {0.1};
  CHECK(margin_text(goal) == "50% below");
  goal.value = {};
  CHECK(margin_text(goal) == "");
}
