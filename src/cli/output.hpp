#pragma once
#include <string>

namespace windtunnel {

/// Writes a whole output: to stdout where `file` is empty or "-", else to the file, under a temporary name until it
/// is complete. What went wrong, or nothing.
std::string write_output(const std::string& file, const std::string& text);

}  // namespace windtunnel
