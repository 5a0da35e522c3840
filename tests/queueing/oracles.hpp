#pragma once
#include <string>

namespace windtunnel {

/// A value of tests/oracles/queueing.csv, by its oracle and quantity; fails the test where there is none.
double oracle(const std::string& name, const std::string& quantity);

/// Compares with an oracle's value to the digits that the table gives (12).
void check_oracle(const std::string& name, const std::string& quantity, double computed,
                  double relative_tolerance = 1e-10);

}  // namespace windtunnel
