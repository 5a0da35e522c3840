#include "components/eviction/popularity.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

#include "kernel/elementary.hpp"

namespace windtunnel::eviction {

namespace {

constexpr std::uint64_t kExactRanks = 256;
constexpr double kBlockRatio = 4;

struct Node {
  double position;  // in [-1, 1]
  double weight;
};

// Abramowitz and Stegun, Handbook of Mathematical Functions, table 25.4, n = 8.
constexpr Node kGaussLegendre[] = {
    {-0.960289856497536231684, 0.101228536290376259153}, {-0.796666477413626739592, 0.222381034453374470544},
    {-0.525532409916328985818, 0.313706645877887287338}, {-0.183434642495649804939, 0.362683783378361982965},
    {0.183434642495649804939, 0.362683783378361982965},  {0.525532409916328985818, 0.313706645877887287338},
    {0.796666477413626739592, 0.222381034453374470544},  {0.960289856497536231684, 0.101228536290376259153},
};

void normalize(Popularity& popularity) {
  double sum = 0;
  for (const auto& [probability, count] : popularity.groups) sum += probability * count;
  for (auto& group : popularity.groups) group.probability /= sum;
}

}  // namespace

Popularity zipf_popularity(std::uint64_t keys, double exponent) {
  assert(keys >= 1 && exponent >= 0);
  if (exponent == 0) return uniform_popularity(keys);
  Popularity popularity;
  popularity.keys = static_cast<double>(keys);
  for (std::uint64_t rank = 1; rank <= std::min(keys, kExactRanks); ++rank) {
    popularity.groups.push_back({elementary::pow(static_cast<double>(rank), -exponent), 1});
  }
  const double end = popularity.keys + 0.5;
  for (double low = static_cast<double>(kExactRanks) + 0.5; low < end;) {
    // The last block ends at the last key; a short rest is not worth a block of its own.
    const double high = low * kBlockRatio * kBlockRatio > end * kBlockRatio ? end : low * kBlockRatio;
    const double half = elementary::log(high / low) / 2;
    for (const auto& [position, weight] : kGaussLegendre) {
      const double rank = low * elementary::exp(half * (1 + position));
      popularity.groups.push_back({elementary::pow(rank, -exponent), rank * half * weight});
    }
    low = high;
  }
  normalize(popularity);
  return popularity;
}

Popularity uniform_popularity(std::uint64_t keys) {
  assert(keys >= 1);
  const auto n = static_cast<double>(keys);
  return {{{1 / n, n}}, n};
}

Popularity popularity_of(std::vector<double> weights) {
  std::ranges::sort(weights, std::greater<>{});
  Popularity popularity;
  popularity.keys = static_cast<double>(weights.size());
  for (const double weight : weights) popularity.groups.push_back({weight, 1});
  normalize(popularity);
  return popularity;
}

}  // namespace windtunnel::eviction
