#pragma once

namespace windtunnel::queueing {

/// The t at which a falling tail reaches `level`, 0 < level < tail(0); `scale` is a first guess above 0.
/// Relative error 1e-12.
template <class Tail>
double where_tail_falls_to(const Tail& tail, double level, double scale) {
  double high = scale;
  while (tail(high) > level) high *= 2;
  double low = 0;
  while (high - low > 1e-12 * high) {
    const double middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    (tail(middle) > level ? low : high) = middle;
  }
  return high;
}

}  // namespace windtunnel::queueing
