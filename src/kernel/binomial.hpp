#pragma once

#include <cstdint>

#include "kernel/random.hpp"

namespace windtunnel {

/// How many of `n` independent trials succeed, each with the same probability (below 0 counts as 0, above 1
/// as 1). Exact, in constant expected time: by inversion where fewer than ten successes are expected (BINV,
/// Kachitvichyanukul & Schmeiser, CACM 31(2) 1988), else by transformed rejection (BTRS, Hörmann, J. Statist.
/// Comput. Simul. 46 1993).
std::uint32_t binomial(std::uint32_t n, double probability, RandomStream& stream);

}  // namespace windtunnel
