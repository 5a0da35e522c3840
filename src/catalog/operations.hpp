#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/table.hpp"

namespace windtunnel {

/// How often something fails and how long it then is away. Either may be unpublished.
struct FailureRate {
  std::string name;  ///< "machine", "gpu", "disk", "zone"
  std::string what;
  std::optional<double> mtbf_seconds;  ///< mean time between failures of one such thing
  std::optional<double> mttr_seconds;  ///< time to repair or to recover
  std::string scope;                   ///< where it was observed
  Origin origin;
  std::string notes;
};

/// A coefficient of energy or carbon.
struct PowerFigure {
  std::string name;    ///< a region ("aws/us-east-1"), a cloud ("gcp"), an instance ("aws/m5.large") or "any"
  std::string metric;  ///< grid, pue, cpu-idle, cpu-busy, memory, ssd, hdd, network, embodied, electricity
  double value = 0;
  std::string unit;  ///< "gCO2e/kWh", "W/vCPU", "kWh/GB-hour"
  Origin origin;
};

std::vector<FailureRate> read_failures(TableReader& rows);
std::vector<PowerFigure> read_power_figures(TableReader& rows);

}  // namespace windtunnel
