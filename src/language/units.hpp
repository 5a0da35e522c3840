#pragma once

#include <span>
#include <string>
#include <string_view>

#include "language/parsed.hpp"

namespace windtunnel {

/// One way to write a quantity: its value in base units is number * 10^exponent * times / per. Powers of ten
/// stand apart because they join the digits before these are converted, so that 1.5ms is the double nearest
/// to 0.0015 and prints as it was written.
struct Unit {
  std::string_view name;
  int exponent = 0;
  double times = 1.0;
  double per = 1.0;
  bool printed = true;  ///< whether to_text may choose it; false for synonyms
};

/// The units of one kind of quantity, and the words to speak about it.
struct UnitFamily {
  std::string_view noun;      ///< "duration"
  std::string_view article;   ///< "a"
  std::string_view fitting;   ///< "ns, us, ms, s, m, h, d", for messages
  std::string_view examples;  ///< "5ms or 2s"
  std::span<const Unit> units;
  bool scaled = false;    ///< whether k, M, G, T may stand between number and unit, as in 100k/s
  bool dollars = false;   ///< whether a leading $ may stand for USD
  bool bare = false;      ///< whether a number without unit is complete
  bool negative = false;  ///< whether values below zero make sense
};

extern const UnitFamily duration_units;    ///< base: seconds
extern const UnitFamily rate_units;        ///< base: per second
extern const UnitFamily size_units;        ///< base: bytes
extern const UnitFamily bandwidth_units;   ///< base: bytes per second
extern const UnitFamily ratio_units;       ///< base: one (85% is 0.85)
extern const UnitFamily factor_units;      ///< base: one (10x is 10)
extern const UnitFamily count_units;       ///< base: one
extern const UnitFamily money_units;       ///< base: US dollars
extern const UnitFamily money_rate_units;  ///< base: US dollars per hour
extern const UnitFamily size_price_units;  ///< base: US dollars per byte
extern const UnitFamily number_units;      ///< a plain number, of either sign, without unit

/// Reads a number with its unit, in base units. Spaces around the text and between number and unit are
/// allowed. Errors: no number, no unit (0 needs none), a unit of something else, an unknown unit, a decimal
/// comma, what is not finite, negative values where the family has none, values outside a double's normal
/// range.
Parsed<double> parse_with_unit(std::string_view text, const UnitFamily& family);

/// The shortest good-looking text that parse_with_unit reads back to the same double; value must be finite.
std::string to_text(double value, const UnitFamily& family);

}  // namespace windtunnel
