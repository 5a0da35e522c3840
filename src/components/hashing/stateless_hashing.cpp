#include "components/hashing/stateless_hashing.hpp"

#include <cassert>

#include "kernel/elementary.hpp"
#include "kernel/random.hpp"

namespace windtunnel {

int rendezvous_pick(std::uint64_t key, std::span<const int> candidates, std::uint64_t seed) {
  int best = -1;
  std::uint64_t highest = 0;
  for (const int candidate : candidates) {
    const std::uint64_t weight = mix(seed, key, candidate);
    if (best >= 0 && weight <= highest) continue;
    best = candidate;
    highest = weight;
  }
  return best;
}

int rendezvous_pick(std::uint64_t key, std::span<const int> candidates, std::span<const double> weights,
                    std::uint64_t seed) {
  assert(candidates.size() == weights.size());
  int best = -1;
  double lowest = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double uniform = unit_interval(mix(seed, key, candidates[i])) + 0x1p-54;  // never 0
    const double score = -elementary::log(uniform) / weights[i];
    if (best >= 0 && score >= lowest) continue;
    best = candidates[i];
    lowest = score;
  }
  return best;
}

/// From bucket b the key jumps next at the first j > b with uniform < (b + 1) / (j + 1); a draw per jump,
/// from a stream of the key's own.
int jump_pick(std::uint64_t key, int buckets, std::uint64_t seed) {
  assert(buckets >= 1);
  RandomStream jumps(mix(seed, key));
  int bucket = 0;
  while (true) {
    const double next = (bucket + 1) / jumps.uniform_positive();
    if (next >= buckets) return bucket;
    bucket = static_cast<int>(next);
  }
}

}  // namespace windtunnel
