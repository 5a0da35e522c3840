// Which keys requests ask for: `zipf(50M s=0.8)`, `uniform(1M)`, `hotspot(1M hot=1% share=90%)`, …
#pragma once

#include <string>
#include <string_view>

#include "language/parsed.hpp"
#include "language/quantity.hpp"

namespace windtunnel {

enum class Popularity {
  constant,  ///< one key only
  uniform,   ///< each of `count` keys equally often
  zipf,      ///< P(rank k) proportional to k^-s
  hotspot,   ///< a share of the draws for the hot part of the keys, evenly within each part
  trace,     ///< from a column of the workload's trace
};

struct KeyLaw {
  Popularity popularity = Popularity::constant;
  Count count{1.0};
  double s = 0.0;      ///< Zipf's exponent, 0 to 10
  Ratio hot;           ///< part of the keys that is hot
  Ratio share;         ///< part of the draws that goes to them
  Duration drift;      ///< how long a rank keeps its key before a new one takes its place; 0: for ever
  std::string column;  ///< of the trace

  friend bool operator==(const KeyLaw&, const KeyLaw&) = default;
};

/// Reads a law of keys. Errors come with a place: unknown laws and arguments, counts that are not whole or
/// beyond 10^15, an exponent outside 0 to 10, shares outside 0 to 100%, a hot part without keys.
Parsed<KeyLaw> parse_key_law(std::string_view text);

/// A text that reads back to the same law.
std::string to_text(const KeyLaw& law);

}  // namespace windtunnel
