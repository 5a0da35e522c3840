#include "queueing/oracles.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

namespace windtunnel {
namespace {

std::map<std::string, double> read_oracles() {
  std::ifstream file(WINDTUNNEL_ROOT "/tests/oracles/queueing.csv");
  std::map<std::string, double> values;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name, quantity, value;
    std::getline(fields, name, ',');
    std::getline(fields, quantity, ',');
    std::getline(fields, value, ',');
    if (name != "oracle") values[name + "/" + quantity] = std::stod(value);
  }
  return values;
}

}  // namespace

double oracle(const std::string& name, const std::string& quantity) {
  static const std::map<std::string, double> values = read_oracles();
  const auto found = values.find(name + "/" + quantity);
  REQUIRE_MESSAGE(found != values.end(), "no oracle " << name << "/" << quantity);
  return found->second;
}

void check_oracle(const std::string& name, const std::string& quantity, double computed,
                  double relative_tolerance) {
  const double expected = oracle(name, quantity);
  CAPTURE(name);
  CAPTURE(quantity);
  CAPTURE(expected);
  CAPTURE(computed);
  CHECK(std::abs(computed - expected) <= relative_tolerance * std::max(std::abs(expected), 1e-3));
}

}  // namespace windtunnel
