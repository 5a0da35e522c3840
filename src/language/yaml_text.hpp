// Writing YAML.
#pragma once

#include <string>

#include "language/document.hpp"

namespace windtunnel {

/// A scalar as it can stand inside {…}: with quotes where the text needs them or had them.
std::string yaml_scalar(const Node& scalar);

/// A value on one line, `{a: 1, b: [2, 3]}`.
std::string yaml_flow(const Node& node);

}  // namespace windtunnel
