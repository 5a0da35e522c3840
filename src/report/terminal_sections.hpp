#pragma once

#include <string>

#include "report/style.hpp"
#include "simulation/result.hpp"

/// The sections of terminal_report, each with its heading and ending in a newline; empty where there is
/// nothing to say.
namespace windtunnel::terminal {

std::string heading(std::string_view title, std::string_view detail, const TerminalStyle& style);

std::string goals(const Result& result, const TerminalStyle& style);
std::string traffic(const Result& result, const TerminalStyle& style);
std::string breakdown(const Result& result, const TerminalStyle& style);
std::string components(const Result& result, const TerminalStyle& style);
std::string cost(const Result& result, const TerminalStyle& style);
std::string findings(const Result& result, const TerminalStyle& style);
std::string timeline(const Result& result, const TerminalStyle& style);
std::string facts(const Result& result, const TerminalStyle& style);

}  // namespace windtunnel::terminal
