#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windtunnel {

/// Names that somebody who wrote `name` may have meant, the likeliest first, at most `limit`: a misspelt one
/// (nearest_name), then those that begin with what was written ("h100": "h100-sxm", "h100-pcie"), then those
/// that contain it ("c7i.4xlarge": "aws/c7i.4xlarge"). Case does not count.
std::vector<std::string> similar_names(std::string_view name, const std::vector<std::string>& names,
                                       std::size_t limit = 5);

}  // namespace windtunnel
