#include "report/progress.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "report/layout.hpp"

using namespace windtunnel;

TEST_CASE("the line says how far, how long still, and what") {
  CHECK(progress_line(0.42, 6.5, "replication 2 of 5", 80) ==
        "██████████▏               42%  9 s left  replication 2 of 5");
  CHECK(progress_line(0.01, 6.5, "", 80) == "▎                          1%");  // too early for a guess
  CHECK(progress_line(1, 60, "done", 80) == "████████████████████████ 100%  done");
  CHECK(progress_line(0.5, 7200, "", 80) == "████████████              50%  2 h left");
}

TEST_CASE("the line keeps to its columns, whatever the text and the fraction") {
  for (const double fraction : {-1.0, 0.0, 0.5, 2.0, 0.0 / 0.0}) {
    for (const int columns : {10, 40, 79}) {
      CHECK(display_width(progress_line(fraction, 1e9, "a long text about the work \x1b[31m that goes on",
                                        columns)) <= columns);
    }
  }
}

TEST_CASE("the bar shows after half a second, ten times a second, and goes away at the end") {
  double now = 100;
  std::vector<std::string> drawn;
  {
    ProgressBar bar([&] { return now; }, [&](std::string_view text) { drawn.emplace_back(text); }, 79);
    bar.update(0.1, "");
    CHECK(drawn.empty());
    for (int i = 0; i < 100; ++i) {  // one second in steps of ten milliseconds, after the first half
      now = 100.5 + i * 0.01;
      bar.update(0.5, "");
    }
    CHECK(drawn.size() >= 9);
    CHECK(drawn.size() <= 10);
    CHECK(drawn[0].starts_with("\r█"));
    drawn.clear();
  }
  CHECK(drawn == std::vector<std::string>{"\r\x1b[K"});
}

TEST_CASE("nothing is taken off the screen that was never on it") {
  std::vector<std::string> drawn;
  {
    ProgressBar bar([] { return 0.0; }, [&](std::string_view text) { drawn.emplace_back(text); }, 79);
  }
  CHECK(drawn.empty());
}

TEST_CASE("a file is no terminal: nothing is drawn") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file);
  {
    ProgressBar bar(file);
    bar.update(0.5, "");
    bar.clear();
  }
  CHECK(std::ftell(file) == 0);
  std::fclose(file);
}
