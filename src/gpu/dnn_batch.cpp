#include "gpu/dnn_batch.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace windtunnel {

namespace {

/// Kernels of a forward pass, from the structure of ResNet-50 (53 convolutions, each with normalization and
/// most with an activation), BERT-base (12 layers of about 14) and DLRM.
constexpr double kKernels = 170;
constexpr double kRecommendationKernels = 40;
/// A kernel launched by a framework costs the host about this; inside a graph the device (public H100
/// tables).
constexpr double kEagerKernelSeconds = 9e-6;
constexpr double kCompiledKernelSeconds = 2.2e-6;
constexpr double kMemoryShare = 0.77;
constexpr double kComputeShare = 0.5;  // of the peak rate, layers between the products included

/// The GPU on which the catalog's throughputs were measured (timm, mixed precision): data sheet rates.
constexpr const char* kReference = "RTX 3090";
constexpr double kReferenceBytesPerSecond = 936e9;
constexpr double kReferenceFlops = 71e12;

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

/// Networks of attention and dense layers are bound by products, convolutions in frameworks by memory.
bool is_bound_by_products(const DnnModel& model) {
  for (const char* prefix : {"vit", "deit", "clip-vit", "siglip", "bert", "whisper"})
    if (starts_with(model.name, prefix)) return true;
  return false;
}

double sample_seconds(const Gpu& gpu, const DnnModel& model, Precision precision) {
  const double peak = peak_flops(gpu, precision);
  const double width = bytes_of(precision) / bytes_of(Precision::kBf16);
  double seconds = model.flops.value_or(2 * model.parameters.value_or(0)) / peak / kComputeShare;
  if (model.measured_per_second && starts_with(model.measured_on, kReference))
    seconds = 1 / *model.measured_per_second *
              (is_bound_by_products(model) ? kReferenceFlops / peak
                                           : kReferenceBytesPerSecond / gpu.memory_bytes_per_second * width);
  // One row of each of 26 tables, the number of Criteo's categorical features; gathers reach a part of the
  // bandwidth.
  constexpr double kTables = 26;
  constexpr double kGatherShare = 0.4;
  if (model.embedding_table_bytes)
    seconds += kTables * model.embedding_dims.value_or(64) * bytes_of(precision) /
               gpu.memory_bytes_per_second / kGatherShare;
  return std::max(seconds, model.flops.value_or(0) / peak);
}

}  // namespace

DnnBatchTime::DnnBatchTime(std::vector<std::pair<double, double>> measured) {
  assert(!measured.empty());
  std::sort(measured.begin(), measured.end());
  const auto& last = measured.back();
  if (measured.size() == 1) {
    slope_ = last.second / last.first;
  } else {
    const auto& before = measured[measured.size() - 2];
    slope_ = std::max(0.0, (last.second - before.second) / (last.first - before.first));
  }
  table_ = LinearTable(std::move(measured));
}

DnnBatchTime::DnnBatchTime(const Accelerator& accelerator, const DnnModel& model, Precision precision,
                           DnnRuntime runtime) {
  const Gpu& gpu = accelerator.gpu();
  const bool recommendation = starts_with(model.kind, "recommendation");
  const double floor = (recommendation ? kRecommendationKernels : kKernels) *
                       (runtime == DnnRuntime::kEager ? kEagerKernelSeconds : kCompiledKernelSeconds);
  const double weights =
      model.parameters.value_or(0) * bytes_of(precision) / gpu.memory_bytes_per_second / kMemoryShare;
  const double sample = sample_seconds(gpu, model, precision);
  constexpr double kMostBatch = 1024;
  std::vector<std::pair<double, double>> points;
  for (double b = 1; b <= kMostBatch; b = b < 16 ? b + 1 : std::ceil(b * 1.1))
    points.emplace_back(b, std::max(floor, std::pow(std::pow(weights, 4) + std::pow(b * sample, 4), 0.25)));
  table_ = LinearTable(std::move(points));
  slope_ = sample;
}

double DnnBatchTime::seconds(double batch) const {
  return table_.at(batch) + slope_ * std::max(0.0, batch - table_.last());
}

}  // namespace windtunnel
