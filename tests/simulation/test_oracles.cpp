// Closed forms and reference simulations, the whole way from a scenario's text to its answer:
// tests/oracles/*.yaml.
#include <doctest/doctest.h>

#include "simulation/cases.hpp"

using namespace windtunnel;

TEST_CASE("scenarios give the answers of queueing theory") {
  for (const char* file : {"queues", "balancers", "fan_out_and_retries"}) {
    for (const Case& wanted : read_cases(std::string(WINDTUNNEL_ROOT "/tests/oracles/") + file + ".yaml"))
      check_case(wanted);
  }
}
