#pragma once
#include <optional>
#include <string_view>

namespace windtunnel {

/// Seconds from a text in a trace's time column: a plain number of `unit` (s, ms, us or ns), or a date with a time,
/// `2023-11-16 18:17:03.9799600` (also with T and Z), counted from 1970 without leap seconds.
std::optional<double> seconds_of(std::string_view text, std::string_view unit);

}  // namespace windtunnel
