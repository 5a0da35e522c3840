#include "gpu/accelerator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace windtunnel {

namespace {

/// Time of a small kernel inside a CUDA graph, and the latency of an all-reduce between GPUs of one machine:
/// the smallest points of the public H100 tables.
constexpr double kSmallKernelSeconds = 2.2e-6;
constexpr double kAllReduceLatencySeconds = 5e-6;
constexpr double kSamplerSeconds = 25e-6;  // vLLM 0.19 on an RTX 4090, one sequence
constexpr double kSamplerPasses = 2;       // over 32-bit scores, from its slope
/// PCIe 4.0 ×16 moves 32 GB/s each way on paper, about 25 in practice; GPUs without a faster link use it.
constexpr double kPcieBytesPerSecond = 25e9;
constexpr double kHostCopySeconds = 10e-6;
constexpr double kLinkShare = 0.75;  // of the link's rate that large all-reduces reach

/// Rows read and written by each layer, 16-bit numbers.
double bytes_per_element(const std::string& layer) {
  if (layer == "rms_norm") return 8;  // input and residual in, residual and output out
  if (layer == "silu_mul") return 6;  // gate and up in, output out
  return 4;
}

}  // namespace

Accelerator::Accelerator(const Gpu& gpu, std::optional<GpuProfile> profile)
    : gpu_(gpu), profile_(std::move(profile)), gemm_(gpu_, profile_ ? &*profile_ : nullptr) {
  if (!profile_) return;
  for (const ProfileCurve& curve : profile_->curves) {
    const auto seconds = curve.column("seconds");
    const auto tokens = curve.column("tokens");
    const auto width = curve.column("width");
    const auto bytes = curve.column("bytes");
    const auto gpus = curve.column("gpus");
    const auto sequences = curve.column("sequences");
    std::map<int, std::vector<std::pair<double, double>>> groups;
    for (const auto& point : curve.points) {
      if (curve.name == "all_reduce" && gpus && bytes)
        groups[static_cast<int>(point[*gpus])].emplace_back(point[*bytes], point[*seconds]);
      else if (tokens && width)
        groups[0].emplace_back(point[*tokens] * point[*width], point[*seconds]);
      else if (bytes)
        groups[0].emplace_back(point[*bytes], point[*seconds]);
      else if (curve.name == "sampler" && sequences)
        groups[0].emplace_back(point[*sequences], point[*seconds]);
    }
    for (auto& [key, points] : groups)
      (curve.name == "all_reduce" ? all_reduce_[key] : by_size_[curve.name]) = LinearTable(std::move(points));
  }
}

std::string Accelerator::basis() const {
  if (!profile_) return "data sheet";
  const bool measured = profile_->kind == GpuProfile::Kind::kMeasured;
  return (measured ? "measured (" : "public tables (") + profile_->origin + ")";
}

std::optional<double> Accelerator::from_curve(const std::string& name, double x) const {
  const auto found = by_size_.find(name);
  if (found == by_size_.end()) return std::nullopt;
  return found->second.at(x) * std::max(1.0, x / found->second.last());
}

double Accelerator::row_layer_seconds(const std::string& layer, double elements) const {
  if (const auto measured = from_curve(layer, elements)) return *measured;
  return kSmallKernelSeconds + elements * bytes_per_element(layer) / gpu_.memory_bytes_per_second;
}

double Accelerator::sampler_seconds(double sequences, double vocabulary) const {
  if (const auto measured = from_curve("sampler", sequences)) return *measured;
  return kSamplerSeconds + kSamplerPasses * 4 * sequences * vocabulary / gpu_.memory_bytes_per_second;
}

double Accelerator::all_reduce_seconds(int gpus, double bytes) const {
  if (gpus <= 1) return 0;
  if (const auto found = all_reduce_.find(gpus); found != all_reduce_.end())
    return found->second.at(bytes) * std::max(1.0, bytes / found->second.last());
  const double link =
      gpu_.link_bytes_per_second ? *gpu_.link_bytes_per_second / 2 * kLinkShare : kPcieBytesPerSecond;
  return kAllReduceLatencySeconds + 2.0 * (gpus - 1) / gpus * bytes / link;
}

double Accelerator::host_copy_seconds(double bytes) const {
  if (const auto measured = from_curve("host_to_device_pinned", bytes)) return *measured;
  return kHostCopySeconds + bytes / kPcieBytesPerSecond;
}

}  // namespace windtunnel
