#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace windtunnel {

/// Finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014; constants: Stafford's variant 13): a bijection
/// of 64-bit words in which every input bit flips every output bit with probability close to one half.
constexpr std::uint64_t scramble(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

inline constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15;  ///< 2^64 / golden ratio, SplitMix64's step

/// Hash of a sequence of words; order matters. For draws keyed by what they are for (a request's number, a
/// replica's number) instead of by when they happen.
template <class... Words>
constexpr std::uint64_t mix(Words... words) {
  std::uint64_t hash = 0;
  ((hash = scramble(hash + golden_gamma + static_cast<std::uint64_t>(words))), ...);
  return hash;
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo), of a stream's name.
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// The 53 upper bits of a word as a double in [0, 1).
constexpr double unit_interval(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

/// Layers of equal area under a decreasing density with f(0) = 1 (Marsaglia & Tsang, J. Stat. Software 5(8)
/// 2000). Layer 0 is the base strip with the tail; x[0] is its width as if it were a rectangle.
struct Ziggurat {
  static constexpr std::size_t layers = 256;
  std::array<double, layers + 1> x;        ///< right edge of each layer, decreasing to 0
  std::array<double, layers + 1> density;  ///< f(x)
};
extern const Ziggurat exponential_ziggurat;
extern const Ziggurat normal_ziggurat;

/// A stream of random numbers, named by what it is for: xoshiro256++ 1.0 (Blackman & Vigna, ACM TOMS 47(4)
/// 2021), period 2^256 - 1.
///
/// The state comes from (seed, replication, name), so that adding a stream leaves every other as it was. The
/// name is hashed with FNV-1a, the three words with mix(), and SplitMix64 fills the state from the result, as
/// xoshiro's authors advise. All results are the same bits on every machine.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t replication, std::string_view name)
      : RandomStream(mix(seed, replication, hash_name(name))) {}

  /// A stream of its own for one key, such as mix(stream key, request number). Costs about four draws.
  explicit constexpr RandomStream(std::uint64_t key)
      : state_{scramble(key + golden_gamma), scramble(key + 2 * golden_gamma),
               scramble(key + 3 * golden_gamma), scramble(key + 4 * golden_gamma)} {}

  /// For reference vectors; the state must not be all zero.
  explicit constexpr RandomStream(const std::array<std::uint64_t, 4>& state)
      : state_{state[0], state[1], state[2], state[3]} {}

  /// 64 uniform bits.
  constexpr std::uint64_t next_u64() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// In [0, 1), a multiple of 2^-53.
  constexpr double uniform() { return unit_interval(next_u64()); }

  /// In (0, 1], for logarithms and reciprocals.
  constexpr double uniform_positive() { return (static_cast<double>(next_u64() >> 11) + 1.0) * 0x1p-53; }

  /// True with the given probability: never for 0 or less, always for 1 or more.
  constexpr bool chance(double probability) { return uniform() < probability; }

  /// Uniform integer in [0, n), without bias; n > 0 (Lemire, ACM TOMACS 29(1) 2019).
  constexpr std::uint64_t below(std::uint64_t n) {
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(next_u64()) * n;
    if (static_cast<std::uint64_t>(product) < n) {
      const std::uint64_t threshold = (0 - n) % n;
      while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<Wide>(next_u64()) * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  /// Exponential with mean 1, never negative, by ziggurat. As in Doornik (2005, "An improved ziggurat method
  /// to generate normal random samples") the layer and the position come from different bits of a word.
  double exponential() {
    const std::uint64_t bits = next_u64();
    const std::size_t layer = bits & (Ziggurat::layers - 1);
    const double x = unit_interval(bits) * exponential_ziggurat.x[layer];
    if (x < exponential_ziggurat.x[layer + 1]) [[likely]]
      return x;
    return exponential_at_edge(layer, x);
  }

  /// Standard normal, by ziggurat, layer and position from different bits.
  double normal() {
    const std::uint64_t bits = next_u64();
    const std::size_t layer = bits & (Ziggurat::layers - 1);
    const double position = static_cast<double>(static_cast<std::int64_t>(bits) >> 11) * 0x1p-52;  // [-1, 1)
    const double x = position * normal_ziggurat.x[layer];
    if ((x < 0 ? -x : x) < normal_ziggurat.x[layer + 1]) [[likely]]
      return x;
    return normal_at_edge(layer, x);
  }

 private:
  double exponential_at_edge(std::size_t layer, double x);
  double normal_at_edge(std::size_t layer, double x);

  std::uint64_t state_[4];
};

}  // namespace windtunnel
