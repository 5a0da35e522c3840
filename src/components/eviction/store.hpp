#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "components/eviction/policy.hpp"

namespace windtunnel::eviction {

inline constexpr std::int64_t kNeverExpires = std::numeric_limits<std::int64_t>::max();

struct StoreOptions {
  PolicyKind policy = PolicyKind::lru;
  Capacity capacity;
  /// Sliding time to live: every hit sets the expiry to this long from now. 0: a hit leaves it as it was.
  std::int64_t sliding_ttl_ns = 0;
  /// How long beyond its expiry an entry may still be served as stale.
  std::int64_t stale_ns = 0;
};

struct StoreCounters {
  std::uint64_t hits = 0;         ///< fresh
  std::uint64_t stale_hits = 0;   ///< beyond the expiry, within the time that allows it
  std::uint64_t misses = 0;       ///< absent or expired
  std::uint64_t expirations = 0;  ///< entries removed because of their age
  std::uint64_t rejections = 0;   ///< fills that did not stay: too large, or refused by the policy

  std::uint64_t lookups() const { return hits + stale_hits + misses; }
};

/// The content of one cache: keys with a 64-bit payload (a version, a size, an index) and an expiry, over an
/// eviction policy.
///
/// An expired entry goes when it is looked up or swept, as in Redis and memcached; until then it takes space
/// and may be evicted as any other.
class Store {
 public:
  enum class Outcome : std::uint8_t { hit, stale, miss };
  struct Lookup {
    Outcome outcome = Outcome::miss;
    std::uint64_t payload = 0;
    std::int64_t expires_ns = 0;
  };

  /// `random` feeds the policies that use chance.
  Store(const StoreOptions& options, RandomStream random)
      : options_(options), policy_(make_policy(options.policy, options.capacity, random)) {}

  Lookup lookup(std::uint64_t key, std::int64_t now_ns);

  /// What an origin's answer to a miss does: where another caller's answer came first and is still fresh, it
  /// changes nothing, and the time to live does not start again. False when the key did not stay.
  bool fill(std::uint64_t key, std::uint64_t size_bytes, std::int64_t expires_ns, std::uint64_t payload,
            std::int64_t now_ns);

  /// What a write does: replaces whatever is there.
  bool put(std::uint64_t key, std::uint64_t size_bytes, std::int64_t expires_ns, std::uint64_t payload,
           std::int64_t now_ns);

  bool invalidate(std::uint64_t key) { return policy_->erase(key); }
  void flush() { policy_->clear(); }

  /// Looks at the next `budget` places and removes what can no longer be served, as Redis's active expiry
  /// does in the background. Returns how many it removed.
  std::uint64_t sweep(std::uint64_t budget, std::int64_t now_ns);

  std::uint64_t count() const { return policy_->count(); }  ///< entries, expired ones too
  std::uint64_t used() const { return policy_->used(); }    ///< items or bytes, as the capacity
  std::uint64_t evictions() const { return policy_->evictions(); }
  const StoreCounters& counters() const { return counters_; }
  /// Entries that are fresh at this moment; walks through all.
  std::uint64_t count_fresh(std::int64_t now_ns) const;

 private:
  struct Value {
    std::uint64_t payload = 0;
    std::int64_t expires_ns = 0;
  };

  bool is_servable(const Value& value, std::int64_t now_ns) const {
    return now_ns < value.expires_ns || now_ns - value.expires_ns < options_.stale_ns;
  }

  StoreOptions options_;
  std::unique_ptr<EvictionPolicy> policy_;
  std::vector<Value> values_;  ///< by slot
  std::uint64_t sweep_at_ = 0;
  StoreCounters counters_;
};

}  // namespace windtunnel::eviction
