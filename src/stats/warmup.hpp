#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace windtunnel {

/// Where the start-up of a run ends.
struct Warmup {
  std::int64_t observations = 0;  ///< to be cut from the start
  std::int64_t time = 0;          ///< of the first observation that is kept, nanoseconds
  bool trustworthy = false;       ///< false: the run is too short to tell, and its figures may be biased
};

/// The number of leading values whose removal makes the mean of the rest best known: the d that minimises
/// z(d) = sum over i >= d of (y_i - mean of those)^2 / (n - d)^2 (White 1997, Simulation 69(6); MSER). The
/// last five d are left out, where few values agree by chance (Hoad, Robinson and Davies 2008).
std::size_t mser(std::span<const double> values);

/// MSER-5 (Franklin and White 2008, Winter Simulation Conference): MSER over means of five observations.
/// Where a run has more than 4,096 such means, neighbours merge, so that memory is bounded and the cut gets
/// coarser with the run (by at most 1/2,048 of it).
class WarmupDetector {
 public:
  /// One observation (a latency, a queue length), in the order of time.
  void add(std::int64_t time, double value) {
    if (open_count_ == 0) open_time_ = time;
    open_sum_ += value;
    if (++open_count_ == batch_size_) close_batch();
  }

  /// A cut in the second half of the run is not to be trusted (White 1997), nor one from fewer than 20 means;
  /// then half of the run is cut at most.
  Warmup detect() const;

 private:
  void close_batch();

  std::int64_t batch_size_ = 5;
  std::vector<double> means_;
  std::vector<std::int64_t> times_;  // of each batch's first observation
  double open_sum_ = 0;
  std::int64_t open_count_ = 0;
  std::int64_t open_time_ = 0;
};

}  // namespace windtunnel
