#include "report/figures.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace windtunnel;

namespace {
constexpr double none = Estimate::kNone;
}

TEST_CASE("figures have three significant digits and the unit that keeps them short") {
  struct Case {
    double value;
    FigureUnit unit;
    const char* text;
  };
  const Case cases[] = {
      {0.183, FigureUnit::seconds, "183 ms"},
      {1.2449, FigureUnit::seconds, "1.24 s"},
      {0.00082, FigureUnit::seconds, "820 µs"},
      {37e-9, FigureUnit::seconds, "37 ns"},
      {0, FigureUnit::seconds, "0 s"},
      {60, FigureUnit::seconds, "60 s"},
      {0.9996, FigureUnit::seconds, "1 s"},  // rounds up into the next unit
      {1800, FigureUnit::seconds, "30 min"},
      {86'400, FigureUnit::seconds, "24 h"},
      {2.5 * 86'400, FigureUnit::seconds, "2.5 d"},
      {-0.0125, FigureUnit::seconds, "-12.5 ms"},
      {100'012, FigureUnit::per_second, "100k/s"},
      {0.25, FigureUnit::per_second, "0.25/s"},
      {2.5e6, FigureUnit::per_second, "2.5M/s"},
      {0.8213, FigureUnit::ratio, "82.1%"},
      {2.5e-6, FigureUnit::ratio, "0.00025%"},
      {0.99996, FigureUnit::ratio, "99.996%"},  // not 100%
      {1, FigureUnit::ratio, "100%"},
      {0, FigureUnit::ratio, "0%"},
      {512e6, FigureUnit::bytes, "512 MB"},
      {1.25e9, FigureUnit::bytes_per_second, "1.25 GB/s"},
      {0.81, FigureUnit::usd, "$0.81"},
      {12.5, FigureUnit::usd, "$12.50"},
      {0.01, FigureUnit::usd, "$0.01"},
      {0.005, FigureUnit::usd, "$0.005"},
      {9'500, FigureUnit::usd, "$9500"},
      {9'999, FigureUnit::usd, "$10k"},
      {-214'000, FigureUnit::usd, "-$214k"},
      {214'000, FigureUnit::usd_per_month, "$214k/month"},
      {96.44, FigureUnit::number, "96.4"},
      {1234, FigureUnit::number, "1234"},
      {412'345'678, FigureUnit::number, "412M"},
      {1e30, FigureUnit::number, "1e+18T"},
      {none, FigureUnit::seconds, "–"},
      {std::numeric_limits<double>::infinity(), FigureUnit::number, "unbounded"},
  };
  for (const Case& c : cases) CHECK(figure_text(c.value, c.unit) == std::string(c.text));
}

TEST_CASE("an interval stands beside its figure, in the same unit and to the same digit") {
  struct Case {
    Estimate estimate;
    FigureUnit unit;
    const char* text;
  };
  const Case cases[] = {
      {{0.183, 0.179, 0.187}, FigureUnit::seconds, "183 ms ± 4"},
      {{0.1834, 0.1832, 0.1836}, FigureUnit::seconds, "183.4 ms ± 0.2"},  // one digit more where it is known
      {{0.183, 0.18299, 0.18301}, FigureUnit::seconds, "183 ms ± <1"},
      {{1.24, 1.21, 1.27}, FigureUnit::seconds, "1.24 s ± 0.03"},
      {{1.24, -12.76, 15.24}, FigureUnit::seconds, "1 s ± 14"},  // and fewer where it is not
      {{0.183, 0.171, 0.23}, FigureUnit::seconds, "183 ms (171–230)"},
      {{0, 0, 0.00008}, FigureUnit::ratio, "0% (0–0.008)"},
      {{0.02, 0.02, 0.02}, FigureUnit::seconds, "20 ms"},
      {{0.02, none, none}, FigureUnit::seconds, "20 ms"},
      {{none, none, none}, FigureUnit::seconds, "–"},
      {{100'012, 99'832, 100'192}, FigureUnit::per_second, "100.0k/s ± 0.2k"},
      {{0.919, 0.9186, 0.9194}, FigureUnit::ratio, "91.90% ± 0.04"},
      {{0.9999, 0.9998, 1}, FigureUnit::ratio, "99.99% ± 0.01"},
      {{214'000, 211'000, 217'000}, FigureUnit::usd_per_month, "$214k/month ± 3k"},
      {{0.0951, 0.0905, 0.0997}, FigureUnit::seconds, "95 ms ± 5"},
      {{96.4, 96, 96.8}, FigureUnit::number, "96.4 ± 0.4"},
  };
  for (const Case& c : cases) CHECK(figure_text(c.estimate, c.unit) == std::string(c.text));
}

TEST_CASE("no figure reads NaN, whatever comes") {
  const std::vector<double> odd = {
      none, -none, std::numeric_limits<double>::infinity(), 0, -0.0, 1e-320, 1.7e308, -1e-9, 0.5};
  for (const double value : odd) {
    for (const double low : odd) {
      for (const double high : odd) {
        for (int unit = 0; unit < 8; ++unit) {
          const std::string text = figure_text(Estimate{value, low, high}, static_cast<FigureUnit>(unit));
          CHECK_MESSAGE((!text.empty() && text.find("nan") == text.npos && text.find("inf") == text.npos),
                        text);
        }
      }
    }
  }
}

TEST_CASE("the name of a metric says its unit") {
  struct Case {
    const char* name;
    FigureUnit unit;
    const char* label;
  };
  const Case cases[] = {{"hit_ratio", FigureUnit::ratio, "hit ratio"},
                        {"batch_wait_seconds", FigureUnit::seconds, "batch wait"},
                        {"seconds", FigureUnit::seconds, "seconds"},
                        {"read_bytes_per_second", FigureUnit::bytes_per_second, "read"},
                        {"tokens_per_second", FigureUnit::per_second, "tokens"},
                        {"cost_usd_per_month", FigureUnit::usd_per_month, "cost"},
                        {"batch_size", FigureUnit::number, "batch size"},
                        {"stale_reads_ratio", FigureUnit::ratio, "stale reads"},
                        {"milliseconds", FigureUnit::number, "milliseconds"},
                        {"", FigureUnit::number, ""}};
  for (const Case& c : cases) {
    CHECK(unit_of(c.name) == c.unit);
    CHECK(label_of(c.name) == std::string(c.label));
  }
}

TEST_CASE("things are counted in words") {
  CHECK(counted(1, "goal") == "1 goal");
  CHECK(counted(0, "goal") == "0 goals");
}
