#include "components/hashing/ring_library.hpp"

#include <algorithm>

namespace windtunnel {

std::shared_ptr<const HashRing> RingLibrary::ring(std::span<const int> backends,
                                                  std::span<const double> weights) {
  std::erase_if(entries_, [](const Entry& entry) { return entry.ring.expired(); });
  for (const Entry& entry : entries_) {
    if (std::ranges::equal(entry.backends, backends)) return entry.ring.lock();
  }
  auto made = std::make_shared<HashRing>(virtual_nodes_, seed_);
  for (const int backend : backends) made->add(backend, weights[static_cast<std::size_t>(backend)]);
  entries_.push_back({{backends.begin(), backends.end()}, made});
  return made;
}

}  // namespace windtunnel
