#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "language/quantity.hpp"
#include "language/units.hpp"

using namespace windtunnel;

namespace {

struct Reading {
  const UnitFamily& family;
  const char* text;
  double value;         // in base units
  const char* printed;  // how to_text writes it
};

const Reading readings[] = {
    {duration_units, "5ms", 0.005, "5ms"},
    {duration_units, "1.5ms", 0.0015, "1.5ms"},
    {duration_units, "0.6ms", 0.0006, "600us"},
    {duration_units, " 30 s ", 30, "30s"},
    {duration_units, "250ns", 250e-9, "250ns"},
    {duration_units, "7us", 7e-6, "7us"},
    {duration_units, "7µs", 7e-6, "7us"},
    {duration_units, "90s", 90, "90s"},
    {duration_units, "10m", 600, "10m"},
    {duration_units, "10min", 600, "10m"},
    {duration_units, "24h", 86400, "1d"},
    {duration_units, "1.5h", 5400, "90m"},
    {duration_units, "30d", 2592000, "30d"},
    {duration_units, "1 day", 86400, "1d"},
    {duration_units, "2w", 1209600, "14d"},
    {duration_units, "1month", 2628000, "730h"},
    {duration_units, "1y", 31536000, "365d"},
    {duration_units, "0", 0, "0s"},
    {duration_units, "0ms", 0, "0s"},
    {duration_units, "1e3ms", 1, "1s"},
    {duration_units, "0.1ns", 1e-10, "0.1ns"},
    {rate_units, "800/s", 800, "800/s"},
    {rate_units, "100k/s", 1e5, "100k/s"},
    {rate_units, "1.5M/s", 1.5e6, "1.5M/s"},
    {rate_units, "30/min", 0.5, "30/min"},
    {rate_units, "2M/day", 2e6 / 86400, "2M/day"},
    {rate_units, "1/month", 1.0 / 2628000, "1/month"},
    {size_units, "512B", 512, "512B"},
    {size_units, "24KB", 24000, "24KB"},
    {size_units, "24kB", 24000, "24KB"},
    {size_units, "64GiB", 64.0 * 1073741824, "64GiB"},
    {size_units, "1KiB", 1024, "1KiB"},
    {size_units, "80GB", 80e9, "80GB"},
    {size_units, "1500B", 1500, "1.5KB"},
    {bandwidth_units, "10Gbps", 1.25e9, "10Gbps"},
    {bandwidth_units, "100Mbps", 12.5e6, "100Mbps"},
    {bandwidth_units, "3.35TB/s", 3.35e12, "3.35TB/s"},
    {bandwidth_units, "12.5Gbps", 1.5625e9, "12.5Gbps"},
    {bandwidth_units, "500MB/s", 5e8, "4Gbps"},
    {ratio_units, "85%", 0.85, "85%"},
    {ratio_units, "0.1%", 0.001, "0.1%"},
    {ratio_units, "120%", 1.2, "120%"},
    {ratio_units, "0", 0, "0%"},
    {factor_units, "10x", 10, "10x"},
    {factor_units, "1.5x", 1.5, "1.5x"},
    {count_units, "500", 500, "500"},
    {count_units, "50M", 5e7, "50M"},
    {count_units, "20M items", 2e7, "20M"},
    {count_units, "10k items", 1e4, "10k"},
    {count_units, "1B vectors", 1e9, "1G"},
    {count_units, "1234", 1234, "1234"},
    {money_units, "$1.20", 1.2, "$1.20"},
    {money_units, "1.20 USD", 1.2, "$1.20"},
    {money_units, "300k USD", 3e5, "$300k"},
    {money_units, "$2B", 2e9, "$2B"},
    {money_rate_units, "$1.20/h", 1.2, "$1.20/h"},
    {money_rate_units, "120k USD/month", 120e3 / 730, "$120k/month"},
    {money_rate_units, "$0.001/s", 3.6, "$3.60/h"},
    {money_rate_units, "8760 USD/year", 1, "$1/h"},
    {size_price_units, "$0.09/GB", 0.09e-9, "$0.09/GB"},
    {number_units, "0.8", 0.8, "0.8"},
    {number_units, "-2.5", -2.5, "-2.5"},
    {number_units, "1e-30", 1e-30, "1e-30"},
};

struct BadText {
  const UnitFamily& family;
  const char* text;
  const char* message;
  const char* help;  // its beginning
  std::size_t offset;
};

const BadText bad_texts[] = {
    {duration_units, "", "a duration is missing", "write it like 5ms or 2s", 0},
    {duration_units, "5", "`5` has no unit", "units of a duration: ns, us, ms, s, m, h, d", 0},
    {duration_units, "fast", "`fast` is not a duration", "write it like 5ms or 2s", 0},
    {duration_units, "ms", "`ms` is not a duration", "write it like 5ms or 2s", 0},
    {duration_units, "5msx", "unknown unit `msx` of a duration", "did you mean 5ms?", 1},
    {duration_units, "5 MS", "unknown unit `MS` of a duration", "did you mean 5ms?", 2},
    {duration_units, "5seconds", "unknown unit `seconds` of a duration", "did you mean 5s?", 1},
    {duration_units, "5ms 6ms", "unknown unit `ms 6ms` of a duration", "did you mean 5ms?", 1},
    {duration_units, "1,5ms", "a comma cannot stand in a number", "with a decimal point: 1.5ms", 1},
    {duration_units, "-5ms", "a duration cannot be negative", "", 0},
    {duration_units, "+5ms", "a number needs no plus sign", "write 5ms", 0},
    {duration_units, "nan", "`nan` is not a finite duration", "", 0},
    {duration_units, ".inf", "`.inf` is not a finite duration", "", 0},
    {duration_units, "1e400s", "`1e400s` is too large", "", 0},
    {duration_units, "1e-400s", "`1e-400s` is too small", "", 0},
    {duration_units, "1e306y", "`1e306y` is too large", "", 0},
    {duration_units, "1e99999999999999999999s", "`1e99999999999999999999s` is too large", "", 0},
    {duration_units, "5KB", "`5KB` is a size, not a duration", "units of a duration", 0},
    {duration_units, "100k/s", "`100k/s` is a rate, not a duration", "units of a duration", 0},
    {duration_units, "5M", "`5M` has no unit", "units of a duration", 0},
    {duration_units, "$5", "`$5` is a price, not a duration", "", 0},
    {rate_units, "800", "`800` has no unit", "units of a rate: /s, /min, /h, /day", 0},
    {rate_units, "100K", "`100K` has no unit", "units of a rate: /s", 0},
    {rate_units, "5B/s", "`5B/s` is a bandwidth, not a rate", "", 0},
    {rate_units, "5/sec", "unknown unit `/sec` of a rate", "did you mean 5/s?", 1},
    {size_units, "24mb", "unknown unit `mb` of a size", "did you mean 24MB?", 2},
    {bandwidth_units, "10GB", "`10GB` is a size, not a bandwidth", "units of a bandwidth: bps", 0},
    {ratio_units, "0.85", "`0.85` has no unit", "write 85%", 0},
    {ratio_units, "85", "`85` has no unit", "units of a share: %", 0},
    {count_units, "10,000", "a comma cannot stand in a number",
     "with a decimal point: 10.000; or for thousands: 10000", 2},
    {count_units, "5m", "`5m` is a duration, not a count", "millions: 5M", 0},
    {count_units, "5GB", "`5GB` is a size, not a count", "", 0},
    {money_units, "5", "`5` has no unit", "units of a price: $ or USD", 0},
    {money_rate_units, "$5", "`$5` is a price, not a price per time", "", 0},
    {number_units, "0.8s", "`0.8s` must be a plain number, without unit", "write 0.8", 3},
};

}  // namespace

TEST_CASE("Quantities read as their value in base units and print as people write them") {
  for (const Reading& reading : readings) {
    CAPTURE(std::string(reading.text));
    const Parsed<double> value = parse_with_unit(reading.text, reading.family);
    CAPTURE(value.message);
    REQUIRE(value);
    CHECK(*value == reading.value);
    CHECK(to_text(*value, reading.family) == reading.printed);
    CHECK(*parse_with_unit(reading.printed, reading.family) == *value);
  }
}

TEST_CASE("What is wrong with a quantity is said, with what to write instead and where") {
  for (const BadText& bad : bad_texts) {
    CAPTURE(std::string(bad.text));
    const Parsed<double> value = parse_with_unit(bad.text, bad.family);
    REQUIRE(!value);
    CHECK(value.message == bad.message);
    CHECK(value.help.substr(0, std::string(bad.help).size()) == bad.help);
    CHECK(value.offset == bad.offset);
  }
}

TEST_CASE("A count is a whole number of things") {
  CHECK(parse_count("1.5k")->value == 1500);
  CHECK(parse_count("2.5").message == "`2.5` is not a whole number");
}

TEST_CASE("Every double reads back from its text, in every family") {
  std::uint64_t bits = 1;
  for (const UnitFamily* family :
       {&duration_units, &rate_units, &size_units, &bandwidth_units, &ratio_units, &factor_units,
        &count_units, &money_units, &money_rate_units, &size_price_units, &number_units}) {
    for (int i = 0; i < 2000; ++i) {
      bits = bits * 6364136223846793005u + 1442695040888963407u;  // Knuth's MMIX generator
      const double mantissa = static_cast<double>(bits >> 11);
      const double value = std::ldexp(mantissa, static_cast<int>(bits % 140) - 120);
      const std::string text = to_text(value, *family);
      CAPTURE(text);
      REQUIRE(parse_with_unit(text, *family));
      CHECK(*parse_with_unit(text, *family) == value);
    }
  }
}

TEST_CASE("No text makes the reader of quantities fail") {
  const std::string alphabet = "0123456789.,-+eE kKMGTBbpsmhdn/%x$US\xc2\xb5";
  std::uint64_t bits = 7;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (int length = 0; length < 8; ++length) {
      bits = bits * 6364136223846793005u + 1442695040888963407u;
      text += alphabet[(bits >> 33) % alphabet.size()];
    }
    for (const UnitFamily* family : {&duration_units, &money_rate_units, &count_units}) {
      const Parsed<double> value = parse_with_unit(text, *family);
      CAPTURE(text);
      REQUIRE(value.message.empty() == static_cast<bool>(value));
      if (value) REQUIRE(std::isfinite(*value));
      REQUIRE(value.offset <= text.size());
    }
  }
}
