#pragma once

#include <string>

#include "simulation/result.hpp"

namespace windtunnel {

/// One row per figure: subject, metric, value, low, high, unit (RFC 4180, with a header, lines ending in \n).
/// Subjects are `run`, `slo/<goal>`, `workload/<name>`, `component/<name>` and `cost`; a figure that cannot
/// be given is an empty field.
std::string csv_report(const Result& result);

}  // namespace windtunnel
