#include <dlfcn.h>

#include "gpu/kernels/device.cuh"
#include "gpu/kernels/element.hpp"

namespace windtunnel::calibrate {

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  std::string sentence = std::string(what) + " failed: " + cudaGetErrorString(status);
  if (status == cudaErrorMemoryAllocation)
    sentence += "; stop other programs that use this GPU and try again";
  throw CannotCalibrate(sentence);
}

DeviceMemory::DeviceMemory(std::size_t bytes) : bytes_(bytes) {
  void* data = nullptr;
  WINDTUNNEL_CUDA(cudaMalloc(&data, bytes));
  data_ = static_cast<unsigned char*>(data);
}

DeviceMemory::~DeviceMemory() { cudaFree(data_); }

DeviceMemory::DeviceMemory(DeviceMemory&& other) noexcept : data_(other.data_), bytes_(other.bytes_) {
  other.data_ = nullptr;
}

DeviceMemory poisoned(std::size_t bytes) {
  DeviceMemory memory(bytes);
  WINDTUNNEL_CUDA(cudaMemset(memory.as<void>(), 0xff, bytes));
  return memory;
}

namespace {

std::string version(int packed) {  // CUDA packs 13.0 as 13000
  return std::to_string(packed / 1000) + "." + std::to_string(packed % 1000 / 10);
}

/// The few functions of NVML that are needed, found at run time: the toolkit alone does not bring the
/// library.
class Nvml {
 public:
  Nvml() : library_(dlopen("libnvidia-ml.so.1", RTLD_NOW)) {
    const auto init = find<int (*)()>("nvmlInit_v2");
    ready_ = init && init() == 0;
  }
  ~Nvml() {
    if (const auto shutdown = ready_ ? find<int (*)()>("nvmlShutdown") : nullptr) shutdown();
    if (library_) dlclose(library_);
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  std::string driver_version() const {
    char text[96] = "";
    const auto get = find<int (*)(char*, unsigned)>("nvmlSystemGetDriverVersion");
    return get && ready_ && get(text, sizeof text) == 0 ? text : "unknown";
  }

  Clocks clocks(const char* pci_bus_id) const {
    constexpr int kSmClock = 1;      // NVML_CLOCK_SM
    constexpr int kMemoryClock = 2;  // NVML_CLOCK_MEM
    Clocks clocks;
    void* device = nullptr;
    const auto by_bus = find<int (*)(const char*, void**)>("nvmlDeviceGetHandleByPciBusId_v2");
    if (!ready_ || !by_bus || by_bus(pci_bus_id, &device) != 0) return clocks;
    unsigned value = 0;
    const auto clock = find<int (*)(void*, int, unsigned*)>("nvmlDeviceGetClockInfo");
    if (clock && clock(device, kSmClock, &value) == 0) clocks.sm_mhz = static_cast<int>(value);
    if (clock && clock(device, kMemoryClock, &value) == 0) clocks.memory_mhz = static_cast<int>(value);
    const auto temperature = find<int (*)(void*, int, unsigned*)>("nvmlDeviceGetTemperature");
    if (temperature && temperature(device, 0, &value) == 0) clocks.temperature_c = static_cast<int>(value);
    const auto power = find<int (*)(void*, unsigned*)>("nvmlDeviceGetPowerUsage");  // milliwatts
    if (power && power(device, &value) == 0) clocks.power_w = value / 1000.0;
    return clocks;
  }

 private:
  template <class Function>
  Function find(const char* name) const {
    return library_ ? reinterpret_cast<Function>(dlsym(library_, name)) : nullptr;
  }
  void* library_;
  bool ready_ = false;
};

__device__ std::uint16_t random_half(std::uint32_t bits) {  // magnitudes 2⁻⁴ … 1, either sign
  return static_cast<std::uint16_t>((bits & 0x8000u) | (11u + (bits >> 16) % 4u) << 10 | (bits & 0x3ffu));
}

__device__ std::uint8_t random_e4m3(std::uint32_t bits) {  // magnitudes 2⁻³ … 2, either sign, never NaN
  return static_cast<std::uint8_t>((bits & 0x80u) | (4u + (bits >> 8) % 4u) << 3 | (bits & 0x7u));
}

__device__ std::uint8_t random_int8(std::uint32_t bits) {
  return static_cast<std::uint8_t>((bits & 0xffu) == 0x80u ? 0u : bits & 0xffu);
}

__global__ void fill_words(std::uint32_t* words, std::size_t count, Fill fill) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    const std::uint32_t seed = static_cast<std::uint32_t>(i >> 32) + 1;
    const std::uint32_t a = hash32(seed, static_cast<std::uint32_t>(i));
    const std::uint32_t b = hash32(seed + 77, static_cast<std::uint32_t>(i));
    std::uint32_t word = 0;
    switch (fill) {
      case Fill::kBf16:
        word = pack_bf16(hash_uniform(a, 0), hash_uniform(a, 1));
        break;
      case Fill::kFp16:
        word = random_half(a) | static_cast<std::uint32_t>(random_half(b)) << 16;
        break;
      case Fill::kFp8:
        for (int byte = 0; byte < 4; ++byte)
          word |= static_cast<std::uint32_t>(random_e4m3(hash32(a, byte))) << (8 * byte);
        break;
      case Fill::kInt8:
        for (int byte = 0; byte < 4; ++byte)
          word |= static_cast<std::uint32_t>(random_int8(hash32(a, byte))) << (8 * byte);
        break;
      case Fill::kFloat:
        word = float_to_bits(hash_uniform(a, 0));
        break;
    }
    words[i] = word;
  }
}

std::string pci_bus_id(int device) {
  char text[32] = "";
  WINDTUNNEL_CUDA(cudaDeviceGetPCIBusId(text, sizeof text, device));
  return text;
}

}  // namespace

void describe_device(int device, MeasuredProfile& profile) {
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaErrorInsufficientDriver || status == cudaErrorSystemDriverMismatch)
    throw CannotCalibrate(
        "the NVIDIA driver is missing or older than this program's CUDA runtime: install a driver "
        "(nvidia-smi must list the GPU), or use a profile shipped under models/profiles");
  if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0))
    throw CannotCalibrate(
        "no NVIDIA GPU is visible: run this on a machine with one (nvidia-smi must list it), or "
        "use a profile shipped under models/profiles");
  check(status, "cudaGetDeviceCount");
  if (device >= count)
    throw CannotCalibrate("there is no GPU " + std::to_string(device) + ": --device goes from 0 to " +
                          std::to_string(count - 1));
  WINDTUNNEL_CUDA(cudaSetDevice(device));
  cudaDeviceProp properties;
  WINDTUNNEL_CUDA(cudaGetDeviceProperties(&properties, device));
  if (properties.major < 8)
    throw CannotCalibrate(
        std::string(properties.name) +
        " has no bf16 tensor cores (compute capability 8.0 is the least): use a profile shipped "
        "under models/profiles");
  int runtime = 0;
  WINDTUNNEL_CUDA(cudaRuntimeGetVersion(&runtime));
  profile.device = properties.name;
  profile.gpu = profile_name(profile.device);
  profile.compute_capability = std::to_string(properties.major) + "." + std::to_string(properties.minor);
  profile.cuda_runtime = version(runtime);
  profile.driver = Nvml().driver_version();
  profile.memory_bytes = static_cast<double>(properties.totalGlobalMem);
  profile.l2_bytes = static_cast<double>(properties.l2CacheSize);
  profile.multiprocessors = properties.multiProcessorCount;
  profile.devices = count;
}

Clocks read_clocks(int device) { return Nvml().clocks(pci_bus_id(device).c_str()); }

void fill_random(const DeviceMemory& memory, Fill fill, cudaStream_t stream) {
  fill_words<<<4096, 256, 0, stream>>>(memory.as<std::uint32_t>(), memory.bytes() / sizeof(std::uint32_t),
                                       fill);
  WINDTUNNEL_CUDA(cudaGetLastError());
}

}  // namespace windtunnel::calibrate
