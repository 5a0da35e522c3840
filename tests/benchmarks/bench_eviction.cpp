// Nanoseconds per request of every eviction policy: one million items, Zipf(0.9) over ten million keys,
// insert on miss. Keys are drawn beforehand.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "components/eviction/policy.hpp"
#include "kernel/zipf.hpp"

using namespace windtunnel;
using namespace windtunnel::eviction;

namespace {

std::vector<std::uint64_t> draw_keys(std::size_t requests, std::uint64_t keys, double exponent) {
  RandomStream random(1, 0, "keys");
  const ZipfSampler popularity(keys, exponent);
  std::vector<std::uint64_t> drawn(requests);
  for (std::uint64_t& key : drawn) key = popularity.sample(random);
  return drawn;
}

/// Of this thread: other work on the machine counts less.
double cpu_nanoseconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e9 + static_cast<double>(spent.tv_nsec);
}

struct Measured {
  double nanoseconds_per_request;
  double hit_ratio;
};

Measured measure(PolicyKind kind, std::uint64_t items, const std::vector<std::uint64_t>& keys) {
  const auto policy = make_policy(kind, Capacity::items(items), RandomStream(2, 0, "policy"));
  const std::size_t warm = keys.size() * 2 / 3;
  std::uint64_t hits = 0;
  double start = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == warm) {
      hits = 0;
      start = cpu_nanoseconds();
    }
    const auto now_ns = static_cast<std::int64_t>(i) * 10'000;
    if (policy->access(keys[i], now_ns)) {
      ++hits;
    } else {
      policy->admit(keys[i], 1, now_ns);
    }
  }
  const double spent = cpu_nanoseconds() - start;
  const auto measured = static_cast<double>(keys.size() - warm);
  return {spent / measured, static_cast<double>(hits) / measured};
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t items = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::vector<std::uint64_t> keys = draw_keys(12 * items, 10 * items, 0.9);
  std::printf("%-18s %8s %10s   (%llu items, Zipf(0.9) over ten times as many keys)\n", "policy", "ns",
              "hit ratio", static_cast<unsigned long long>(items));
  for (const PolicyName& name : policy_names()) {
    const Measured m = measure(name.kind, items, keys);
    std::printf("%-18.*s %8.1f %10.4f\n", static_cast<int>(name.name.size()), name.name.data(),
                m.nanoseconds_per_request, m.hit_ratio);
  }
}
