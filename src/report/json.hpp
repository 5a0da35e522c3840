#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulation/result.hpp"

namespace windtunnel {

inline constexpr int json_format = 1;  ///< the version of the contract that docs/json.md describes

/// All of a result as JSON: times in seconds, money in US dollars, ratios from 0 to 1, the base unit at the
/// end of each key, null where a figure cannot be given. Ends in a newline; the same result gives the same
/// bytes.
std::string json_report(const Result& result);

/// Reads what json_report wrote. What a key of format 1 leaves out keeps its default; null becomes NaN.
/// Errors (not JSON, another format, a value of the wrong kind) are said with their place: "slo[0].limit: …".
std::optional<Result> result_from_json(std::string_view text, std::string& error);

}  // namespace windtunnel
