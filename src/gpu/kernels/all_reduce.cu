// Times an all-reduce between the GPUs of this machine. NCCL is no part of the CUDA toolkit: this is an own
// kernel over peer access, and the profile says so.

#include <algorithm>

#include "gpu/kernels/all_reduce.cuh"
#include "gpu/kernels/cases.hpp"
#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr std::size_t kLargestMessage = std::size_t{256} << 20;

/// One GPU of the group, with its stream and its two buffers.
struct Peer {
  explicit Peer(int index) : device(index) {
    WINDTUNNEL_CUDA(cudaSetDevice(device));
    WINDTUNNEL_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    in = std::make_unique<DeviceMemory>(kLargestMessage);
    out = std::make_unique<DeviceMemory>(kLargestMessage);
    fill_random(*in, Fill::kBf16, stream);
    WINDTUNNEL_CUDA(cudaStreamSynchronize(stream));
  }
  ~Peer() {
    cudaSetDevice(device);
    cudaStreamDestroy(stream);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int device;
  cudaStream_t stream = nullptr;
  std::unique_ptr<DeviceMemory> in, out;
};

bool all_can_access_each_other(int devices) {
  for (int a = 0; a < devices; ++a)
    for (int b = 0; b < devices; ++b) {
      int possible = 1;
      if (a != b) WINDTUNNEL_CUDA(cudaDeviceCanAccessPeer(&possible, a, b));
      if (!possible) return false;
    }
  return true;
}

void enable_access(int devices) {
  for (int a = 0; a < devices; ++a) {
    WINDTUNNEL_CUDA(cudaSetDevice(a));
    for (int b = 0; b < devices; ++b) {
      if (a == b) continue;
      const cudaError_t status = cudaDeviceEnablePeerAccess(b, 0);
      if (status != cudaErrorPeerAccessAlreadyEnabled) check(status, "cudaDeviceEnablePeerAccess");
      cudaGetLastError();
    }
  }
}

/// Starts every GPU's share and waits until all are done, as a caller on the host does.
void all_reduce(const std::vector<std::unique_ptr<Peer>>& peers, int count, std::size_t bytes) {
  AllReduceArguments a{};
  a.peers = count;
  for (int p = 0; p < count; ++p) {
    a.in[p] = peers[p]->in->as<Bf16>();
    a.out[p] = peers[p]->out->as<Bf16>();
  }
  const long long groups = static_cast<long long>(bytes / sizeof(Packed8));
  for (int p = 0; p < count; ++p) {
    a.first = groups * p / count;
    a.last = groups * (p + 1) / count;
    const long long blocks = (a.last - a.first + kAllReduceThreads - 1) / kAllReduceThreads;
    WINDTUNNEL_CUDA(cudaSetDevice(peers[p]->device));
    all_reduce_slice<<<static_cast<unsigned>(std::clamp(blocks, 1LL, 256LL)), kAllReduceThreads, 0,
                       peers[p]->stream>>>(a);
    WINDTUNNEL_CUDA(cudaGetLastError());
  }
  for (int p = 0; p < count; ++p) WINDTUNNEL_CUDA(cudaStreamSynchronize(peers[p]->stream));
}

bool verify(Session& session, const std::vector<std::unique_ptr<Peer>>& peers, int count) {
  constexpr std::size_t kElements = 10008;  // does not divide evenly
  for (int p = 0; p < count; ++p)
    WINDTUNNEL_CUDA(cudaMemset(peers[p]->out->as<void>(), 0xff, kElements * sizeof(Bf16)));
  WINDTUNNEL_CUDA(cudaDeviceSynchronize());
  all_reduce(peers, count, kElements * sizeof(Bf16));
  std::vector<double> expected(kElements, 0.0);
  double worst = 0;
  std::vector<Bf16> host(kElements);
  for (int p = 0; p < count; ++p) {
    WINDTUNNEL_CUDA(
        cudaMemcpy(host.data(), peers[p]->in->as<void>(), kElements * sizeof(Bf16), cudaMemcpyDefault));
    for (std::size_t i = 0; i < kElements; ++i) expected[i] += static_cast<double>(to_float(host[i]));
  }
  for (int p = 0; p < count; ++p) {
    WINDTUNNEL_CUDA(
        cudaMemcpy(host.data(), peers[p]->out->as<void>(), kElements * sizeof(Bf16), cudaMemcpyDefault));
    worst = reference::larger_error(worst, reference::relative_error(widen(host), expected));
  }
  return session.accept("all_reduce over " + std::to_string(count), worst, kLargestRelativeError);
}

}  // namespace

void measure_all_reduce(Session& session) {
  const int devices = std::min(session.profile.devices, kMostPeers);
  if (devices < 2) {
    session.profile.notes.push_back("one GPU: no all-reduce");
    return;
  }
  if (!all_can_access_each_other(devices)) {
    session.profile.notes.push_back("the GPUs cannot access each other's memory: no all-reduce");
    return;
  }
  enable_access(devices);
  int home = 0;
  WINDTUNNEL_CUDA(cudaGetDevice(&home));
  std::vector<std::unique_ptr<Peer>> peers;
  for (int device = 0; device < devices; ++device) peers.push_back(std::make_unique<Peer>(device));
  std::vector<int> groups;
  for (int count = 2; count <= devices; count *= 2)
    if (verify(session, peers, count)) groups.push_back(count);
  std::vector<std::size_t> sizes;
  for (std::size_t bytes = 8 << 10; bytes <= kLargestMessage; bytes *= session.quick ? 32 : 2)
    sizes.push_back(bytes);
  Curve& curve = session.start_curve({"all_reduce",
                                      "bf16",
                                      "windtunnel all_reduce_slice over peer access (not NCCL), host-issued",
                                      {"gpus", "bytes"},
                                      {}},
                                     groups.size() * sizes.size());
  for (const int count : groups)
    for (const std::size_t bytes : sizes) {
      if (session.out_of_time()) break;
      const Spread seconds = session.time_on_host([&](int) { all_reduce(peers, count, bytes); }, 51);
      // Over each GPU's link, each way.
      const double moved = 2.0 * (count - 1) / count * static_cast<double>(bytes);
      session.add_point(curve, {{1.0 * count, static_cast<double>(bytes)}, seconds, 0, moved});
    }
  peers.clear();
  WINDTUNNEL_CUDA(cudaSetDevice(home));
}

}  // namespace windtunnel::calibrate
