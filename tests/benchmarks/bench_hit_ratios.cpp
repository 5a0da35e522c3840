// The analytic hit ratio of every policy against its simulation, under the independent reference model, and
// what the analytic one costs.
#include <time.h>

#include <cmath>
#include <cstdio>

#include "components/eviction/approximation.hpp"
#include "kernel/zipf.hpp"

using namespace windtunnel;
using namespace windtunnel::eviction;

namespace {

double cpu_microseconds() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e6 + static_cast<double>(spent.tv_nsec) * 1e-3;
}

double simulate(PolicyKind kind, std::uint64_t capacity, const ZipfSampler& keys) {
  constexpr int kWarm = 5'000'000, kMeasured = 1'000'000;
  const auto policy = make_policy(kind, Capacity::items(capacity), RandomStream(2, 0, "policy"));
  RandomStream random(1, 0, "keys");
  int hits = 0;
  for (int i = -kWarm; i < kMeasured; ++i) {
    const std::int64_t now_ns = (kWarm + std::int64_t{i}) * 1'000'000;
    const std::uint64_t key = keys.sample(random);
    if (policy->access(key, now_ns)) {
      hits += i >= 0;
    } else {
      policy->admit(key, 1, now_ns);
    }
  }
  return static_cast<double>(hits) / kMeasured;
}

}  // namespace

int main() {
  struct Case {
    std::uint64_t keys;
    double exponent;
    std::uint64_t capacity;
  };
  const Case cases[] = {{1000, 0.8, 100},     {10'000, 0.8, 100},    {10'000, 0.8, 1000},
                        {10'000, 1.0, 1000},  {10'000, 1.2, 100},    {100'000, 0.6, 10'000},
                        {100'000, 0.9, 1000}, {100'000, 0.9, 30'000}};
  std::printf("%-18s", "simulated, error");
  for (const Case& c : cases) {
    std::printf(" %6llu/%.1f/%-5llu", static_cast<unsigned long long>(c.keys), c.exponent,
                static_cast<unsigned long long>(c.capacity));
  }
  std::printf("  us\n");
  for (const PolicyName& name : policy_names()) {
    std::printf("%-18.*s", static_cast<int>(name.name.size()), name.name.data());
    for (const Case& c : cases) {
      const double simulated = simulate(name.kind, c.capacity, ZipfSampler(c.keys, c.exponent));
      const CacheModel model{.policy = name.kind,
                             .capacity_items = static_cast<double>(c.capacity),
                             .requests_per_second = 1000};
      const double analytic = hit_ratio(model, zipf_popularity(c.keys, c.exponent));
      std::printf("  %.4f %+.4f ", simulated, analytic - simulated);
    }
    const double start = cpu_microseconds();
    hit_ratio({.policy = name.kind, .capacity_items = 5e5}, zipf_popularity(50'000'000, 0.9));
    std::printf(" %5.0f\n", cpu_microseconds() - start);
  }
}
