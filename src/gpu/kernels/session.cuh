#pragma once
// What all measurements share: the clock, the rotating memory, the checks and the profile that grows.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gpu/kernels/device.cuh"

namespace windtunnel::calibrate {

/// Places one after the other in a large memory, so that launch i finds its data neither where launch i − 1
/// left it nor in the L2 cache.
class Rotation {
 public:
  Rotation(const DeviceMemory& memory, std::size_t bytes_per_launch);
  template <class T>
  T* at(int launch) const {
    return memory_.as<T>(static_cast<std::size_t>(launch) % places_ * stride_);
  }

 private:
  const DeviceMemory& memory_;
  std::size_t stride_;
  std::size_t places_;
};

class Session {
 public:
  Session(int device, bool quick, double most_seconds);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const bool quick;
  MeasuredProfile profile;
  cudaStream_t stream() const { return stream_; }
  /// Random values in large memories: what launches read, and what they write.
  const DeviceMemory& inputs() const { return *inputs_; }
  const DeviceMemory& outputs() const { return *outputs_; }
  void refill_inputs(Fill fill);

  using Launch = std::function<void(cudaStream_t, int)>;

  /// Time of one launch on the device: a CUDA graph of several launches over rotated data is replayed up to
  /// 50 times, the L2 cache overwritten before each; median and quartiles over replays of (replay time /
  /// launches).
  Spread time_on_device(const Launch& launch);

  /// Time that a caller on the host spends in `work`, which waits for the device where it wants that counted.
  /// Each repetition starts with an idle device.
  Spread time_on_host(const std::function<void(int)>& work, int repetitions);

  /// Notes the result of a check and says whether the kernel may be timed.
  bool accept(const std::string& kernel, double relative_error, double largest);

  /// Starts a curve, valid until the next one is started; progress goes to stderr.
  Curve& start_curve(Curve curve, std::size_t expected_points);
  void add_point(Curve& curve, Point point);
  /// True when the time for the whole calibration is used up; the rest is skipped and the profile says so.
  bool out_of_time();
  double elapsed_seconds() const;

 private:
  void report_progress(bool finished);

  double most_seconds_;
  std::chrono::steady_clock::time_point start_;
  cudaStream_t stream_ = nullptr;
  std::unique_ptr<DeviceMemory> inputs_, outputs_, flush_;
  std::string current_;
  std::size_t done_ = 0, expected_ = 0;
};

/// The quartiles of samples in seconds.
Spread spread_of(std::vector<double> seconds);

/// The sections of a calibration, in the order in which they run.
void measure_launches(Session& session);
void measure_transfers(Session& session);
void measure_gemm(Session& session);
void measure_attention(Session& session);
void measure_layers(Session& session);
void measure_search(Session& session);
void measure_images(Session& session);
void measure_all_reduce(Session& session);

}  // namespace windtunnel::calibrate
