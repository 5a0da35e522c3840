#include "components/catalog_names.hpp"

#include <fmt/format.h>

#include "catalog/catalog.hpp"
#include "catalog/similar.hpp"
#include "language/quantity.hpp"

namespace windtunnel {
namespace {

void unknown(const ComponentSpec& spec, const char* field, const char* what, const std::string& name,
             const std::vector<std::string>& known, Diagnostics& diagnostics) {
  const Node* given = spec.node.find(field);
  const Mark mark = given ? given->mark : spec.mark;
  Diagnostic& error =
      diagnostics.error("E0320", fmt::format("the catalog has no {} `{}`", what, name), mark, given ? given->length : 1);
  const std::vector<std::string> similar = similar_names(name, known, 3);
  error.help = similar.empty() ? "`windtunnel catalog` lists what there is"
                               : fmt::format("did you mean `{}`?", fmt::join(similar, "`, `"));
}

}  // namespace

void check_catalog_names(const Scenario& scenario, const Catalog& catalog, Diagnostics& diagnostics) {
  for (const ComponentSpec& spec : scenario.components) {
    const Placement& placement = spec.placement;
    if (placement.instance && !catalog.find_instance(*placement.instance)) {
      unknown(spec, "instance", "instance", *placement.instance, names_of(catalog.instances()), diagnostics);
    }
    if (!placement.scale || parse_duration(placement.scale->starts_in).value) continue;
    if (!catalog.find_startup_time(placement.scale->starts_in)) {
      unknown(spec, "scale", "start-up time", placement.scale->starts_in, names_of(catalog.startup_times()),
              diagnostics);
    }
  }
}

}  // namespace windtunnel
