#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernel/keys.hpp"

using namespace windtunnel;

namespace {

// Sum of k^-s for k = 1..n: the first terms, then Euler-Maclaurin (error far below 1e-12 here).
double harmonic(double n, double s) {
  const double first = std::min(n, 1000.0);
  double sum = 0.0;
  for (double k = 1.0; k <= first; ++k) sum += std::pow(k, -s);
  if (n <= first) return sum;
  const auto integral = [s](double x) { return s == 1.0 ? std::log(x) : std::pow(x, 1.0 - s) / (1.0 - s); };
  const auto density = [s](double x) { return std::pow(x, -s); };
  const auto slope = [s](double x) { return -s * std::pow(x, -s - 1.0); };
  return sum + integral(n) - integral(first) + (density(n) - density(first)) / 2 +
         (slope(n) - slope(first)) / 12;
}

void check_frequency(double hits, double draws, double probability) {
  CHECK(std::abs(hits - draws * probability) <= 4.0 * std::sqrt(draws * probability * (1.0 - probability)));
}

}  // namespace

TEST_CASE("Zipf ranks have their probabilities, with one of n = 100 ranks per cell") {
  for (const double s : {0.0, 0.5, 0.8, 0.999, 1.0, 1.05, 2.0, 4.0}) {
    CAPTURE(s);
    const std::uint64_t n = 100;
    const double draws = 500'000;
    const ZipfSampler zipf(n, s);
    RandomStream stream(1, 0, "test/zipf");
    std::vector<double> counts(n + 1);
    for (int i = 0; i < static_cast<int>(draws); ++i) counts.at(zipf.sample(stream))++;
    double chi_square = 0.0;
    double cells = 0.0;
    for (std::size_t k = 1; k <= n; ++k) {
      const double expected = draws * std::pow(k, -s) / harmonic(n, s);
      if (expected < 10.0) continue;
      chi_square += (counts[k] - expected) * (counts[k] - expected) / expected;
      ++cells;
    }
    CHECK(counts[0] == 0.0);
    CHECK(std::abs(chi_square - cells) < 4.0 * std::sqrt(2.0 * cells));
  }
}

TEST_CASE("Zipf over many keys gives its head and its tail their shares") {
  for (const double n : {1.0, 2.0, 10e6, 50e6, 1e9, 1e12}) {
    for (const double s : {0.0, 0.8, 1.0, 1.05}) {
      CAPTURE(n);
      CAPTURE(s);
      const double draws = 200'000;
      const ZipfSampler zipf(static_cast<std::uint64_t>(n), s);
      RandomStream stream(2, 0, "test/zipf");
      double within[4] = {};
      const double edges[4] = {1.0, 1000.0, std::max(1.0, std::floor(n / 100)),
                               std::max(1.0, std::floor(n / 2))};
      for (int i = 0; i < static_cast<int>(draws); ++i) {
        const auto rank = static_cast<double>(zipf.sample(stream));
        REQUIRE(rank >= 1.0);
        REQUIRE(rank <= n);
        for (int e = 0; e < 4; ++e) within[e] += rank <= edges[e];
      }
      for (int e = 0; e < 4; ++e) {
        check_frequency(within[e], draws, harmonic(std::min(edges[e], n), s) / harmonic(n, s));
      }
    }
  }
}

TEST_CASE("A hotspot takes its share, evenly") {
  const KeySampler keys = KeySampler::hotspot(1000, 10, 0.9);
  RandomStream stream(1, 0, "test/hotspot");
  std::vector<double> counts(1000);
  const double draws = 500'000;
  for (int i = 0; i < static_cast<int>(draws); ++i) counts.at(keys.rank(stream))++;
  for (int k = 0; k < 10; ++k) check_frequency(counts[k], draws, 0.09);
  double cold = 0.0;
  for (int k = 10; k < 1000; ++k) cold += counts[k];
  check_frequency(cold, draws, 0.1);
  CHECK(*std::max_element(counts.begin() + 10, counts.end()) < 51 + 5 * std::sqrt(51.0));
}

TEST_CASE("A key tells its rank") {
  for (const std::uint64_t space : {std::uint64_t{0}, hash_name("user")}) {
    for (std::uint64_t rank : {0ull, 1ull, 2ull, 49'999'999ull, ~0ull}) {
      CHECK(rank_of_key(key_of_rank(rank, space), space) == rank);
    }
    CHECK(rank_of_key(key_of_rank(5, space, 1), space) > 1'000'000'000);  // of a later generation
  }
}

TEST_CASE("Keys of ranks are all different, and balanced over shards") {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t space = 0; space < 4; ++space) {
    for (std::uint64_t rank = 0; rank < 100'000; ++rank) keys.push_back(key_of_rank(rank, space));
  }
  for (const std::uint64_t shards : {2, 24, 48, 100}) {
    std::vector<double> load(shards);
    for (const std::uint64_t key : keys) load[key % shards]++;
    const double mean = static_cast<double>(keys.size()) / static_cast<double>(shards);
    for (const double l : load) CHECK(std::abs(l - mean) < 4.5 * std::sqrt(mean));
  }
  std::ranges::sort(keys);
  CHECK(std::ranges::adjacent_find(keys) == keys.end());
}

TEST_CASE("Drift passes each rank on to a new key once per lifetime, a few at a time") {
  const Nanoseconds lifetime = 1'000'000'000;
  KeySampler keys = KeySampler::uniform(10'000);
  keys.in_space(hash_name("item")).with_lifetime(lifetime);
  double changed = 0.0;
  for (std::uint64_t rank = 0; rank < 10'000; ++rank) {
    changed += keys.key_at(rank, 0) != keys.key_at(rank, lifetime / 10);
    CHECK(keys.key_at(rank, 0) != keys.key_at(rank, lifetime));
    CHECK(keys.key_at(rank, 0) != keys.key_at(rank, 2 * lifetime));
  }
  check_frequency(changed, 10'000, 0.1);
}

TEST_CASE("Without a law there is one key") {
  RandomStream stream(1, 0, "test");
  RandomStream untouched = stream;
  const KeySampler constant;
  CHECK(constant.key(stream) == constant.key(stream));
  CHECK(stream.next_u64() == untouched.next_u64());
}

TEST_CASE("Keys are the same on every machine") {
  // Printed by this program once; a change here changes every result of every scenario.
  std::uint64_t hash = 0;
  for (const double s : {0.0, 0.8, 1.0, 1.05}) {
    RandomStream stream(1, 0, "golden/keys");
    KeySampler keys = KeySampler::zipf(50'000'000, s);
    for (int i = 0; i < 10'000; ++i) hash = mix(hash, keys.key(stream));
  }
  CHECK(hash == 12073733132972753470ull);
}
