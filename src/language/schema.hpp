// The language as a JSON Schema, for editors.
#pragma once

#include <string>

#include "language/component.hpp"

namespace windtunnel {

/// JSON Schema draft-07 of a scenario with these component types. It knows structure, words, units and the
/// ranges of plain numbers; what takes more than one field to judge is left to loading.
std::string json_schema(ComponentTypes types);

}  // namespace windtunnel
