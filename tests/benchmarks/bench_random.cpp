// Nanoseconds per draw of every generator, sampler and law of keys.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <limits>

#include "components/sampling.hpp"

using namespace windtunnel;

namespace {

// The best of several rounds: what the processor can do when nothing else disturbs it.
template <class Draw>
void measure(const char* what, Draw draw) {
  constexpr int draws = 2'000'000;
  double best = std::numeric_limits<double>::infinity();
  double sum = 0.0;
  RandomStream stream(1, 0, what);
  for (int round = 0; round < 5; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < draws; ++i) sum += static_cast<double>(draw(stream));
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / draws);
  }
  fmt::print("{:<42} {:6.1f} ns  (mean {:.6g})\n", what, best, sum / (5.0 * draws));
}

}  // namespace

int main() {
  measure("next_u64", [](RandomStream& s) { return s.next_u64(); });
  measure("uniform", [](RandomStream& s) { return s.uniform(); });
  measure("below(1000)", [](RandomStream& s) { return s.below(1000); });
  measure("exponential", [](RandomStream& s) { return s.exponential(); });
  measure("normal", [](RandomStream& s) { return s.normal(); });
  measure("a stream for one key, one exponential",
          [](RandomStream& s) { return RandomStream(mix(std::uint64_t{1}, s.next_u64())).exponential(); });
  for (const char* law :
       {"2ms", "exp(15ms)", "lognormal(p50=2ms p99=9ms)", "gamma(mean=4ms cv=0.5)", "gamma(mean=4ms cv=2)",
        "weibull(mean=5ms shape=0.7)", "pareto(min=1ms alpha=1.5)", "pareto(min=1ms alpha=1.5 max=1s)",
        "uniform(1ms 5ms)", "normal(mean=10ms sd=1ms)", "mixture(90% exp(1ms) 10% exp(50ms))"}) {
    const Sampler sampler = make_sampler(*parse_distribution(law, duration_units));
    measure(law, [&](RandomStream& s) { return sampler.sample_ns(s); });
  }
  for (const char* law : {"uniform(1M)", "zipf(50M s=0.8)", "zipf(10M s=1.05)", "zipf(1G s=1)",
                          "zipf(10M s=1.05 drift=1h)", "hotspot(1M hot=1% share=90%)"}) {
    const KeySampler sampler = make_key_sampler(*parse_key_law(law), "item");
    measure(law, [&](RandomStream& s) { return sampler.key(s) >> 32; });
  }
}
