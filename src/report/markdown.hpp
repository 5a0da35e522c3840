#pragma once

#include <string>

#include "simulation/result.hpp"

namespace windtunnel {

/// The answer as GitHub-flavoured Markdown, for a pull request's comment or a step's summary: the verdict and
/// the goals in sight, the details folded. Its first line is a hidden marker by which a comment is found
/// again and updated in place.
std::string markdown_report(const Result& result);

}  // namespace windtunnel
