#include <doctest/doctest.h>

#include <string>

#include "language/call_text.hpp"

using namespace windtunnel;

namespace {

// A call as one line: name, then each argument as key|text@offset.
std::string spelled(const CallText& call) {
  std::string result = call.name + (call.has_parentheses ? "()" : "");
  for (const Argument& a : call.arguments) {
    result += " [" + a.key + (a.is_labelled ? ":" : "|") + a.text + "@" + std::to_string(a.offset) + "]";
  }
  return result;
}

struct Good {
  const char* text;
  const char* spelled;
};
const Good good_calls[] = {
    {"trace", "trace"},
    {"poisson(100k/s)", "poisson() [|100k/s@8]"},
    {"least_requests(2)", "least_requests() [|2@15]"},
    {"wait()", "wait()"},
    {"  zipf( 50M   s=0.8 ) ", "zipf() [|50M@8] [s|0.8@16]"},
    {"hnsw(m=32 ef=128)", "hnsw() [m|32@7] [ef|128@13]"},
    {"closed(500 think=exp(2s))", "closed() [|500@7] [think|exp(2s)@17]"},
    {"mixture(90%: exp(1ms) 10%: exp(50ms))", "mixture() [90%:exp(1ms)@13] [10%:exp(50ms)@27]"},
    {"mixture(90% uniform(1ms 2ms))", "mixture() [|90%@8] [|uniform(1ms 2ms)@12]"},
    {"trace(data/day-1.csv time=arrived)", "trace() [|data/day-1.csv@6] [time|arrived@26]"},
    {"steps(0s:10k/s 30s:50k/s)", "steps() [|0s:10k/s@6] [|30s:50k/s@15]"},
};

struct Bad {
  const char* text;
  const char* message;
  const char* help;
  std::size_t offset;
};
const Bad bad_calls[] = {
    {"", "a name is missing", "", 0},
    {"5(2)", "`5(2)` does not begin with a name", "", 0},
    {"exp 15ms", "`exp 15ms` is neither a name nor a name with arguments in parentheses", "", 3},
    {"lognormal(p50=2ms, p99=9ms)",
     "arguments are separated by spaces, not by commas: a comma would end the value inside YAML's {…}",
     "write lognormal(p50=2ms p99=9ms)", 17},
    {"uniform(1ms,5ms)",
     "arguments are separated by spaces, not by commas: a comma would end the value inside YAML's {…}",
     "write uniform(1ms 5ms)", 11},
    // What is left of the above inside {…}, where YAML ends the value at the comma.
    {"lognormal(p50=2ms", "`lognormal(p50=2ms` has no closing parenthesis",
     "arguments are separated by spaces: a comma would end the value inside YAML's {…}", 9},
    {"exp(1ms))", "unexpected `)` behind the closing parenthesis", "", 8},
    {"exp(1ms) ms", "unexpected ` ms` behind the closing parenthesis", "", 8},
    {"exp(mean = 1ms)", "no spaces around `=`", "write key=value", 9},
    {"exp(mean= 1ms)", "no spaces around `=`", "write key=value", 8},
    {"gamma(cv=1 cv=2)", "`cv` is given twice", "", 11},
    {"mixture(90%:)", "nothing follows `90%:`", "", 8},
};

}  // namespace

TEST_CASE("Calls are cut into a name and arguments with their places") {
  for (const Good& good : good_calls) {
    const Parsed<CallText> call = parse_call(good.text);
    CAPTURE(call.message);
    REQUIRE(call);
    CHECK(spelled(*call) == good.spelled);
  }
}

TEST_CASE("What is wrong with a call is said, and where") {
  for (const Bad& bad : bad_calls) {
    CAPTURE(std::string(bad.text));
    const Parsed<CallText> call = parse_call(bad.text);
    REQUIRE(!call);
    CHECK(call.message == bad.message);
    CHECK(call.help == bad.help);
    CHECK(call.offset == bad.offset);
  }
}

TEST_CASE("Arguments are read by key or by place, and the first problem is kept") {
  const CallText call = *parse_call("closed(500 think=2s pace=x)");
  ArgumentReader reader(call);
  CHECK(reader.read_count(reader.take_either("users")) == 500.0);
  CHECK(reader.read(reader.take("think"), duration_units) == 2.0);
  CHECK(reader.take("think") == nullptr);
  CHECK(!reader.failed());
  reader.finish("closed(500 think=2s)");
  const Parsed<int> problem = reader.problem<int>();
  CHECK(problem.message == "`closed` takes no argument `pace`");
  CHECK(problem.help == "write it like closed(500 think=2s)");
  CHECK(problem.offset == 20);
}

TEST_CASE("An unreadable argument is reported at its own place") {
  const CallText call = *parse_call("exp(mean=5msx)");
  ArgumentReader reader(call);
  CHECK(!reader.read_positive(reader.take("mean"), duration_units));
  CHECK(reader.problem<int>().message == "unknown unit `msx` of a duration");
  CHECK(reader.problem<int>().offset == 10);
}

TEST_CASE("No text makes the reader of calls fail") {
  const std::string alphabet = "ab1(=:) ,%(";
  unsigned bits = 7;
  for (int i = 0; i < 50'000; ++i) {
    std::string text = "a(";
    for (int length = 0; length < 10; ++length) {
      bits = bits * 1664525u + 1013904223u;  // Numerical Recipes' generator
      text += alphabet[(bits >> 16) % alphabet.size()];
    }
    const Parsed<CallText> call = parse_call(text);
    CAPTURE(text);
    REQUIRE(call.message.empty() == static_cast<bool>(call));
    REQUIRE(call.offset <= text.size());
  }
}
