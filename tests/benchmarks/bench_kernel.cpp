// What the kernel alone costs: the event queue by what is pending, M/M/16, a realistic call path, and the
// memory of what waits.
//   bench_kernel [queue | mm16 | path | memory]...      all of them without arguments
// Times are of this thread's processor clock; the best of five rounds, because what disturbs only adds. Peak
// memory is the process's: run one benchmark alone to have it by itself.
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <queue>
#include <vector>

#include "kernel/batch_station.hpp"
#include "kernel/random.hpp"
#include "kernel/shared_station.hpp"
#include "kernel/simulator.hpp"
#include "kernel/station.hpp"
#include "kernel/timeout_lane.hpp"
#include "kernel/waiting.hpp"

using namespace windtunnel;

namespace {

constexpr int rounds = 5;

double cpu_nanoseconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e9 + static_cast<double>(spent.tv_nsec);
}

template <class Run>
double best_nanoseconds(Run run) {
  double best = 1e300;
  for (int round = 0; round < rounds; ++round) {
    const double start = cpu_nanoseconds();
    run();
    best = std::min(best, cpu_nanoseconds() - start);
  }
  return best;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Nanoseconds exponential(RandomStream& random, Nanoseconds mean) {
  return static_cast<Nanoseconds>(random.exponential() * static_cast<double>(mean));
}

// Service times as in a service with a cache: most short, some a hundred times as long.
Nanoseconds mixed_delay(RandomStream& random) {
  return exponential(random, random.chance(0.1) ? 20'000'000 : 200'000);
}

// --- the queue alone -----------------------------------------------------------------------------------

// Pops the first event and pushes another, with so many pending ("hold model", Jones, CACM 29(4) 1986).
double wheel_hold_ns(std::size_t pending, int operations) {
  EventQueue queue;
  std::vector<std::unique_ptr<Event>> events;
  RandomStream random(1, 0, "hold");
  std::uint64_t sequence = 0;
  for (std::size_t i = 0; i < pending; ++i) {
    events.push_back(std::make_unique<Event>([](Event&) {}));
    queue.push(*events.back(), mixed_delay(random), ++sequence);
  }
  return best_nanoseconds([&] {
           for (int i = 0; i < operations; ++i) {
             const EventQueue::Popped first = queue.pop(forever);
             queue.push(*first.event, first.time + mixed_delay(random), ++sequence);
           }
         }) /
         operations;
}

double binary_heap_hold_ns(std::size_t pending, int operations) {
  struct Entry {
    Nanoseconds time;
    std::uint64_t sequence;
    void* event;
    bool operator<(const Entry& other) const {
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };
  std::priority_queue<Entry> queue;
  RandomStream random(1, 0, "hold");
  std::uint64_t sequence = 0;
  for (std::size_t i = 0; i < pending; ++i) queue.push({mixed_delay(random), ++sequence, nullptr});
  return best_nanoseconds([&] {
           for (int i = 0; i < operations; ++i) {
             const Entry first = queue.top();
             queue.pop();
             queue.push({first.time + mixed_delay(random), ++sequence, first.event});
           }
         }) /
         operations;
}

double draw_ns(int operations) {
  RandomStream random(1, 0, "hold");
  Nanoseconds sum = 0;
  const double spent = best_nanoseconds([&] {
    for (int i = 0; i < operations; ++i) sum += mixed_delay(random);
  });
  return sum == 0 ? 0 : spent / operations;
}

void bench_queue() {
  constexpr int operations = 2'000'000;
  std::printf("event queue, one pop and one push (ns, of which the draw of a delay is %.1f)\n",
              draw_ns(operations));
  std::printf("  %10s %10s %20s\n", "pending", "wheel", "std::priority_queue");
  for (const std::size_t pending : {1'000, 10'000, 100'000, 1'000'000}) {
    std::printf("  %10zu %10.1f %20.1f\n", pending, wheel_hold_ns(pending, operations),
                binary_heap_hold_ns(pending, operations));
  }
}

// --- M/M/16 --------------------------------------------------------------------------------------------

struct Queueing {
  ~Queueing() { simulator.background().clear(); }
  Simulator simulator;
  Station station{simulator, 16};
  RandomStream arrivals{1, 0, "arrivals"};
  RandomStream service{1, 0, "service"};
  std::uint64_t served = 0;
  double response_sum = 0;
};

Task<> request(Queueing& world) {
  const Nanoseconds arrived = world.simulator.now();
  co_await world.station.serve(exponential(world.service, 1'280'000));
  ++world.served;
  world.response_sum += static_cast<double>(world.simulator.now() - arrived);
}

Task<> arrivals(Queueing& world) {
  for (;;) {
    co_await world.simulator.sleep(exponential(world.arrivals, 100'000));  // 10,000/s: 80% of 16 servers
    world.simulator.background().start(request(world));
  }
}

void bench_mm16() {
  Queueing world;
  world.simulator.background().start(arrivals(world));
  world.simulator.run_until(10'000'000'000);
  std::uint64_t requests = 0, events = 0;
  const double spent = best_nanoseconds([&] {
    const std::uint64_t served = world.served, events_run = world.simulator.events_run();
    world.simulator.run_until(world.simulator.now() + 200'000'000'000);
    requests = world.served - served;
    events = world.simulator.events_run() - events_run;
  });
  std::printf("M/M/16 at 80%%, one coroutine per request (mean response %.4f ms)\n",
              world.response_sum / static_cast<double>(world.served) * 1e-6);
  std::printf("  %.2f M requests/s, %.2f M events/s, %.1f ns/event\n",
              static_cast<double>(requests) / spent * 1e3, static_cast<double>(events) / spent * 1e3,
              spent / static_cast<double>(events));
}

// --- a realistic path ----------------------------------------------------------------------------------

// A call within a time limit: true where it ended in time. The call is destroyed where it did not.
class [[nodiscard]] Within : Timeout {
 public:
  Within(TimeoutLane& lane, Task<> call) : Timeout(&Within::expired), lane_(lane), call_(std::move(call)) {}
  bool await_ready() const { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
    caller_ = caller;
    lane_.arm(*this);
    return call_.start(caller);
  }
  bool await_resume() {
    disarm();
    return static_cast<bool>(call_);
  }

 private:
  static void expired(Timeout& timeout) {
    auto& self = static_cast<Within&>(timeout);
    self.call_.reset();
    self.caller_.resume();
  }
  TimeoutLane& lane_;
  Task<> call_;
  std::coroutine_handle<> caller_;
};

struct Gpu : BatchTimer {
  Nanoseconds service_time(int items) override { return 1'500'000 + 30'000 * items; }
};

// Client -> least-connections balancer -> API with 16 workers -> cache -> fan-out to 10 shards with join ->
// GPU batcher -> response, with a time limit on the whole, on the fan-out and on the GPU call.
struct Path {
  static constexpr int replicas = 8;
  static constexpr int shards = 10;
  explicit Path(std::uint64_t seed) : random(seed, 0, "path") {
    for (int i = 0; i < replicas; ++i) api.push_back(std::make_unique<Station>(simulator, 16));
    for (int i = 0; i < shards; ++i) shard.push_back(std::make_unique<Station>(simulator, 32));
  }
  ~Path() { simulator.background().clear(); }
  Simulator simulator;
  RandomStream random;
  std::vector<std::unique_ptr<Station>> api;
  std::vector<int> outstanding = std::vector<int>(replicas);
  std::vector<std::unique_ptr<Station>> shard;
  Gpu gpu_timer;
  BatchStation gpu{simulator, 12, {.maximum = 64, .preferred = 32, .max_wait = 2'000'000}, gpu_timer};
  TimeoutLane& client_limit = simulator.timeouts(1'000'000'000);
  TimeoutLane& fan_out_limit = simulator.timeouts(100'000'000);
  TimeoutLane& gpu_limit = simulator.timeouts(200'000'000);
  std::uint64_t served = 0;
  std::uint64_t failed = 0;
  double response_sum = 0;
};

Task<> look_up(Path& world) { co_await world.simulator.sleep(exponential(world.random, 300'000)); }

Task<> query(Path& world, Join& join, int shard) {
  co_await world.shard[shard]->serve(exponential(world.random, 200'000));
  join.arrive();
}

Task<> fan_out(Path& world) {
  Join join(world.simulator, Path::shards);
  for (int i = 0; i < Path::shards; ++i) join.start(query(world, join, i));
  co_await join;
}

Task<> score(Path& world) { co_await world.gpu.serve(); }

Task<> handle(Path& world, int replica) {
  co_await world.api[replica]->serve(exponential(world.random, 900'000));
  co_await look_up(world);
  const bool answered = co_await Within(world.fan_out_limit, fan_out(world));
  const bool scored = co_await Within(world.gpu_limit, score(world));
  if (!answered || !scored) ++world.failed;
}

Task<> balance(Path& world) {
  const auto least = std::min_element(world.outstanding.begin(), world.outstanding.end());
  ++*least;
  co_await handle(world, static_cast<int>(least - world.outstanding.begin()));
  --*least;
}

Task<> client(Path& world) {
  const Nanoseconds started = world.simulator.now();
  const bool in_time = co_await Within(world.client_limit, balance(world));
  if (!in_time) ++world.failed;
  ++world.served;
  world.response_sum += static_cast<double>(world.simulator.now() - started);
}

Task<> clients(Path& world) {
  for (;;) {
    co_await world.simulator.sleep(exponential(world.random, 10'000));  // 100,000/s
    world.simulator.background().start(client(world));
  }
}

void bench_path() {
  Path world(1);
  world.simulator.background().start(clients(world));
  world.simulator.run_until(500'000'000);
  std::uint64_t requests = 0, events = 0;
  const double spent = best_nanoseconds([&] {
    const std::uint64_t served = world.served, events_run = world.simulator.events_run();
    world.simulator.run_until(world.simulator.now() + 4'000'000'000);
    requests = world.served - served;
    events = world.simulator.events_run() - events_run;
  });
  std::printf("realistic path at 100,000 requests/s (mean response %.2f ms, %llu late, %.1f per batch)\n",
              world.response_sum / static_cast<double>(world.served) * 1e-6,
              static_cast<unsigned long long>(world.failed),
              static_cast<double>(world.served) / static_cast<double>(world.gpu.batches()));
  std::printf("  %.0f k requests/s, %.2f events and 3 timeouts per request, %.2f M events/s, %.1f ns/event\n",
              static_cast<double>(requests) / spent * 1e6,
              static_cast<double>(events) / static_cast<double>(requests),
              static_cast<double>(events) / spent * 1e3, spent / static_cast<double>(events));
}

// --- memory ----------------------------------------------------------------------------------------------

double resident_bytes() {
  long pages = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

Task<> waits_for_server(Station& station) { co_await station.serve(1); }

Task<> waits_within_limit(Station& station, TimeoutLane& lane) {
  const bool in_time = co_await Within(lane, waits_for_server(station));
  if (!in_time) std::abort();
}

void bench_memory() {
  constexpr int calls = 1'000'000;
  std::printf("memory: what is awaited lives in the frame of the task that awaits it (bytes)\n");
  std::printf(
      "  sleep %zu, serve %zu, acquire %zu, shared serve %zu, batch serve %zu, timeout %zu, join %zu\n",
      sizeof(Simulator::Sleep), sizeof(Station::Serve), sizeof(Station::Acquire),
      sizeof(SharedStation::Serve), sizeof(BatchStation::Serve), sizeof(Timeout), sizeof(Join));
  Simulator simulator;
  Station station(simulator, 0);
  TaskGroup group;
  const double empty = resident_bytes();
  for (int i = 0; i < calls; ++i) group.start(waits_for_server(station));
  const double plain = resident_bytes();
  for (int i = 0; i < calls; ++i) {
    group.start(waits_within_limit(station, simulator.timeouts(1'000'000'000'000)));
  }
  const double limited = resident_bytes();
  std::printf("  a task waiting for a server: %.0f; waiting for such a task within a time limit: %.0f more\n",
              (plain - empty) / calls, (limited - plain - (plain - empty)) / calls);
}

}  // namespace

int main(int argc, char** argv) {
  const auto wanted = [&](const char* name) {
    return argc < 2 || std::any_of(argv + 1, argv + argc, [&](char* a) { return std::strcmp(a, name) == 0; });
  };
  if (wanted("queue")) bench_queue();
  if (wanted("mm16")) bench_mm16();
  if (wanted("path")) bench_path();
  if (wanted("memory")) bench_memory();
  std::printf("peak memory %.1f MiB\n", peak_mib());
}
