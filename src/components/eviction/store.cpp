#include "components/eviction/store.hpp"

#include <algorithm>

namespace windtunnel::eviction {

Store::Lookup Store::lookup(std::uint64_t key, std::int64_t now_ns) {
  const Slot slot = policy_->find(key);
  if (slot == kNoSlot) {
    ++counters_.misses;
    return {};
  }
  Value& value = values_[slot];
  if (!is_servable(value, now_ns)) {
    ++counters_.misses;
    ++counters_.expirations;
    policy_->erase(key);
    return {};
  }
  policy_->touch(slot, now_ns);
  if (now_ns >= value.expires_ns) {
    ++counters_.stale_hits;
    return {Outcome::stale, value.payload, value.expires_ns};
  }
  ++counters_.hits;
  if (options_.sliding_ttl_ns > 0) value.expires_ns = now_ns + options_.sliding_ttl_ns;
  return {Outcome::hit, value.payload, value.expires_ns};
}

bool Store::fill(std::uint64_t key, std::uint64_t size_bytes, std::int64_t expires_ns, std::uint64_t payload,
                 std::int64_t now_ns) {
  const Slot slot = policy_->find(key);
  if (slot != kNoSlot && now_ns < values_[slot].expires_ns) return true;
  return put(key, size_bytes, expires_ns, payload, now_ns);
}

bool Store::put(std::uint64_t key, std::uint64_t size_bytes, std::int64_t expires_ns, std::uint64_t payload,
                std::int64_t now_ns) {
  const Slot slot = policy_->admit(key, size_bytes, now_ns);
  if (slot == kNoSlot) {
    ++counters_.rejections;
    return false;
  }
  if (slot >= values_.size()) values_.resize(std::max<std::size_t>(slot + 1, values_.size() * 2));
  values_[slot] = {payload, expires_ns};
  return true;
}

std::uint64_t Store::sweep(std::uint64_t budget, std::int64_t now_ns) {
  std::uint64_t removed = 0;
  const std::uint64_t places = policy_->slot_bound();
  for (std::uint64_t i = std::min(budget, places); i > 0; --i) {
    if (sweep_at_ >= policy_->slot_bound()) sweep_at_ = 0;
    const Slot slot = static_cast<Slot>(sweep_at_++);
    if (!policy_->is_resident(slot) || is_servable(values_[slot], now_ns)) continue;
    policy_->erase(policy_->key_at(slot));
    ++removed;
  }
  counters_.expirations += removed;
  return removed;
}

std::uint64_t Store::count_fresh(std::int64_t now_ns) const {
  std::uint64_t fresh = 0;
  for (Slot slot = 0; slot < policy_->slot_bound(); ++slot) {
    fresh += policy_->is_resident(slot) && now_ns < values_[slot].expires_ns;
  }
  return fresh;
}

}  // namespace windtunnel::eviction
