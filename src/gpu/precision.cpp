#include "gpu/precision.hpp"

namespace windtunnel {

namespace {

struct Named {
  std::string_view name;
  Precision precision;
};

constexpr Named kNames[] = {{"fp32", Precision::kFp32}, {"bf16", Precision::kBf16},
                            {"fp16", Precision::kFp16}, {"fp8", Precision::kFp8},
                            {"int8", Precision::kInt8}, {"int4", Precision::kInt4}};

}  // namespace

std::string_view name_of(Precision precision) {
  for (const Named& entry : kNames)
    if (entry.precision == precision) return entry.name;
  return "?";
}

std::optional<Precision> precision_named(std::string_view name) {
  for (const Named& entry : kNames)
    if (entry.name == name) return entry.precision;
  return std::nullopt;
}

double bytes_of(Precision precision) {
  switch (precision) {
    case Precision::kFp32:
      return 4;
    case Precision::kBf16:
    case Precision::kFp16:
      return 2;
    case Precision::kFp8:
    case Precision::kInt8:
      return 1;
    case Precision::kInt4:
      return 0.5 + 2.0 / 128;
  }
  return 2;
}

double peak_flops(const Gpu& gpu, Precision precision) {
  const double half = gpu.bf16_flops ? *gpu.bf16_flops : gpu.fp16_flops.value_or(gpu.fp32_flops.value_or(1));
  switch (precision) {
    case Precision::kFp32:
      return gpu.tf32_flops ? *gpu.tf32_flops : gpu.fp32_flops.value_or(half / 2);
    case Precision::kFp8:
      return gpu.fp8_flops.value_or(half);
    case Precision::kInt8:
      return gpu.int8_ops.value_or(half);
    default:
      return half;
  }
}

}  // namespace windtunnel
