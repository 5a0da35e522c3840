// Fields that take a distribution, by the quantity that is drawn.
#pragma once

#include "language/distribution.hpp"
#include "language/keys.hpp"
#include "language/units.hpp"
#include "language/value_type.hpp"

namespace windtunnel {

/// A random time, in seconds.
struct DurationLaw : Distribution {};
/// A random size, in bytes.
struct BytesLaw : Distribution {};
/// A random number of things.
struct CountLaw : Distribution {};

ValueInfo law_info(const UnitFamily&);
bool read_law(const Node&, Reader&, const UnitFamily&, Distribution&);

template <class Law, const UnitFamily& units>
struct LawType : PlainValue {
  static ValueInfo info() { return law_info(units); }
  static bool read(const Node& node, Reader& reader, Law& out) { return read_law(node, reader, units, out); }
  static void measure(const Law&, std::vector<double>&) {}
};
template <>
struct ValueType<DurationLaw> : LawType<DurationLaw, duration_units> {};
template <>
struct ValueType<BytesLaw> : LawType<BytesLaw, size_units> {};
template <>
struct ValueType<CountLaw> : LawType<CountLaw, count_units> {};

/// Which keys requests ask for: zipf(50M s=0.8), uniform(1M), …
template <>
struct ValueType<KeyLaw> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, KeyLaw&);
  static void measure(const KeyLaw&, std::vector<double>&) {}
};

}  // namespace windtunnel
