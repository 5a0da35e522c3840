#pragma once
#include "language/scenario.hpp"

namespace windtunnel {

class Catalog;

/// Complains about instances and kinds of start-up times that the catalog does not know, where the file names them.
void check_catalog_names(const Scenario& scenario, const Catalog& catalog, Diagnostics& diagnostics);

}  // namespace windtunnel
