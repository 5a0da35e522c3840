#pragma once
#include <cmath>
#include <cstdint>

namespace windtunnel {

/// Simulated time: whole nanoseconds since the start of the run, or a span of them. An int64 covers 292
/// years; whole numbers keep every comparison and every result identical on any machine.
using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds forever = INT64_MAX;

/// Seconds to the nearest nanosecond; spans beyond 292 years saturate.
inline Nanoseconds to_nanoseconds(double seconds) {
  const double nanoseconds = seconds * 1e9;
  if (nanoseconds >= 9.2e18) return forever;
  return static_cast<Nanoseconds>(std::llround(nanoseconds));
}

constexpr double to_seconds(Nanoseconds span) { return static_cast<double>(span) * 1e-9; }

}  // namespace windtunnel
