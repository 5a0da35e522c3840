#include "components/cache_content.hpp"

#include <algorithm>
#include <cmath>

#include "components/sharding.hpp"

namespace windtunnel {
namespace {

constexpr double recent_window = 4096;

// A cache of another policy than LRU is filled by using it, until its content has been replaced this many
// times: within 0.02 of its long-run hit ratio. Where that takes more requests than these (about half a
// second), it begins with what the formulas say.
constexpr double turnovers = 4;
constexpr double most_requests_before = 4e6;

// What was there when the run began has been used: policies that count uses must not take it for new.
constexpr int uses_before = 2;

}  // namespace

CacheContent::CacheContent(const Options& options, KeyDraws& draws, const RandomStream& stream)
    : options_(options), draws_(draws), ttl_stream_(stream), coin_key_(ttl_stream_.next_u64()) {
  const double share = std::max(1.0, std::floor(options.capacity_items / options.parts));
  const eviction::StoreOptions store{.policy = options.policy,
                                     .capacity = eviction::Capacity::items(static_cast<std::uint64_t>(share)),
                                     .sliding_ttl_ns = options.sliding ? options.ttl : 0};
  parts_.reserve(static_cast<std::size_t>(options.parts));
  for (int part = 0; part < options.parts; ++part) {
    parts_.push_back({eviction::Store(store, RandomStream(ttl_stream_.next_u64())), options.warm});
  }
}

/// At the first call, which tells whose law of keys is in use.
void CacheContent::prepare(const Call& call) {
  prepared_ = true;
  const KeyPopularity* popularity = draws_.popularity(call.request->workload, call.key_space);
  if (!options_.warm || !popularity) return;
  const WarmContent::Options options{options_.policy, options_.capacity_items, options_.ttl, options_.sliding,
                                     options_.refilled};
  warm_ = std::make_unique<WarmContent>(*popularity, options);
  const bool is_lru = options_.policy == eviction::PolicyKind::lru;
  const double requests = turnovers * warm_->memory_requests();
  if (!is_lru && options_.refilled && options_.ttl == 0 && requests <= most_requests_before)
    fill_by_use(*popularity);
}

void CacheContent::fill_by_use(const KeyPopularity& popularity) {
  RandomStream stream(ttl_stream_.next_u64());
  const auto requests = static_cast<std::int64_t>(turnovers * warm_->memory_requests());
  for (std::int64_t request = 0; request < requests; ++request) {
    const std::uint64_t key = popularity.law().key_at(popularity.law().rank(stream), 0);
    eviction::Store& store = parts_[shard_of_key(key, options_.salt, parts_.size())].store;
    if (store.lookup(key, 0).outcome == eviction::Store::Outcome::miss) {
      store.put(key, 1, eviction::kNeverExpires, 0, 0);
    }
  }
  warm_.reset();
}

bool CacheContent::look_up(std::size_t number, std::uint64_t key, const Call& call, double draws,
                           Nanoseconds now) {
  if (!prepared_) prepare(call);
  Part& part = parts_[number];
  const bool hit = look_up_store(part, key, now);
  requests_ += draws;
  part.recent_lookups += 1;
  part.recent_hits += hit;
  if (part.recent_lookups >= recent_window) {
    part.recent_lookups /= 2;
    part.recent_hits /= 2;
  }
  return hit;
}

bool CacheContent::look_up_store(Part& part, std::uint64_t key, Nanoseconds now) {
  const std::uint64_t expired_before = part.store.counters().expirations;
  if (part.store.lookup(key, now).outcome != eviction::Store::Outcome::miss) return true;
  if (!part.warm || !warm_) return false;
  if (part.store.counters().expirations != expired_before) return false;
  if (part.store.evictions() > 0) return part.warm = false;  // full of what this run has asked for
  return find_warm(part, key, now);
}

bool CacheContent::find_warm(Part& part, std::uint64_t key, Nanoseconds now) {
  const double coin = unit_interval(mix(coin_key_, key));
  const std::optional<Nanoseconds> left = warm_->find(key, requests_, now, coin);
  if (!left) return false;
  const Nanoseconds lifetime = options_.sliding && options_.ttl > 0 ? options_.ttl : *left;
  part.store.put(key, 1, lifetime == forever ? eviction::kNeverExpires : now + lifetime, 0, now);
  for (int use = 0; use < uses_before; ++use) part.store.lookup(key, now);
  return true;
}

/// Where a key stands for several, the part sees only a share of the requests: its time to live is stretched
/// by the same factor, so that as many requests fall into it as in life.
Nanoseconds CacheContent::expiry(double weight, Nanoseconds now) {
  if (options_.ttl <= 0) return eviction::kNeverExpires;
  double span = static_cast<double>(options_.ttl) * weight;
  if (options_.jitter > 0) span *= 1 + options_.jitter * (2 * ttl_stream_.uniform() - 1);
  return now + static_cast<Nanoseconds>(std::min(span, 0x1p61));
}

void CacheContent::fill(std::size_t part, std::uint64_t key, double weight, Nanoseconds now) {
  parts_[part].store.fill(key, 1, expiry(weight, now), 0, now);
}

void CacheContent::put(std::size_t part, std::uint64_t key, double weight, Nanoseconds now) {
  parts_[part].store.put(key, 1, expiry(weight, now), 0, now);
}

void CacheContent::invalidate(std::size_t number, std::uint64_t key, Nanoseconds now) {
  Part& part = parts_[number];
  // An entry that has expired already says that the key is known not to be there.
  if (part.warm && options_.warm) {
    part.store.put(key, 1, now, 0, now);
  } else {
    part.store.invalidate(key);
  }
}

void CacheContent::lose(std::size_t number) {
  Part& part = parts_[number];
  part.store.flush();
  part.warm = false;
  part.recent_hits = part.recent_lookups = 0;
}

double CacheContent::recent_hit_ratio(std::size_t number) const {
  const Part& part = parts_[number];
  return part.recent_lookups > 0 ? part.recent_hits / part.recent_lookups : 0;
}

}  // namespace windtunnel
