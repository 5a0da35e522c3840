#include <doctest/doctest.h>

#include <string>

#include "language/keys.hpp"

using namespace windtunnel;

namespace {

struct Reading {
  const char* text;
  KeyLaw law;
  const char* printed;
};

const Reading readings[] = {
    {"zipf(50M s=0.8)", {Popularity::zipf, {5e7}, 0.8, {}, {}, {}, ""}, "zipf(50M s=0.8)"},
    {"zipf(keys=10M s=1 drift=24h)",
     {Popularity::zipf, {1e7}, 1, {}, {}, {86400}, ""},
     "zipf(10M s=1 drift=1d)"},
    {"uniform(1000000)", {Popularity::uniform, {1e6}, 0, {}, {}, {}, ""}, "uniform(1M)"},
    {"hotspot(1M hot=1% share=90%)",
     {Popularity::hotspot, {1e6}, 0, {0.01}, {0.9}, {}, ""},
     "hotspot(1M hot=1% share=90%)"},
    {"constant", {}, "constant"},
    {"trace", {Popularity::trace, {1}, 0, {}, {}, {}, ""}, "trace"},
    {"trace(user)", {Popularity::trace, {1}, 0, {}, {}, {}, "user"}, "trace(user)"},
};

struct Bad {
  const char* text;
  const char* message;
  const char* help;
  std::size_t offset;
};

const Bad bad_texts[] = {
    {"", "a name is missing", "write it like zipf(50M s=0.8) or uniform(1M)", 0},
    {"50M", "`50M` does not begin with a name", "write it like zipf(50M s=0.8) or uniform(1M)", 0},
    {"zipff(50M s=1)", "unknown law of keys `zipff`", "did you mean `zipf`?", 0},
    {"zipf(50M)", "Zipf's exponent s is missing", "write it like zipf(50M s=0.8)", 0},
    {"zipf(s=0.8)", "the number of keys is missing", "write it like zipf(50M s=0.8)", 0},
    {"zipf(50M s=-1)", "s must be from 0 to 10", "write it like zipf(50M s=0.8)", 9},
    {"zipf(50M a=1 s=1)", "`zipf` takes no argument `a`", "write it like zipf(50M s=0.8)", 9},
    {"uniform(0)", "`0` must be above 0", "write it like uniform(1M)", 8},
    {"uniform(2.5)", "`2.5` is not a whole number", "write it like uniform(1M)", 8},
    {"uniform(10000T)", "more than 10^15 keys", "write it like uniform(1M)", 8},
    {"hotspot(1M hot=100% share=90%)", "the hot part must be below 100%",
     "write it like hotspot(1M hot=1% share=90%)", 11},
    {"hotspot(10 hot=1% share=90%)", "the hot part is less than one key",
     "write it like hotspot(1M hot=1% share=90%)", 11},
    {"hotspot(1M hot=1% share=0.9)", "`0.9` has no unit", "write 90%", 24},
};

}  // namespace

TEST_CASE("Laws of keys read and print") {
  for (const Reading& reading : readings) {
    CAPTURE(std::string(reading.text));
    const Parsed<KeyLaw> law = parse_key_law(reading.text);
    CAPTURE(law.message);
    REQUIRE(law);
    CHECK(*law == reading.law);
    CHECK(to_text(*law) == reading.printed);
    CHECK(*parse_key_law(to_text(*law)) == *law);
  }
}

TEST_CASE("What is wrong with a law of keys is said, with what to write instead and where") {
  for (const Bad& bad : bad_texts) {
    CAPTURE(std::string(bad.text));
    const Parsed<KeyLaw> law = parse_key_law(bad.text);
    REQUIRE(!law);
    CHECK(law.message == bad.message);
    CHECK(law.help == bad.help);
    CHECK(law.offset == bad.offset);
  }
}
