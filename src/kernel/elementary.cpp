#include "kernel/elementary.hpp"

#include "kernel/constant_series.hpp"

namespace windtunnel::elementary {
namespace {

constexpr Tables make_tables() {
  Tables t{};
  for (int i = 0; i < 32; ++i) {
    t.exp2_fraction[i] = static_cast<double>(
        constant_series::exp(static_cast<long double>(i) / 32 * 0.693147180559945309417232121458176568L));
  }
  for (int i = 45; i <= 91; ++i) {
    t.log_centre[i] =
        i == 64 ? 0.0 : static_cast<double>(constant_series::log(static_cast<long double>(i) / 64));
  }
  return t;
}

}  // namespace

constinit const Tables tables = make_tables();

}  // namespace windtunnel::elementary
