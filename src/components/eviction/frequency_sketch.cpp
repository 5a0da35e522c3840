#include "components/eviction/frequency_sketch.hpp"

#include <algorithm>

#include "kernel/random.hpp"

namespace windtunnel::eviction {

namespace {
constexpr std::size_t kFirstWords = 64;
constexpr std::uint64_t kUsesPerEntry = 10;
constexpr std::uint64_t kHighest = 15;
}  // namespace

void FrequencySketch::increment(std::uint64_t key, std::uint64_t entries) {
  while (words_.size() < entries) grow();
  const std::uint64_t hash = scramble(key);
  bool added = false;
  for (unsigned row = 0; row < kRows; ++row) {
    const auto [word, shift] = place(hash, row);
    if (((words_[word] >> shift) & kHighest) == kHighest) continue;
    words_[word] += std::uint64_t{1} << shift;
    added = true;
  }
  if (added && ++additions_ >= kUsesPerEntry * std::max<std::uint64_t>(entries, kFirstWords)) halve();
}

unsigned FrequencySketch::estimate(std::uint64_t key) const {
  const std::uint64_t hash = scramble(key);
  std::uint64_t least = kHighest;
  for (unsigned row = 0; row < kRows; ++row) {
    const auto [word, shift] = place(hash, row);
    least = std::min(least, (words_[word] >> shift) & kHighest);
  }
  return static_cast<unsigned>(least);
}

void FrequencySketch::clear() {
  words_.assign(kFirstWords, 0);
  additions_ = 0;
}

/// Double hashing (Kirsch and Mitzenmacher, ESA 2006); the rows use different counters of a word.
FrequencySketch::Place FrequencySketch::place(std::uint64_t hash, unsigned row) const {
  const std::uint64_t step = (hash >> 32) | 1;
  const std::size_t word = (hash + row * step) & (words_.size() - 1);
  return {word, static_cast<unsigned>((hash >> 62) * kRows + row) * 4};
}

/// A key's word index keeps its lower bits, so a copy of the counters above themselves keeps every estimate.
void FrequencySketch::grow() {
  const std::size_t half = words_.size();
  words_.resize(2 * half);
  std::copy_n(words_.begin(), half, words_.begin() + static_cast<std::ptrdiff_t>(half));
}

void FrequencySketch::halve() {
  for (std::uint64_t& word : words_) word = (word >> 1) & 0x7777777777777777ULL;
  additions_ /= 2;
}

}  // namespace windtunnel::eviction
