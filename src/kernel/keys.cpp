#include "kernel/keys.hpp"

#include <cassert>

namespace windtunnel {

KeySampler KeySampler::uniform(std::uint64_t n) {
  assert(n >= 1);
  KeySampler sampler;
  sampler.n_ = n;
  return sampler;
}

KeySampler KeySampler::zipf(std::uint64_t n, double s) {
  KeySampler sampler = uniform(n);
  sampler.kind_ = Kind::zipf;
  sampler.zipf_ = ZipfSampler(n, s);
  return sampler;
}

KeySampler KeySampler::hotspot(std::uint64_t n, std::uint64_t hot, double share) {
  assert(hot >= 1 && hot < n && share >= 0.0 && share <= 1.0);
  KeySampler sampler = uniform(n);
  sampler.kind_ = Kind::hotspot;
  sampler.hot_ = hot;
  sampler.share_ = share;
  return sampler;
}

KeySampler& KeySampler::in_space(std::uint64_t space) {
  space_ = space;
  return *this;
}

KeySampler& KeySampler::with_lifetime(Nanoseconds lifetime) {
  assert(lifetime >= 0);
  lifetime_ = static_cast<std::uint64_t>(lifetime);
  return *this;
}

std::uint64_t KeySampler::rank(RandomStream& stream) const {
  switch (kind_) {
    case Kind::uniform:
      return n_ == 1 ? 0 : stream.below(n_);
    case Kind::zipf:
      return zipf_.sample(stream) - 1;
    case Kind::hotspot:
      return stream.chance(share_) ? stream.below(hot_) : hot_ + stream.below(n_ - hot_);
  }
  return 0;
}

std::uint64_t KeySampler::key_at(std::uint64_t rank, Nanoseconds now) const {
  if (lifetime_ == 0) return key_of_rank(rank, space_);
  const std::uint64_t phase = scramble(rank + golden_gamma) % lifetime_;
  return key_of_rank(rank, space_, (static_cast<std::uint64_t>(now) + phase) / lifetime_);
}

}  // namespace windtunnel
