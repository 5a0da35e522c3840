// "did you mean …?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace windtunnel {

/// The fewest insertions, deletions, replacements and swaps of neighbours that turn one text into the
/// other (optimal string alignment distance).
int edit_distance(std::string_view a, std::string_view b);

/// The candidate that a misspelt name most likely means: case and the kind of separator do not count,
/// at most a third of the letters may be wrong. The first of equals; nothing if none is near.
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// "did you mean `x`?", or else "`a`, `b` and `c` are possible" (at most a dozen), or nothing to say.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

/// "`a`, `b` and `c`".
std::string enumerate(const std::vector<std::string>& names, std::string_view conjunction = "and");

}  // namespace windtunnel
