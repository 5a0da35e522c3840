// Real servers, measured, against the simulation of the same traffic: tests/groundtruth/servers.yaml. Prints
// what was predicted beside what was measured.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "simulation/cases.hpp"

using namespace windtunnel;

TEST_CASE("servers answer as they were measured to") {
  fmt::print("{:<64} {:>10} {:>12} {:>8} {:>8}\n", "setting and figure, ms", "measured", "predicted", "error",
             "mark");
  for (const Case& wanted : read_cases(WINDTUNNEL_ROOT "/tests/groundtruth/servers.yaml")) {
    check_case(wanted, [&](const std::string& name, const Expected& measured, double predicted) {
      fmt::print("{:<64} {:>10.3f} {:>12.3f} {:>+7.2f}% {:>7.2f}%\n",
                 wanted.name + ", " + name.substr(0, name.find('(')), 1e3 * measured.value, 1e3 * predicted,
                 100 * (predicted / measured.value - 1), 100 * measured.tolerance / measured.value);
    });
  }
}
