#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "components/eviction/popularity.hpp"
#include "kernel/keys.hpp"
#include "kernel/random.hpp"

namespace windtunnel {

/// How often each key of a law is asked for: what draws alone do not tell.
class KeyPopularity {
 public:
  explicit KeyPopularity(const KeySampler& law);

  /// That one draw gives this rank, counted from 0.
  double probability(std::uint64_t rank) const;
  /// Of a key that was there when time began; nothing for keys that drift has brought since.
  std::optional<std::uint64_t> rank_of(std::uint64_t key) const;
  const eviction::Popularity& groups() const { return groups_; }
  const KeySampler& law() const { return law_; }

 private:
  KeySampler law_;
  eviction::Popularity groups_;
};

/// Members of a set of `count` different keys that was drawn one by one from a law, repetitions left out:
/// what a multi-get asks for. A member's rank r is drawn directly from its inclusion probability 1 - exp(-D
/// p(r)), where D draws are needed on average for the set (Poissonized; as in Che's approximation of caches),
/// by rejection from the law itself or from equally likely ranks, whichever rejects less. Members are drawn
/// independently of each other.
class MemberLaw {
 public:
  MemberLaw(const KeyPopularity& popularity, std::uint32_t count);
  std::uint64_t rank(RandomStream& stream) const;
  /// Draws that a set of this size needs on average.
  double draws() const { return draws_; }

 private:
  double acceptance(std::uint64_t rank) const;

  const KeyPopularity& popularity_;
  double draws_;
  bool from_law_;
  std::vector<double> acceptance_;  // of the most popular ranks
  double acceptance_beyond_ = 0;    // of the others, at least
};

}  // namespace windtunnel
