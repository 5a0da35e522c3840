// The words of the language in time: tests/simulation/semantics.yaml.
#include <doctest/doctest.h>

#include "simulation/cases.hpp"

using namespace windtunnel;

TEST_CASE("scenarios mean what the language says") {
  const std::vector<Case> cases = read_cases(WINDTUNNEL_ROOT "/tests/simulation/semantics.yaml");
  CHECK(cases.size() > 50);
  for (const Case& wanted : cases) check_case(wanted);
}
