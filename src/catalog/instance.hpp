#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/table.hpp"

namespace windtunnel {

struct HourlyPrice {
  double usd_per_hour = 0;
  Origin origin;
};

/// A rented machine, with the prices of one region (Linux).
struct Instance {
  std::string name;      ///< "aws/c7i.4xlarge", "gcp/n2-standard-8", "azure/Standard_D8s_v5"
  std::string cloud;     ///< the name up to the slash
  std::string region;    ///< of the prices, as the cloud writes it: "us-east-1"
  std::string category;  ///< general, compute, memory, storage, gpu, hpc
  std::string cpu;       ///< amd64 or arm64
  double vcpus = 0;
  double memory_bytes = 0;
  std::optional<double> network_bytes_per_second;  ///< sustained (AWS baseline), each direction
  std::optional<double> local_nvme_bytes;
  std::string gpu;  ///< a name of gpus.csv; empty without GPU
  int gpu_count = 0;
  HourlyPrice on_demand;
  std::optional<HourlyPrice> spot;
  std::optional<HourlyPrice> reserved_1y;  ///< effective price over the term
  std::optional<HourlyPrice> reserved_3y;
  Origin origin;  ///< of the shape; each price has its own
};

std::vector<Instance> read_instances(TableReader& rows);

}  // namespace windtunnel
