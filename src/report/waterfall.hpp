#pragma once

#include <string>

#include "report/style.hpp"
#include "simulation/result.hpp"

namespace windtunnel {

/// What one request did, call by call under its caller, each with its bar on the request's time axis and a
/// mark where it lies on the critical path; below it, whose time the critical path is made of. A call's
/// waiting is drawn in one piece after its arrival, wherever in the call it happened. Of many calls the
/// shortest off the path are left out, and counted.
std::string waterfall(const TracedRequest& request, const TerminalStyle& style);

}  // namespace windtunnel
