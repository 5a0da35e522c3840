#include "catalog/instance.hpp"

#include "catalog/units_of_tables.hpp"

namespace windtunnel {
namespace {

std::optional<HourlyPrice> with_origin(std::optional<double> usd_per_hour, TableReader& rows,
                                       const char* source, const char* as_of) {
  if (!usd_per_hour) return std::nullopt;
  return HourlyPrice{*usd_per_hour, rows.origin(source, as_of)};
}

Instance read_instance(TableReader& rows) {
  Instance instance;
  instance.name = rows.text("name");
  instance.cloud = instance.name.substr(0, instance.name.find('/'));
  instance.region = rows.text("region");
  instance.category = rows.text("category");
  instance.cpu = rows.text("cpu");
  instance.vcpus = rows.number("vcpus");
  instance.memory_bytes = rows.number("memory_gib") * kGibibyte;
  instance.network_bytes_per_second = scaled(rows.number_if_any("network_gbps"), kGigabit);
  instance.local_nvme_bytes = scaled(rows.number_if_any("local_nvme_gb"), kGigabyte);
  instance.gpu = rows.text_or_empty("gpu");
  instance.gpu_count = static_cast<int>(rows.number_if_any("gpu_count").value_or(0));
  const double on_demand = rows.number("on_demand_usd_per_hour");
  const std::optional<double> spot = rows.number_if_any("spot_usd_per_hour");
  const std::optional<double> reserved_1y = rows.number_if_any("reserved_1y_usd_per_hour");
  const std::optional<double> reserved_3y = rows.number_if_any("reserved_3y_usd_per_hour");
  instance.origin = rows.origin("source", "on_demand_as_of");
  instance.on_demand = {on_demand, rows.origin("on_demand_source", "on_demand_as_of")};
  instance.spot = with_origin(spot, rows, "spot_source", "spot_as_of");
  instance.reserved_1y = with_origin(reserved_1y, rows, "reserved_1y_source", "reserved_1y_as_of");
  instance.reserved_3y = with_origin(reserved_3y, rows, "reserved_3y_source", "reserved_3y_as_of");
  return instance;
}

}  // namespace

std::vector<Instance> read_instances(TableReader& rows) {
  std::vector<Instance> instances;
  while (rows.next()) instances.push_back(read_instance(rows));
  return instances;
}

}  // namespace windtunnel
