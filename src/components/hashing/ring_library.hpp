#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "components/hashing/hash_ring.hpp"

namespace windtunnel {

/// The rings of balancers in front of the same backends: those that believe the same backends to be alive
/// share one. A ring of a thousand backends takes 2.5 MB, and each of a thousand callers balances by one.
class RingLibrary {
 public:
  RingLibrary(int virtual_nodes, std::uint64_t seed) : virtual_nodes_(virtual_nodes), seed_(seed) {}

  /// The ring of these backends (ascending); `weights` of all backends, by backend.
  std::shared_ptr<const HashRing> ring(std::span<const int> backends, std::span<const double> weights);

 private:
  struct Entry {
    std::vector<int> backends;
    std::weak_ptr<const HashRing> ring;
  };
  int virtual_nodes_;
  std::uint64_t seed_;
  std::vector<Entry> entries_;
};

}  // namespace windtunnel
