#pragma once

#include <string>
#include <string_view>

namespace windtunnel {

/// SHA-256 of a text in lower-case hexadecimal digits.
std::string sha256(std::string_view text);

}  // namespace windtunnel
