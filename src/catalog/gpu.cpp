#include "catalog/gpu.hpp"

#include "catalog/units_of_tables.hpp"

namespace windtunnel {

std::vector<Gpu> read_gpus(TableReader& rows) {
  std::vector<Gpu> gpus;
  while (rows.next()) {
    Gpu& gpu = gpus.emplace_back();
    gpu.name = rows.text("name");
    gpu.vendor = rows.text("vendor");
    gpu.memory_bytes = rows.number("memory_gib") * kGibibyte;
    gpu.memory_bytes_per_second = rows.number("bandwidth_gb_s") * kGigabyte;
    gpu.fp32_flops = scaled(rows.number_if_any("fp32_tflops"), kTera);
    gpu.tf32_flops = scaled(rows.number_if_any("tf32_tflops"), kTera);
    gpu.bf16_flops = scaled(rows.number_if_any("bf16_tflops"), kTera);
    gpu.fp16_flops = scaled(rows.number_if_any("fp16_tflops"), kTera);
    gpu.fp8_flops = scaled(rows.number_if_any("fp8_tflops"), kTera);
    gpu.int8_ops = scaled(rows.number_if_any("int8_tops"), kTera);
    gpu.fp4_flops = scaled(rows.number_if_any("fp4_tflops"), kTera);
    gpu.measured_bf16_flops = scaled(rows.number_if_any("measured_bf16_tflops"), kTera);
    gpu.link_bytes_per_second = scaled(rows.number_if_any("link_gb_s"), kGigabyte);
    gpu.tdp_watts = rows.number_if_any("tdp_watts");
    gpu.origin = rows.origin();
  }
  return gpus;
}

}  // namespace windtunnel
