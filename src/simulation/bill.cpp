#include <utility>

#include "catalog/catalog.hpp"
#include "language/quantity.hpp"
#include "simulation/summary.hpp"

namespace windtunnel {
namespace {

/// The instances of one component: quantity times unit price; false where nothing says what one costs.
bool price_instances(const ComponentSpec& spec, const ComponentResult& measured, const Catalog& catalog,
                     CostLine& line) {
  line.component = spec.name;
  line.quantity = measured.replicas;
  if (spec.placement.price) {
    line.item = spec.placement.instance.value_or("replica");
    line.unit_usd_per_month = spec.placement.price->usd_per_hour * hours_per_month;
    line.source = "the scenario";
  } else if (spec.placement.instance) {
    const Instance* instance = catalog.find_instance(*spec.placement.instance);
    if (!instance) return false;
    line.item = instance->name;
    line.unit_usd_per_month = instance->on_demand.usd_per_hour * hours_per_month;
    line.source = instance->on_demand.origin.source;
    line.as_of = instance->on_demand.origin.as_of;
  } else {
    return false;
  }
  line.usd_per_month = line.quantity * line.unit_usd_per_month;
  return true;
}

}  // namespace

/// The bill so far holds what use costs; machines go before it, component by component.
void price_components(const Scenario& scenario, const Catalog& catalog, Result& result) {
  const std::vector<CostLine> usage = std::exchange(result.cost.lines, {});
  for (std::size_t index = 0; index < scenario.components.size(); ++index) {
    ComponentResult& component = result.components[index];
    std::vector<CostLine> lines;
    CostLine machines;
    if (price_instances(scenario.components[index], component, catalog, machines)) lines.push_back(machines);
    for (const CostLine& line : usage) {
      if (line.component == component.name) lines.push_back(line);
    }
    if (lines.empty()) {
      result.cost.not_priced.push_back(component.name);
      continue;
    }
    component.cost_usd_per_month = 0;
    for (CostLine& line : lines) {
      component.cost_usd_per_month += line.usd_per_month;
      result.cost.lines.push_back(std::move(line));
    }
    result.cost.total_usd_per_month += component.cost_usd_per_month;
  }
  double answered_per_second = 0;
  for (const WorkloadResult& workload : result.workloads) answered_per_second += workload.goodput_per_second.value;
  if (answered_per_second > 0) {
    const double millions_per_month = answered_per_second * hours_per_month * 3600 / 1e6;
    result.cost.per_million_requests_usd = result.cost.total_usd_per_month / millions_per_month;
  }
}

}  // namespace windtunnel
