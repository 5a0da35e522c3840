#pragma once

#include <cstdint>

#include "kernel/random.hpp"
#include "kernel/time.hpp"
#include "kernel/zipf.hpp"

namespace windtunnel {

/// The key that has a rank (0-based): a bijection, different for each key space (name it by hash_name) and
/// generation, that scatters neighbouring ranks, so that key % shards is balanced and unrelated to
/// popularity.
constexpr std::uint64_t key_of_rank(std::uint64_t rank, std::uint64_t space = 0,
                                    std::uint64_t generation = 0) {
  return scramble(rank + scramble(space) + generation * golden_gamma);
}

/// The rank that has a key of the first generation: the inverse of key_of_rank. Words that are no such key give
/// ranks beyond any population, but for a chance of population / 2^64.
constexpr std::uint64_t rank_of_key(std::uint64_t key, std::uint64_t space = 0) {
  key = (key ^ (key >> 31) ^ (key >> 62)) * 0x319642b2d24d8ec3;  // the inverses of scramble's factors mod 2^64
  key = (key ^ (key >> 27) ^ (key >> 54)) * 0x96de1b173f119089;
  return (key ^ (key >> 30) ^ (key >> 60)) - scramble(space);
}

/// Draws keys by how popular they are. Ranks are 0-based, rank 0 the most popular.
class KeySampler {
 public:
  enum class Kind : std::uint8_t { uniform, zipf, hotspot };

  /// Always the same key.
  KeySampler() = default;

  /// Each of n keys equally often.
  static KeySampler uniform(std::uint64_t n);
  /// P(rank k) proportional to (k+1)^-s.
  static KeySampler zipf(std::uint64_t n, double s);
  /// A `share` of the draws (0 to 1) goes to the first `hot` of n keys, evenly; the rest to the others,
  /// evenly.
  static KeySampler hotspot(std::uint64_t n, std::uint64_t hot, double share);

  /// Keys of another space are other keys: set it to hash_name of what the keys name ("user").
  KeySampler& in_space(std::uint64_t space);

  /// Popularity drifts: each rank keeps its key for `lifetime` and then passes it on to one never seen
  /// before, at moments spread evenly over the ranks. 0 is no drift.
  KeySampler& with_lifetime(Nanoseconds lifetime);

  /// In [0, population).
  std::uint64_t rank(RandomStream& stream) const;
  std::uint64_t key(RandomStream& stream, Nanoseconds now = 0) const { return key_at(rank(stream), now); }
  /// The key that has a rank at an instant.
  std::uint64_t key_at(std::uint64_t rank, Nanoseconds now) const;

  std::uint64_t population() const { return n_; }

  Kind kind() const { return kind_; }
  double exponent() const { return zipf_.exponent(); }  ///< of zipf
  std::uint64_t hot() const { return hot_; }            ///< of hotspot
  double share() const { return share_; }               ///< of hotspot
  std::uint64_t space() const { return space_; }

 private:
  Kind kind_ = Kind::uniform;
  std::uint64_t n_ = 1;
  std::uint64_t hot_ = 0;
  double share_ = 0.0;
  std::uint64_t space_ = 0;
  std::uint64_t lifetime_ = 0;
  ZipfSampler zipf_{1, 0.0};
};

}  // namespace windtunnel
