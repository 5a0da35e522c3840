#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/table.hpp"

namespace windtunnel {

/// An accelerator, as its data sheet describes it: dense rates, without sparsity. Rates are operations per
/// second of matrix units where the part has them.
struct Gpu {
  std::string name;  ///< "h100-sxm", "l4", "a100-sxm-80gb"
  std::string vendor;
  double memory_bytes = 0;  ///< nominal GB count as GiB, the usable size where a source states it
  double memory_bytes_per_second = 0;
  std::optional<double> fp32_flops;
  std::optional<double> tf32_flops;
  std::optional<double> bf16_flops;
  std::optional<double> fp16_flops;
  std::optional<double> fp8_flops;
  std::optional<double> int8_ops;
  std::optional<double> fp4_flops;
  std::optional<double> measured_bf16_flops;    ///< largest matrix product that was measured
  std::optional<double> link_bytes_per_second;  ///< scale-up link per part, both directions together
  std::optional<double> tdp_watts;
  Origin origin;
};

std::vector<Gpu> read_gpus(TableReader& rows);

}  // namespace windtunnel
