#include "kernel/random.hpp"

#include <type_traits>

#include "kernel/constant_series.hpp"
#include "kernel/elementary.hpp"

namespace windtunnel {
namespace {

static_assert(sizeof(RandomStream) == 32 && std::is_trivially_copyable_v<RandomStream>);

// Where the tail begins and the area of one layer, for 256 layers. Marsaglia & Tsang (2000) print both to 12
// or more digits; more of them from the condition that the top layer ends at f(0) = 1, solved with 40 digits.
constexpr long double exponential_tail = 7.697117470131049714044628L;
constexpr long double exponential_area = 0.003949659822581557219977572L;
constexpr long double normal_tail = 3.65415288536100877164543L;
constexpr long double normal_area = 0.004928673233974655347361775L;

constexpr long double exponential_density(long double x) { return constant_series::exp(-x); }
constexpr long double exponential_inverse(long double y) { return -constant_series::log(y); }
constexpr long double normal_density(long double x) { return constant_series::exp(-x * x / 2); }
constexpr long double normal_inverse(long double y) {
  return constant_series::sqrt(-2 * constant_series::log(y));
}

template <class Density, class Inverse>
constexpr Ziggurat make_ziggurat(long double tail, long double area, Density density, Inverse inverse) {
  Ziggurat z{};
  z.x[0] = static_cast<double>(area / density(tail));
  z.density[0] = 0.0;  // never read: the base strip has the tail instead of an edge
  long double x = tail;
  for (std::size_t i = 1; i < Ziggurat::layers; ++i) {
    z.x[i] = static_cast<double>(x);
    z.density[i] = static_cast<double>(density(x));
    if (i + 1 < Ziggurat::layers) x = inverse(area / x + density(x));
  }
  z.x[Ziggurat::layers] = 0.0;
  z.density[Ziggurat::layers] = 1.0;
  return z;
}

// Whether a uniform height within the layer lies under the curve.
bool under_curve(const Ziggurat& z, std::size_t layer, double uniform, double density) {
  return z.density[layer] + uniform * (z.density[layer + 1] - z.density[layer]) < density;
}

}  // namespace

constinit const Ziggurat exponential_ziggurat =
    make_ziggurat(exponential_tail, exponential_area, exponential_density, exponential_inverse);
constinit const Ziggurat normal_ziggurat =
    make_ziggurat(normal_tail, normal_area, normal_density, normal_inverse);

double RandomStream::exponential_at_edge(std::size_t layer, double x) {
  // Without memory, what lies beyond the tail's start is again exponential.
  if (layer == 0) return static_cast<double>(exponential_tail) + exponential();
  if (under_curve(exponential_ziggurat, layer, uniform(), elementary::exp(-x))) return x;
  return exponential();
}

double RandomStream::normal_at_edge(std::size_t layer, double x) {
  if (layer == 0) {  // Marsaglia, "Generating a variable from the tail of the normal distribution", 1964
    constexpr auto start = static_cast<double>(normal_tail);
    double beyond = 0.0;
    do {
      beyond = exponential() / start;
    } while (2.0 * exponential() < beyond * beyond);
    return x < 0 ? -(start + beyond) : start + beyond;
  }
  if (under_curve(normal_ziggurat, layer, uniform(), elementary::exp(-0.5 * x * x))) return x;
  return normal();
}

}  // namespace windtunnel
