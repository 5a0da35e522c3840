#pragma once

#include <cstdint>
#include <span>

namespace windtunnel {

/// Rendezvous hashing, highest random weight (Thaler and Ravishankar, IEEE/ACM ToN 6(1) 1998): the backend
/// for which the hash of (seed, key, backend) is highest; exactly uniform. Linear in the candidates, which
/// may be any; -1 for none.
int rendezvous_pick(std::uint64_t key, std::span<const int> candidates, std::uint64_t seed);

/// The same with shares proportional to weights > 0, by candidate (Schindelhauer and Schomaker, SPAA 2005:
/// the lowest exponential of rate `weight`).
int rendezvous_pick(std::uint64_t key, std::span<const int> candidates, std::span<const double> weights,
                    std::uint64_t seed);

/// Jump consistent hash (Lamping and Veach, arXiv 1406.2294, 2014): a bucket in [0, buckets), uniform; one
/// more bucket moves only the keys that it gains. Buckets come and go at the end only. buckets >= 1.
int jump_pick(std::uint64_t key, int buckets, std::uint64_t seed);

}  // namespace windtunnel
