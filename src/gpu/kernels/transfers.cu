// Times copies on the device and between host and device, kernel launches and graph launches.

#include <cstring>

#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr std::size_t kHostBytes = std::size_t{512} << 20;  // larger than a host's last-level cache

/// Page-locked host memory.
class PinnedMemory {
 public:
  explicit PinnedMemory(std::size_t bytes) { WINDTUNNEL_CUDA(cudaMallocHost(&data_, bytes)); }
  ~PinnedMemory() { cudaFreeHost(data_); }
  PinnedMemory(const PinnedMemory&) = delete;
  PinnedMemory& operator=(const PinnedMemory&) = delete;
  unsigned char* data() const { return static_cast<unsigned char*>(data_); }

 private:
  void* data_ = nullptr;
};

std::vector<std::size_t> sizes(bool quick, std::size_t smallest, std::size_t largest) {
  std::vector<std::size_t> bytes;
  for (std::size_t size = smallest; size <= largest; size *= quick ? 64 : 4) bytes.push_back(size);
  return bytes;
}

void measure_device_copy(Session& session) {
  const auto grid = sizes(session.quick, std::size_t{64} << 10, std::size_t{1} << 30);
  Curve& curve =
      session.start_curve({"device_copy", "", "cudaMemcpyAsync on the device", {"bytes"}, {}}, grid.size());
  for (const std::size_t bytes : grid) {
    if (bytes > session.outputs().bytes()) continue;
    const Rotation from(session.inputs(), bytes);
    const Rotation to(session.outputs(), bytes);
    const Spread seconds = session.time_on_device([&](cudaStream_t stream, int i) {
      WINDTUNNEL_CUDA(
          cudaMemcpyAsync(to.at<void>(i), from.at<void>(i), bytes, cudaMemcpyDeviceToDevice, stream));
    });
    session.add_point(curve, {{static_cast<double>(bytes)}, seconds, 0, 2.0 * static_cast<double>(bytes)});
  }
}

void measure_host_copy(Session& session, const char* name, const char* kernel, unsigned char* host,
                       bool to_device) {
  const auto grid = sizes(session.quick, std::size_t{4} << 10, std::size_t{256} << 20);
  Curve& curve = session.start_curve({name, "", kernel, {"bytes"}, {}}, grid.size());
  for (const std::size_t bytes : grid) {
    const std::size_t places = kHostBytes / bytes;
    const Rotation device(session.outputs(), bytes);
    const Spread seconds = session.time_on_host(
        [&](int i) {
          unsigned char* place = host + static_cast<std::size_t>(i) % places * bytes;
          void* target = to_device ? device.at<void>(i) : place;
          const void* source = to_device ? place : device.at<void>(i);
          WINDTUNNEL_CUDA(cudaMemcpyAsync(target, source, bytes,
                                          to_device ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost,
                                          session.stream()));
          WINDTUNNEL_CUDA(cudaStreamSynchronize(session.stream()));
        },
        bytes > (std::size_t{16} << 20) ? 9 : 51);
    session.add_point(curve, {{static_cast<double>(bytes)}, seconds, 0, static_cast<double>(bytes)});
  }
}

__global__ void do_nothing() {}

/// A graph of `nodes` empty kernels, one after the other.
class EmptyGraph {
 public:
  EmptyGraph(int nodes, cudaStream_t stream) {
    cudaGraph_t graph = nullptr;
    WINDTUNNEL_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    for (int i = 0; i < nodes; ++i) do_nothing<<<1, 32, 0, stream>>>();
    WINDTUNNEL_CUDA(cudaStreamEndCapture(stream, &graph));
    WINDTUNNEL_CUDA(cudaGraphInstantiateWithFlags(&graph_, graph, 0));
    WINDTUNNEL_CUDA(cudaGraphDestroy(graph));
  }
  ~EmptyGraph() { cudaGraphExecDestroy(graph_); }
  EmptyGraph(const EmptyGraph&) = delete;
  EmptyGraph& operator=(const EmptyGraph&) = delete;
  void launch(cudaStream_t stream) const { WINDTUNNEL_CUDA(cudaGraphLaunch(graph_, stream)); }

 private:
  cudaGraphExec_t graph_ = nullptr;
};

}  // namespace

void measure_launches(Session& session) {
  constexpr int kRepetitions = 301;
  const cudaStream_t stream = session.stream();
  {
    constexpr int kBurst =
        100;  // fewer than the launch queue holds, so that the host never waits for the device
    Curve& curve =
        session.start_curve({"kernel_launch_issue", "", "empty kernel, host time per launch", {}, {}}, 1);
    Spread burst = session.time_on_host(
        [&](int) {
          for (int i = 0; i < kBurst; ++i) do_nothing<<<1, 32, 0, stream>>>();
        },
        kRepetitions / 3);
    for (double* seconds : {&burst.median, &burst.low, &burst.high}) *seconds /= kBurst;
    session.add_point(curve, {{}, burst, 0, 0});
  }
  {
    Curve& curve =
        session.start_curve({"kernel_launch_wait", "", "empty kernel, launch to completion seen", {}, {}}, 1);
    const Spread seconds = session.time_on_host(
        [&](int) {
          do_nothing<<<1, 32, 0, stream>>>();
          WINDTUNNEL_CUDA(cudaStreamSynchronize(stream));
        },
        kRepetitions);
    session.add_point(curve, {{}, seconds, 0, 0});
  }
  {
    const int nodes[] = {1, 10, 100, 1000};
    Curve& curve = session.start_curve(
        {"graph_launch_wait", "", "graph of empty kernels, launch to completion seen", {"nodes"}, {}},
        std::size(nodes));
    for (const int count : nodes) {
      const EmptyGraph graph(count, stream);
      const Spread seconds = session.time_on_host(
          [&](int) {
            graph.launch(stream);
            WINDTUNNEL_CUDA(cudaStreamSynchronize(stream));
          },
          kRepetitions / 3);
      session.add_point(curve, {{1.0 * count}, seconds, 0, 0});
    }
  }
}

void measure_transfers(Session& session) {
  measure_device_copy(session);
  {
    const PinnedMemory pinned(kHostBytes);
    std::memset(pinned.data(), 1, kHostBytes);
    measure_host_copy(session, "host_to_device_pinned", "cudaMemcpyAsync, page-locked", pinned.data(), true);
    measure_host_copy(session, "device_to_host_pinned", "cudaMemcpyAsync, page-locked", pinned.data(), false);
  }
  std::vector<unsigned char> pageable(kHostBytes, 1);
  measure_host_copy(session, "host_to_device_pageable", "cudaMemcpyAsync, pageable", pageable.data(), true);
  measure_host_copy(session, "device_to_host_pageable", "cudaMemcpyAsync, pageable", pageable.data(), false);
}

}  // namespace windtunnel::calibrate
