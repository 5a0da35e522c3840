#pragma once

#include "simulation/result.hpp"

/// Results made by hand, as runs would produce them, for the tests of the outputs. Their figures are
/// invented.
namespace windtunnel::samples {

Result rich();          ///< every field of Result filled, goals met
Result minimal();       ///< the shortest scenario, no goals, no prices, nothing traced
Result partial();       ///< interrupted before there were answers enough for the tail
Result inconclusive();  ///< one goal failed, one undecided, two workloads
Result crowded(int components, int workloads,
               const std::string& name);  ///< many of everything, `name` in every name

}  // namespace windtunnel::samples
