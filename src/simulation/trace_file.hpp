#pragma once
#include <memory>
#include <string>

#include "simulation/arrival_process.hpp"

namespace windtunnel {

/// Arrivals from a CSV file with a header line, read row by row. The whole file is checked once before
/// anything runs, so that a broken line stops the command and not the simulation half way. Null, with the
/// problem and its line, where the file cannot be used.
std::unique_ptr<ArrivalProcess> open_trace(const arrival::Trace& law, const std::string& directory,
                                           const KeyColumns& keys, std::string& problem);

}  // namespace windtunnel
