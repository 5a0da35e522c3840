#include "components/hashing/hash_ring.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernel/random.hpp"

namespace windtunnel {

void HashRing::add(int backend, double weight) {
  assert(backend >= 0 && weight > 0);
  const auto count = std::max<std::int64_t>(1, std::llround(weight * virtual_nodes_));
  const auto before = [](const Point& a, const Point& b) {
    return a.position != b.position ? a.position < b.position : a.backend < b.backend;
  };
  const auto old_count = static_cast<std::ptrdiff_t>(points_.size());
  for (std::int64_t i = 0; i < count; ++i) points_.push_back({mix(seed_, backend, i), backend});
  std::sort(points_.begin() + old_count, points_.end(), before);
  std::inplace_merge(points_.begin(), points_.begin() + old_count, points_.end(), before);
  ++backends_;
}

void HashRing::remove(int backend) {
  const std::size_t removed =
      std::erase_if(points_, [&](const Point& point) { return point.backend == backend; });
  if (removed > 0) --backends_;
}

std::size_t HashRing::first_at(std::uint64_t key) const {
  const auto point = std::ranges::lower_bound(points_, scramble(key + golden_gamma), {}, &Point::position);
  return point == points_.end() ? 0 : static_cast<std::size_t>(point - points_.begin());
}

int HashRing::pick(std::uint64_t key) const {
  return points_.empty() ? nobody : points_[first_at(key)].backend;
}

int HashRing::pick_bounded(std::uint64_t key, std::span<const std::int32_t> loads, double bound) const {
  assert(bound > 1);
  if (points_.empty()) return nobody;
  std::int64_t total = 1;
  for (const std::int32_t load : loads) total += load;
  const double limit = std::ceil(bound * static_cast<double>(total) / static_cast<double>(backends_));
  const std::size_t first = first_at(key);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const std::size_t at = first + i < points_.size() ? first + i : first + i - points_.size();
    const int backend = points_[at].backend;
    if (loads[static_cast<std::size_t>(backend)] < limit) return backend;
  }
  assert(false);  // some load is at most the mean, which is below the limit
  return nobody;
}

std::vector<double> HashRing::shares(std::size_t n) const {
  std::vector<double> shares(n, 0.0);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const std::uint64_t before = points_[i == 0 ? points_.size() - 1 : i - 1].position;
    const std::uint64_t arc = points_[i].position - before;  // modulo 2^64: across zero too
    const double share = points_.size() == 1 ? 1 : static_cast<double>(arc) * 0x1p-64;
    shares[static_cast<std::size_t>(points_[i].backend)] += share;
  }
  return shares;
}

}  // namespace windtunnel
