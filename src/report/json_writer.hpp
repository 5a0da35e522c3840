#pragma once

#include <nlohmann/json.hpp>
#include <string>

/// Shared by the JSON writers of this room; includes nlohmann, so only for .cpp files.
namespace windtunnel {

using OrderedJson = nlohmann::ordered_json;

/// The number, or null where it is none; whole ones without a decimal point.
OrderedJson json_number(double value);

/// JSON for people and for diffs: what fits on a line stays on one, and so does every list of plain values.
/// Broken UTF-8 is replaced.
std::string json_text(const OrderedJson& value);

}  // namespace windtunnel
