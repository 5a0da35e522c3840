// Reference pages from the declarations of fields.
#pragma once

#include <string>

#include "language/component.hpp"

namespace windtunnel {

/// A page in Markdown: what an object is, and a table of its fields; then the objects that its fields hold.
std::string reference_page(const ObjectInfo& info);

}  // namespace windtunnel
