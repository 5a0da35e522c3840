#pragma once

#include <string>
#include <vector>

/// Small drawings of text, one column per character.
namespace windtunnel {

/// A bar of `share` (0 to 1) of `width` columns, to an eighth of a column; not padded. A share above zero
/// shows at least a sliver.
std::string bar(double share, int width);

/// One of eight heights per value, between 0 and `top`; a space where the value is NaN.
std::string sparkline(const std::vector<double>& values, double top);

enum class Shrink { mean, largest };

/// At most `width` values, each standing for a stretch of the originals; NaN only where the stretch has no
/// value.
std::vector<double> resampled(const std::vector<double>& values, int width, Shrink how);

}  // namespace windtunnel
