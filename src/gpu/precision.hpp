#pragma once

#include <optional>
#include <string_view>

#include "catalog/gpu.hpp"

namespace windtunnel {

/// Number formats of weights, activations and caches.
enum class Precision { kFp32, kBf16, kFp16, kFp8, kInt8, kInt4 };

std::string_view name_of(Precision precision);
std::optional<Precision> precision_named(std::string_view name);

/// Storage of one number. int4 counts its scales: one 16-bit scale for each group of 128 weights (GPTQ, AWQ).
double bytes_of(Precision precision);

/// Operations per second of the data sheet (dense) for products of this type. A format that the GPU does not
/// multiply is widened: int4 and, before Hopper and Ada, fp8 run at the rate of 16-bit numbers.
double peak_flops(const Gpu& gpu, Precision precision);

}  // namespace windtunnel
