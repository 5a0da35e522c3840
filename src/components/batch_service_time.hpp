#pragma once
#include <utility>
#include <vector>

#include "language/fields.hpp"
#include "language/law.hpp"

namespace windtunnel {

/// `{base: 10ms, per_item: 2ms}`: a + b·k for a batch of k.
struct AffineServiceTime {
  DurationLaw base;  ///< drawn for each batch
  Duration per_item;
};
void describe(Fields<AffineServiceTime>& f);

/// How long a batch takes, as a scenario states it: `{base: 10ms, per_item: 2ms}`, a law for any size
/// (`exp(1s)`), or measured points (`{1: 2ms, 8: 5ms}`).
struct BatchServiceTime {
  AffineServiceTime affine;
  std::vector<std::pair<double, double>> points;  ///< items and seconds, ascending; empty: `affine` holds
};
template <>
struct ValueType<BatchServiceTime> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, BatchServiceTime&);
  static void measure(const BatchServiceTime&, std::vector<double>&) {}
};

}  // namespace windtunnel
