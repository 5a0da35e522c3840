#pragma once

#include <string>

#include "report/style.hpp"
#include "simulation/result.hpp"

namespace windtunnel {

/// What a run found out, for a person at a terminal: the goals first, then traffic and latency, where the
/// time goes, the components, the cost, what to look at, the course over time, how the run was made; the
/// answer once more in the last line. No line is wider than style.columns (60 or more).
std::string terminal_report(const Result& result, const TerminalStyle& style);

}  // namespace windtunnel
