#include <unistd.h>

#include <algorithm>

#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr std::size_t kAlignment = 256;  // cuBLASLt picks its fastest kernels for pointers aligned like this
constexpr double kReplaySeconds = 400e-6;
constexpr int kMostLaunches = 32;
constexpr int kMostReplays = 50;
constexpr int kFewestReplays = 7;
constexpr double kPointSeconds = 0.025;

/// Events that mark the begin and the end of each replay.
class EventPairs {
 public:
  explicit EventPairs(int count) : events_(2 * static_cast<std::size_t>(count)) {
    for (cudaEvent_t& event : events_) WINDTUNNEL_CUDA(cudaEventCreate(&event));
  }
  ~EventPairs() {
    for (const cudaEvent_t event : events_) cudaEventDestroy(event);
  }
  EventPairs(const EventPairs&) = delete;
  EventPairs& operator=(const EventPairs&) = delete;
  void begin(int i, cudaStream_t stream) { WINDTUNNEL_CUDA(cudaEventRecord(events_[2 * i], stream)); }
  void end(int i, cudaStream_t stream) { WINDTUNNEL_CUDA(cudaEventRecord(events_[2 * i + 1], stream)); }
  double seconds(int i) const {
    float milliseconds = 0;
    WINDTUNNEL_CUDA(cudaEventElapsedTime(&milliseconds, events_[2 * i], events_[2 * i + 1]));
    return 1e-3 * static_cast<double>(milliseconds);
  }

 private:
  std::vector<cudaEvent_t> events_;
};

/// Several launches recorded once, to be replayed without the host's launch overhead.
class RecordedLaunches {
 public:
  RecordedLaunches(const Session::Launch& launch, int count, cudaStream_t stream) {
    cudaGraph_t graph = nullptr;
    WINDTUNNEL_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    for (int i = 0; i < count; ++i) launch(stream, i);
    WINDTUNNEL_CUDA(cudaStreamEndCapture(stream, &graph));
    WINDTUNNEL_CUDA(cudaGraphInstantiateWithFlags(&graph_, graph, 0));
    WINDTUNNEL_CUDA(cudaGraphDestroy(graph));
    WINDTUNNEL_CUDA(cudaGraphUpload(graph_, stream));
  }
  ~RecordedLaunches() { cudaGraphExecDestroy(graph_); }
  RecordedLaunches(const RecordedLaunches&) = delete;
  RecordedLaunches& operator=(const RecordedLaunches&) = delete;
  void replay(cudaStream_t stream) { WINDTUNNEL_CUDA(cudaGraphLaunch(graph_, stream)); }

 private:
  cudaGraphExec_t graph_ = nullptr;
};

std::size_t arena_bytes() {
  std::size_t free_bytes = 0;
  std::size_t total_bytes = 0;
  WINDTUNNEL_CUDA(cudaMemGetInfo(&free_bytes, &total_bytes));
  constexpr std::size_t kLeast = std::size_t{1} << 30;
  constexpr std::size_t kMost = std::size_t{6} << 30;
  if (free_bytes < 3 * kLeast)
    throw CannotCalibrate("less than 3 GiB of GPU memory are free: stop other programs that use this GPU");
  return std::min(kMost, free_bytes / 5 * 2) / kAlignment * kAlignment;
}

}  // namespace

Rotation::Rotation(const DeviceMemory& memory, std::size_t bytes_per_launch)
    : memory_(memory),
      stride_((bytes_per_launch + kAlignment - 1) / kAlignment * kAlignment),
      places_(stride_ > 0 ? memory.bytes() / stride_ : 0) {
  if (places_ == 0) throw CannotCalibrate("a measurement needs more GPU memory than is free; try --quick");
}

Session::Session(int device, bool quick_run, double most_seconds)
    : quick(quick_run), most_seconds_(most_seconds), start_(std::chrono::steady_clock::now()) {
  describe_device(device, profile);
  profile.before = read_clocks(device);
  WINDTUNNEL_CUDA(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
  const std::size_t bytes = arena_bytes();
  inputs_ = std::make_unique<DeviceMemory>(bytes);
  outputs_ = std::make_unique<DeviceMemory>(bytes / 2);
  flush_ = std::make_unique<DeviceMemory>(2 * static_cast<std::size_t>(profile.l2_bytes) + kAlignment);
  fill_random(*outputs_, Fill::kBf16, stream_);
  refill_inputs(Fill::kBf16);
}

Session::~Session() { cudaStreamDestroy(stream_); }

void Session::refill_inputs(Fill fill) {
  fill_random(*inputs_, fill, stream_);
  WINDTUNNEL_CUDA(cudaStreamSynchronize(stream_));
}

Spread Session::time_on_device(const Launch& launch) {
  EventPairs events(kMostReplays);
  launch(stream_, 0);  // loads the kernel
  events.begin(0, stream_);
  launch(stream_, 1);
  events.end(0, stream_);
  WINDTUNNEL_CUDA(cudaStreamSynchronize(stream_));
  const double estimate = std::max(events.seconds(0), 1e-6);
  const int launches = std::clamp(static_cast<int>(kReplaySeconds / estimate), 1, kMostLaunches);
  const int replays =
      std::clamp(static_cast<int>(kPointSeconds / (launches * estimate)), kFewestReplays, kMostReplays);

  RecordedLaunches recorded(launch, launches, stream_);
  recorded.replay(stream_);
  for (int i = 0; i < replays; ++i) {
    WINDTUNNEL_CUDA(cudaMemsetAsync(flush_->as<void>(), i, flush_->bytes(), stream_));
    events.begin(i, stream_);
    recorded.replay(stream_);
    events.end(i, stream_);
  }
  WINDTUNNEL_CUDA(cudaStreamSynchronize(stream_));
  std::vector<double> seconds;
  for (int i = 0; i < replays; ++i) seconds.push_back(events.seconds(i) / launches);
  return spread_of(std::move(seconds));
}

Spread Session::time_on_host(const std::function<void(int)>& work, int repetitions) {
  using Clock = std::chrono::steady_clock;
  WINDTUNNEL_CUDA(cudaDeviceSynchronize());
  for (int i = 0; i < 3; ++i) work(i);
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    WINDTUNNEL_CUDA(cudaDeviceSynchronize());
    const Clock::time_point begin = Clock::now();
    work(i);
    seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return spread_of(std::move(seconds));
}

bool Session::accept(const std::string& kernel, double relative_error, double largest) {
  const bool passed = relative_error <= largest;  // false for NaN
  profile.checks.push_back({kernel, relative_error, passed});
  if (!passed)
    std::fprintf(stderr, "\n%s: wrong result (relative error %.3g, at most %.3g): not measured\n",
                 kernel.c_str(), relative_error, largest);
  return passed;
}

Curve& Session::start_curve(Curve curve, std::size_t expected_points) {
  current_ = curve.dtype.empty() ? curve.name : curve.name + " " + curve.dtype;
  done_ = 0;
  expected_ = expected_points;
  profile.curves.push_back(std::move(curve));
  return profile.curves.back();
}

void Session::add_point(Curve& curve, Point point) {
  curve.points.push_back(std::move(point));
  ++done_;
  report_progress(done_ == expected_);
}

void Session::report_progress(bool finished) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (!terminal && !finished) return;
  std::fprintf(stderr, "%s%6.1f s  %s: %zu of %zu points%s", terminal ? "\r\033[K" : "", elapsed_seconds(),
               current_.c_str(), done_, expected_, finished ? "\n" : "");
  std::fflush(stderr);
}

bool Session::out_of_time() {
  if (elapsed_seconds() < most_seconds_) return false;
  if (profile.notes.empty() || profile.notes.back().rfind("out of time", 0) != 0)
    profile.notes.push_back("out of time: points are missing");
  return true;
}

double Session::elapsed_seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

Spread spread_of(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  const auto at = [&](double quantile) {
    return seconds[static_cast<std::size_t>(quantile * static_cast<double>(seconds.size() - 1) + 0.5)];
  };
  return {at(0.5), at(0.25), at(0.75)};
}

}  // namespace windtunnel::calibrate
