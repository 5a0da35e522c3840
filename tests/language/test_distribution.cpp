#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>

#include "language/distribution.hpp"

using namespace windtunnel;

namespace {

const double infinite = std::numeric_limits<double>::infinity();
const double pi = std::numbers::pi;

struct Reading {
  const UnitFamily& family;
  const char* text;
  double mean;
  double cv2;
  const char* computed_text;  // what to_text writes without the text that was read
};

// Moments by hand from the textbook formulas, at parameters where they are simple.
const Reading readings[] = {
    {duration_units, "2ms", 0.002, 0, "2ms"},
    {duration_units, " 2ms ", 0.002, 0, "2ms"},
    {duration_units, "0", 0, 0, "0s"},
    {duration_units, "constant(2ms)", 0.002, 0, "2ms"},
    {duration_units, "exp(15ms)", 0.015, 1, "exp(15ms)"},
    {duration_units, "exponential(mean=15ms)", 0.015, 1, "exp(15ms)"},
    {duration_units, "lognormal(mean=3ms cv=0.8)", 0.003, 0.64, nullptr},
    {duration_units, "lognormal(p50=1s sigma=1)", std::exp(0.5), std::numbers::e - 1,
     "lognormal(p50=1s sigma=1)"},
    {duration_units, "gamma(mean=4ms cv=0.5)", 0.004, 0.25, "gamma(shape=4 scale=1ms)"},
    {duration_units, "gamma(mean=4ms shape=4)", 0.004, 0.25, "gamma(shape=4 scale=1ms)"},
    {duration_units, "gamma(shape=2 scale=3ms)", 0.006, 0.5, "gamma(shape=2 scale=3ms)"},
    {duration_units, "erlang(4 mean=10ms)", 0.01, 0.25, "gamma(shape=4 scale=2.5ms)"},
    {duration_units, "weibull(mean=5ms shape=0.5)", 0.005, 5, "weibull(shape=0.5 scale=2.5ms)"},
    {duration_units, "weibull(scale=1s shape=2)", std::sqrt(pi) / 2, 4 / pi - 1, "weibull(shape=2 scale=1s)"},
    {duration_units, "pareto(min=2ms alpha=3)", 0.003, 1.0 / 3, "pareto(min=2ms alpha=3)"},
    {duration_units, "pareto(min=1ms alpha=1.5)", 0.003, infinite, "pareto(min=1ms alpha=1.5)"},
    {duration_units, "pareto(min=1s alpha=1 max=10s)", std::log(10.0) / 0.9,
     10 / std::pow(std::log(10.0) / 0.9, 2) - 1, "pareto(min=1s alpha=1 max=10s)"},
    {duration_units, "pareto(min=1s alpha=2 max=10s)", 2 / 0.99 * 0.9,
     2 / 0.99 * std::log(10.0) / std::pow(2 / 0.99 * 0.9, 2) - 1, "pareto(min=1s alpha=2 max=10s)"},
    {duration_units, "uniform(1ms 5ms)", 0.003, 16.0 / 12 / 9, "uniform(1ms 5ms)"},
    {duration_units, "uniform(min=0 max=6ms)", 0.003, 1.0 / 3, "uniform(0s 6ms)"},
    {duration_units, "normal(mean=10ms sd=1ms)", 0.01, 0.01, "normal(mean=10ms sd=1ms)"},
    {duration_units, "hyperexp(mean=5ms cv=3)", 0.005, 9, nullptr},
    {duration_units, "mixture(90%: exp(1ms) 10%: exp(50ms))", 0.0059,
     (0.9 * 2 + 0.1 * 5000) / (5.9 * 5.9) - 1, "mixture(90% exp(1ms) 10% exp(50ms))"},
    {duration_units, "mixture(50% 1ms 50% mixture(50% 2ms 50% 4ms))", 0.002, 1.5 / 4,
     "mixture(50% 1ms 50% mixture(50% 2ms 50% 4ms))"},
    {size_units, "lognormal(p50=24KB sigma=1)", 24000 * std::exp(0.5), std::numbers::e - 1,
     "lognormal(p50=24KB sigma=1)"},
    {count_units, "uniform(100 2k)", 1050, 1900.0 * 1900 / 12 / (1050.0 * 1050), "uniform(100 2k)"},
    {count_units, "512", 512, 0, "512"},
};

struct Bad {
  const UnitFamily& family;
  const char* text;
  const char* message;
  const char* help;  // its beginning
  std::size_t offset;
};

const Bad bad_texts[] = {
    {duration_units, "", "a duration is missing", "write it like 5ms or 2s", 0},
    {duration_units, "5", "`5` has no unit", "units of a duration", 0},
    {duration_units, "fast", "`fast` is neither a duration nor a distribution",
     "write it like 5ms or 2s, or exp(…)", 0},
    {duration_units, "exp", "`exp` needs arguments", "write it like exp(15ms)", 0},
    {duration_units, "nan", "`nan` is not a finite duration", "", 0},
    {duration_units, "exp()", "an exponential law needs its mean", "write it like exp(15ms)", 0},
    {duration_units, "exp(15)", "`15` has no unit", "units of a duration", 4},
    {duration_units, "exp(15KB)", "`15KB` is a size, not a duration", "", 4},
    {duration_units, "exp(0)", "`0` must be above 0", "write it like exp(15ms)", 4},
    {duration_units, "exp(1ms 2ms)", "`exp` takes no argument `2ms`", "write it like exp(15ms)", 8},
    {duration_units, "exp(1ms", "`exp(1ms` has no closing parenthesis", "arguments are separated by spaces",
     3},
    {duration_units, "expo(1ms)", "unknown distribution `expo`", "did you mean `exp`?", 0},
    {duration_units, "zipf(50M)", "unknown distribution `zipf`", "`constant`", 0},
    {duration_units, "lognormal(p50=2ms, p99=9ms)",
     "arguments are separated by spaces, not by commas: a comma would end the value inside YAML's {…}",
     "write lognormal(p50=2ms p99=9ms)", 17},
    {duration_units, "lognormal(p50=2ms)",
     "a lognormal law needs two percentiles, or mean and cv, or p50 and sigma", "write it like lognormal(",
     0},
    {duration_units, "lognormal(p50=9ms p99=2ms)", "p99 (2ms) must be above p50 (9ms)", "", 0},
    {duration_units, "lognormal(p50=1ms p90=2ms p99=3ms)",
     "two percentiles fix a lognormal law; here are more", "", 26},
    {duration_units, "lognormal(p50=1ms p98=2ms)",
     "a lognormal law needs two percentiles, or mean and cv, or p50 and sigma", "", 0},
    {duration_units, "lognormal(mean=1ms cv=80%)", "`80%` must be a plain number, without unit", "write 80",
     24},
    {duration_units, "gamma(mean=1ms)",
     "a gamma law needs mean and cv, or mean and shape, or shape and scale", "", 0},
    {duration_units, "gamma(mean=1ms cv=-1)", "`cv` must be above 0", "", 15},
    {duration_units, "erlang(2.5 mean=1ms)", "`2.5` is not a whole number", "", 7},
    {duration_units, "pareto(min=1ms alpha=0.9)", "with alpha of 1 or less the mean is infinite",
     "bound it: add max=", 0},
    {duration_units, "pareto(min=5ms alpha=2 max=1ms)", "max must be above min", "", 23},
    {duration_units, "uniform(5ms 1ms)", "the highest value must be above the lowest", "", 12},
    {duration_units, "normal(mean=10ms sd=5ms)",
     "sd is above a third of the mean: too much of a normal law would be negative",
     "write gamma(mean=10ms cv=0.5)", 17},
    {duration_units, "hyperexp(mean=1ms cv=0.5)", "cv must be above 1", "at 1 write exp(…)", 18},
    {duration_units, "mixture(90% exp(1ms) 5% exp(2ms))", "the shares add up to 95%, not to 100%", "", 0},
    {duration_units, "mixture(90% exp(1ms) 10%)", "no law follows the share 10%", "", 21},
    {duration_units, "mixture(0.9 exp(1ms) 0.1 exp(2ms))", "`0.9` has no unit", "write 90%", 8},
    {duration_units, "mixture(90% exp(1msx) 10% exp(2ms))", "unknown unit `msx` of a duration",
     "did you mean 1ms?", 17},
    {duration_units, "mixture()", "a mixture needs shares and laws", "write it like mixture(", 0},
    {duration_units, "empirical(a.csv unit=KB)", "`KB` is no unit of a duration", "units: ns", 16},
};

std::string load(const std::string& content, const char* law, Distribution& d) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "windtunnel_test_distribution";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "values.csv") << content;
  d = *parse_distribution(law, duration_units);
  return load_empirical(d, folder.string()).value_or("");
}

}  // namespace

TEST_CASE("Distributions read, have their moments, and print so that they read back") {
  for (const Reading& reading : readings) {
    CAPTURE(std::string(reading.text));
    const Parsed<Distribution> read = parse_distribution(reading.text, reading.family);
    CAPTURE(read.message);
    REQUIRE(read);
    Distribution d = *read;
    CHECK(mean(d) == doctest::Approx(reading.mean).epsilon(1e-11));
    if (std::isinf(reading.cv2)) {
      CHECK(std::isinf(cv2(d)));
    } else {
      CHECK(std::abs(cv2(d) - reading.cv2) <= 1e-11 * (1 + reading.cv2));
    }
    CHECK(*parse_distribution(to_text(d), reading.family) == d);
    d.text.clear();
    for (Distribution& part : d.parts) part.text.clear();
    if (reading.computed_text != nullptr) CHECK(to_text(d) == reading.computed_text);
    const Parsed<Distribution> again = parse_distribution(to_text(d), reading.family);
    REQUIRE(again);
    CHECK(*again == d);
  }
}

TEST_CASE("A lognormal law goes through the percentiles it was given") {
  const auto below = [](const Distribution& d, double x) {
    return 0.5 * std::erfc(-std::log(x / d.scale) / d.shape / std::numbers::sqrt2);
  };
  Distribution d = *parse_distribution("lognormal(p50=2ms p99=9ms)", duration_units);
  CHECK(d.scale == 0.002);
  CHECK(below(d, 0.009) == doctest::Approx(0.99).epsilon(1e-11));
  d = *parse_distribution("lognormal(p95=20ms p999=90ms)", duration_units);
  CHECK(below(d, 0.020) == doctest::Approx(0.95).epsilon(1e-11));
  CHECK(below(d, 0.090) == doctest::Approx(0.999).epsilon(1e-11));
  for (const char* text :
       {"lognormal(p10=1ms p25=2ms)", "lognormal(p75=3ms p90=4ms)", "lognormal(p50=1ms p9999=2s)"}) {
    CHECK(parse_distribution(text, duration_units));
  }
}

TEST_CASE("What is wrong with a distribution is said, with what to write instead and where") {
  for (const Bad& bad : bad_texts) {
    CAPTURE(std::string(bad.text));
    const Parsed<Distribution> read = parse_distribution(bad.text, bad.family);
    REQUIRE(!read);
    CHECK(read.message == bad.message);
    CHECK(read.help.substr(0, std::string(bad.help).size()) == bad.help);
    CHECK(read.offset == bad.offset);
  }
}

TEST_CASE("Mixtures within mixtures without end are refused") {
  std::string text = "1ms";
  for (int i = 0; i < 1000; ++i) text = "mixture(100% " + text + ")";
  CHECK(parse_distribution(text, duration_units).message == "mixtures are nested too deeply");
}

TEST_CASE("A scaled law has its moments scaled") {
  for (const Reading& reading : readings) {
    if (std::isinf(reading.cv2) || reading.mean == 0.0) continue;
    CAPTURE(std::string(reading.text));
    const Distribution d = *parse_distribution(reading.text, reading.family);
    CHECK(mean(scaled(d, 3)) == doctest::Approx(3 * mean(d)));
    CHECK(variance(scaled(d, 3)) == doctest::Approx(9 * variance(d)));
  }
}

TEST_CASE("Empirical laws read a column of a file") {
  Distribution d;
  CHECK(load("when,latency\n1,4\n2,1\n\n3,2\n", "empirical(values.csv column=latency unit=ms)", d) == "");
  CHECK(d.values == std::vector<double>{0.001, 0.002, 0.004});
  CHECK(mean(d) == doctest::Approx(0.00225));  // straight between neighbours: (1.5 + 3) / 2
  CHECK(load("5ms\r\n3us\r\n", "empirical(values.csv)", d) == "");
  CHECK(d.values == std::vector<double>{3e-6, 0.005});
  CHECK(load("\xef\xbb\xbflatency\n# comment\n\"7\"\n", "empirical(values.csv unit=s)", d) == "");
  CHECK(d.values == std::vector<double>{7});
  CHECK(mean(d) == 7);
  CHECK(variance(d) == 0);
}

TEST_CASE("Broken files of values are named with the line") {
  Distribution d;
  CHECK(load("latency\n1\nabc\n", "empirical(values.csv unit=ms)", d) ==
        "values.csv:3: `abc` is not a number; write it like 0.8");
  CHECK(load("latency\n-1\n", "empirical(values.csv unit=ms)", d) ==
        "values.csv:2: a duration cannot be negative");
  CHECK(load("a,b\n1,2\n", "empirical(values.csv unit=ms)", d) ==
        "values.csv: has several columns: say which, with column=");
  CHECK(load("a,b\n1,2\n", "empirical(values.csv column=c unit=ms)", d) ==
        "values.csv: has no column `c` in its first line `a,b`");
  CHECK(load("a,b\n1,2\n3\n", "empirical(values.csv column=b unit=ms)", d) ==
        "values.csv:3: the line has no column 2");
  CHECK(load("", "empirical(values.csv unit=ms)", d) == "values.csv: has no values");
  CHECK(load("", "empirical(other.csv unit=ms)", d) == "other.csv: cannot be opened");
  CHECK(load("", "empirical(. unit=ms)", d) == ".: is a directory");
}
