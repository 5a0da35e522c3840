#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "components/call.hpp"
#include "components/eviction/store.hpp"
#include "components/key_batch.hpp"
#include "components/warm_content.hpp"
#include "kernel/random.hpp"
#include "kernel/time.hpp"

namespace windtunnel {

/// The keys that a cache holds, split into parts that live and die on their own (shards, edge locations).
class CacheContent {
 public:
  struct Options {
    eviction::PolicyKind policy = eviction::PolicyKind::lru;
    double capacity_items = 0;  ///< of all parts together
    int parts = 1;
    std::uint64_t salt = 0;  ///< of the hash that spreads keys over parts
    Nanoseconds ttl = 0;     ///< 0: none
    double jitter = 0;       ///< a time to live is uniform within this share of `ttl` on both sides
    bool sliding = false;
    bool warm = true;      ///< begins as after long use; see WarmContent
    bool refilled = true;  ///< by what it misses
  };
  /// `streams` names the sources of chance.
  CacheContent(const Options& options, KeyDraws& draws, const RandomStream& stream);

  /// Before the first call: somebody will bring what is missed.
  void set_refilled() { options_.refilled = true; }

  /// Asks one part for a key of a call: whether it is there, and fresh. `draws`: see KeyDraws::draws_per_key.
  bool look_up(std::size_t part, std::uint64_t key, const Call& call, double draws, Nanoseconds now);
  /// Takes in an origin's answer; nothing changes where the key is there already. `weight` is how many keys
  /// this one stands for where only a sample of a call's keys is looked up.
  void fill(std::size_t part, std::uint64_t key, double weight, Nanoseconds now);
  /// Takes in what has been written.
  void put(std::size_t part, std::uint64_t key, double weight, Nanoseconds now);
  void invalidate(std::size_t part, std::uint64_t key, Nanoseconds now);
  /// All of a part is gone.
  void lose(std::size_t part);

  /// The share of hits among the last thousands of keys looked up in a part; 0 before the first.
  double recent_hit_ratio(std::size_t part) const;
  const eviction::Store& store(std::size_t part) const { return parts_[part].store; }

 private:
  struct Part {
    eviction::Store store;
    bool warm;  // keys not seen yet may be there
    double recent_hits = 0;
    double recent_lookups = 0;
  };
  bool look_up_store(Part& part, std::uint64_t key, Nanoseconds now);
  bool find_warm(Part& part, std::uint64_t key, Nanoseconds now);
  void prepare(const Call& call);
  void fill_by_use(const KeyPopularity& popularity);
  Nanoseconds expiry(double weight, Nanoseconds now);

  Options options_;
  KeyDraws& draws_;
  RandomStream ttl_stream_;
  std::uint64_t coin_key_;
  std::vector<Part> parts_;
  std::unique_ptr<WarmContent> warm_;
  bool prepared_ = false;
  double requests_ = 0;  // draws of keys since the start
};

}  // namespace windtunnel
