#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "components/call.hpp"
#include "components/key_popularity.hpp"
#include "components/key_spaces.hpp"
#include "kernel/random.hpp"

namespace windtunnel {

/// The keys of a call for many, and how they fall onto shards. Known keys are real ones; of the others only
/// the number is known, and they fall onto shards by chance, all equally likely.
struct KeyBatch {
  struct Part {
    KeyGroup group;
    std::uint32_t shard = 0;
    std::uint32_t count = 0;  ///< known and unknown ones
  };
  std::vector<std::uint64_t> keys;
  std::vector<Part> parts;  ///< shards with at least one key, in order

  std::vector<std::uint64_t> scratch;
  std::vector<std::uint32_t> known_of_shard, count_of_shard;
};

/// Batches that are reused: no allocation once they have grown.
class KeyBatchPool {
 public:
  class Lease {
   public:
    Lease(KeyBatchPool& pool, std::unique_ptr<KeyBatch> batch) : pool_(&pool), batch_(std::move(batch)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (batch_) pool_->free_.push_back(std::move(batch_));
    }
    KeyBatch& operator*() const { return *batch_; }
    KeyBatch* operator->() const { return batch_.get(); }

   private:
    KeyBatchPool* pool_;
    std::unique_ptr<KeyBatch> batch_;
  };

  Lease take() {
    if (free_.empty()) return Lease(*this, std::make_unique<KeyBatch>());
    Lease lease(*this, std::move(free_.back()));
    free_.pop_back();
    lease->keys.clear();
    return lease;
  }

 private:
  std::vector<std::unique_ptr<KeyBatch>> free_;
};

/// Draws the keys of calls for many from the workloads' laws.
class KeyDraws {
 public:
  KeyDraws(const KeySpaces& spaces, RandomStream stream) : spaces_(spaces), stream_(stream) {}

  /// Fills batch.keys with at most `most` of the call's keys: those that it names, or else members of a set
  /// of call.count different keys (see MemberLaw), `call.key` first where it draws one itself. Only the first
  /// where the workload has no law for them.
  void draw(const Call& call, std::uint32_t most, Nanoseconds now, KeyBatch& batch);

  /// Sorts batch.keys by shard (`shard_of(key)`), and spreads the call's other keys over the shards.
  template <class ShardOf>
  void split(const Call& call, std::uint32_t shards, ShardOf shard_of, KeyBatch& batch) {
    batch.known_of_shard.assign(shards, 0);
    for (const std::uint64_t key : batch.keys) ++batch.known_of_shard[shard_of(key)];
    make_parts(call, shards, batch);
    batch.scratch.resize(batch.keys.size());
    for (const std::uint64_t key : batch.keys) batch.scratch[batch.count_of_shard[shard_of(key)]++] = key;
    batch.keys.swap(batch.scratch);
    for (KeyBatch::Part& part : batch.parts) {
      part.group.keys = batch.keys.data() + (batch.count_of_shard[part.shard] - part.group.known);
    }
  }

  const KeyPopularity* popularity(int workload, int space);
  /// Draws with repetition that bring as many different keys as the call asks for, per key; at least 1.
  float draws_per_key(const Call& call);

 private:
  void make_parts(const Call& call, std::uint32_t shards, KeyBatch& batch);
  void spread(std::uint32_t count, std::uint32_t shards, std::vector<std::uint32_t>& over);
  const MemberLaw* members(const Call& call);
  bool seen_before(std::uint64_t key);

  const KeySpaces& spaces_;
  RandomStream stream_;
  std::map<std::pair<int, int>, std::unique_ptr<KeyPopularity>> popularities_;  // workload, space
  std::map<std::tuple<int, int, int>, std::unique_ptr<MemberLaw>> members_;     // and size's class
  std::vector<std::pair<std::uint64_t, std::uint32_t>> seen_;  // open addressing: key and the draw it was for
  std::uint32_t draw_number_ = 0;
};

}  // namespace windtunnel
