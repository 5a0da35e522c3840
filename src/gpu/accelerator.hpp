#pragma once

#include <map>
#include <optional>
#include <string>

#include "gpu/attention_model.hpp"
#include "gpu/gemm_model.hpp"

namespace windtunnel {

/// One kind of GPU: what its data sheet says, and what is measured of it.
class Accelerator {
 public:
  /// Takes the profile as it is; without one all times are rooflines with fixed efficiencies.
  explicit Accelerator(const Gpu& gpu, std::optional<GpuProfile> profile = std::nullopt);

  const Gpu& gpu() const { return gpu_; }
  const GpuProfile* profile() const { return profile_ ? &*profile_ : nullptr; }
  /// Where the times come from, for reports: "measured (…)", "public tables (…)" or "data sheet".
  std::string basis() const;

  const GemmModel& gemm() const { return gemm_; }
  DecodeAttention decode_attention(const AttentionShape& shape) const { return {gpu_, profile(), shape}; }
  PrefillAttention prefill_attention(const AttentionShape& shape) const { return {gpu_, profile(), shape}; }

  /// A memory-bound layer over tokens × width elements: "rms_norm" (with residual), "silu_mul" or "rotary".
  double row_layer_seconds(const std::string& layer, double elements) const;

  /// Picking a token for each of `sequences` from `vocabulary` scores.
  double sampler_seconds(double sequences, double vocabulary) const;

  /// Sum of `bytes` over `gpus` GPUs of one machine. Ring (Patarasuk and Yuan, 2009) where nothing was
  /// measured.
  double all_reduce_seconds(int gpus, double bytes) const;

  /// Copy from page-locked host memory, or back.
  double host_copy_seconds(double bytes) const;

 private:
  /// Linear between measured sizes, proportional beyond the largest.
  std::optional<double> from_curve(const std::string& name, double x) const;

  Gpu gpu_;
  std::optional<GpuProfile> profile_;
  GemmModel gemm_;
  std::map<std::string, LinearTable> by_size_;  ///< curve name → seconds over elements or bytes
  std::map<int, LinearTable> all_reduce_;       ///< GPUs → seconds over bytes
};

}  // namespace windtunnel
