#pragma once
// The GPU at hand: errors, memory, what it is and how fast its clocks run.

#include <cuda_runtime.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "gpu/kernels/measured_profile.hpp"

namespace windtunnel::calibrate {

/// Why the calibration cannot go on, in a sentence that says what to do. Caught in main: exit code 3.
struct CannotCalibrate : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void check(cudaError_t status, const char* what);
#define WINDTUNNEL_CUDA(call) ::windtunnel::calibrate::check((call), #call)

/// Device memory owned by one object, in bytes.
class DeviceMemory {
 public:
  explicit DeviceMemory(std::size_t bytes);
  ~DeviceMemory();
  DeviceMemory(DeviceMemory&& other) noexcept;
  DeviceMemory& operator=(DeviceMemory&&) = delete;
  template <class T>
  T* as(std::size_t offset_bytes = 0) const {
    return reinterpret_cast<T*>(data_ + offset_bytes);
  }
  std::size_t bytes() const { return bytes_; }

 private:
  unsigned char* data_ = nullptr;
  std::size_t bytes_;
};

template <class T>
DeviceMemory to_device(const std::vector<T>& host) {
  DeviceMemory memory(host.size() * sizeof(T));
  WINDTUNNEL_CUDA(cudaMemcpy(memory.as<T>(), host.data(), memory.bytes(), cudaMemcpyHostToDevice));
  return memory;
}

template <class T>
std::vector<T> to_host(const DeviceMemory& memory) {
  std::vector<T> host(memory.bytes() / sizeof(T));
  WINDTUNNEL_CUDA(cudaMemcpy(host.data(), memory.as<T>(), host.size() * sizeof(T), cudaMemcpyDeviceToHost));
  return host;
}

/// Output memory in which every element starts as NaN (of any float type), so that a missed write is seen.
DeviceMemory poisoned(std::size_t bytes);

/// Selects the device and fills in everything that identifies it. Throws CannotCalibrate where there is none.
void describe_device(int device, MeasuredProfile& profile);

/// Clocks, temperature and power now, through the driver's NVML; zeros where it cannot be loaded.
Clocks read_clocks(int device);

enum class Fill { kBf16, kFp16, kFp8, kInt8, kFloat };

/// Random finite values of one element type, the same on every run.
void fill_random(const DeviceMemory& memory, Fill fill, cudaStream_t stream);

}  // namespace windtunnel::calibrate
