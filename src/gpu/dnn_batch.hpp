#pragma once

#include <utility>
#include <vector>

#include "catalog/neural_model.hpp"
#include "gpu/accelerator.hpp"

namespace windtunnel {

/// How a network is executed: decides what a small batch costs.
enum class DnnRuntime {
  kEager,     ///< a framework launches kernel after kernel from the host
  kCompiled,  ///< CUDA graph or an engine built ahead: kernels follow each other without the host
};

/// Time of one batch of a network that answers in one pass, S(b).
class DnnBatchTime {
 public:
  /// From measured points (batch size, seconds): linear between them; beyond the last the slope of the last
  /// two.
  explicit DnnBatchTime(std::vector<std::pair<double, double>> measured);

  /// From the catalog's figures: S(b) = max(kernels · time of the smallest kernel, ((weights / bandwidth)⁴ +
  /// (b · sample)⁴)^¼). The time of a sample is, in this order: scaled from a published throughput by
  /// bandwidth (convolutions) or by the peak rate of 16-bit products (attention); operations over the peak
  /// rate. Look-ups in embedding tables add their bytes. Expect errors of a factor of up to two: measure S(b)
  /// where it matters.
  DnnBatchTime(const Accelerator& accelerator, const DnnModel& model, Precision precision,
               DnnRuntime runtime);

  double seconds(double batch) const;

  /// Samples per second of one instance that always finds `batch` waiting.
  double throughput(double batch) const { return batch / seconds(batch); }

 private:
  LinearTable table_;
  double slope_ = 0;  ///< seconds per sample beyond the table
};

}  // namespace windtunnel
