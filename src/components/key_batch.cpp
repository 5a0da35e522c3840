#include "components/key_batch.hpp"

#include <algorithm>
#include <cmath>

#include "kernel/binomial.hpp"
#include "kernel/elementary.hpp"

namespace windtunnel {
namespace {

constexpr int most_repetitions = 64;  // in a row; then the law has no more keys to give

/// Sizes within 10% of each other share a law of members.
int size_class(std::uint32_t count) {
  return static_cast<int>(std::lround(elementary::log(static_cast<double>(count)) * 7));
}

}  // namespace

const KeyPopularity* KeyDraws::popularity(int workload, int space) {
  const KeySampler* law = spaces_.law(workload, space);
  if (!law) return nullptr;
  std::unique_ptr<KeyPopularity>& known = popularities_[{workload, space}];
  if (!known) known = std::make_unique<KeyPopularity>(*law);
  return known.get();
}

const MemberLaw* KeyDraws::members(const Call& call) {
  const KeyPopularity* popularity_of_call = popularity(call.request->workload, call.key_space);
  if (!popularity_of_call || popularity_of_call->law().population() < 2) return nullptr;
  std::unique_ptr<MemberLaw>& law =
      members_[{call.request->workload, call.key_space, size_class(call.count)}];
  if (!law) law = std::make_unique<MemberLaw>(*popularity_of_call, call.count);
  return law.get();
}

float KeyDraws::draws_per_key(const Call& call) {
  const MemberLaw* law = call.count > 1 ? members(call) : nullptr;
  return law ? static_cast<float>(std::max(1.0, law->draws() / call.count)) : 1;
}

bool KeyDraws::seen_before(std::uint64_t key) {
  const std::size_t mask = seen_.size() - 1;
  for (std::size_t at = scramble(key) & mask;; at = (at + 1) & mask) {
    if (seen_[at].second != draw_number_) {
      seen_[at] = {key, draw_number_};
      return false;
    }
    if (seen_[at].first == key) return true;
  }
}

void KeyDraws::draw(const Call& call, std::uint32_t most, Nanoseconds now, KeyBatch& batch) {
  if (call.group) {
    const std::uint32_t known = std::min(most, call.group->known);
    batch.keys.assign(call.group->keys, call.group->keys + known);
    return;
  }
  batch.keys.clear();
  const std::uint32_t wanted = std::min(most, call.count);
  const MemberLaw* law = wanted > 1 ? members(call) : nullptr;
  if (!law) {
    batch.keys.push_back(call.key);
    return;
  }
  std::size_t room = std::max<std::size_t>(64, seen_.size());
  while (room < 2 * std::size_t{wanted}) room *= 2;
  if (room != seen_.size()) seen_.assign(room, {0, 0});
  ++draw_number_;
  const KeySampler& keys = *spaces_.law(call.request->workload, call.key_space);
  for (int repetitions = 0; batch.keys.size() < wanted && repetitions < most_repetitions;) {
    const std::uint64_t key = keys.key_at(law->rank(stream_), now);
    if (seen_before(key)) {
      ++repetitions;
      continue;
    }
    repetitions = 0;
    batch.keys.push_back(key);
  }
}

void KeyDraws::make_parts(const Call& call, std::uint32_t shards, KeyBatch& batch) {
  const auto known = static_cast<std::uint32_t>(batch.keys.size());
  batch.count_of_shard = batch.known_of_shard;
  if (call.count > known) spread(call.count - known, shards, batch.count_of_shard);
  batch.parts.clear();
  const float draws = call.group ? call.group->draws : draws_per_key(call);
  std::uint32_t offset = 0;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    const std::uint32_t known_here = batch.known_of_shard[shard];
    if (batch.count_of_shard[shard] > 0) {
      batch.parts.push_back({{nullptr, known_here, draws}, shard, batch.count_of_shard[shard]});
    }
    batch.count_of_shard[shard] = offset;  // from here on: where the shard's next key goes
    offset += known_here;
  }
}

/// Each of `count` keys onto one of the shards: one by one where they are few, else shard by shard from the
/// binomial laws that make up the multinomial one.
void KeyDraws::spread(std::uint32_t count, std::uint32_t shards, std::vector<std::uint32_t>& over) {
  if (count <= 2 * shards) {
    for (std::uint32_t i = 0; i < count; ++i) ++over[stream_.below(shards)];
    return;
  }
  for (std::uint32_t shard = 0; shard + 1 < shards && count > 0; ++shard) {
    const std::uint32_t here = binomial(count, 1.0 / (shards - shard), stream_);
    over[shard] += here;
    count -= here;
  }
  over[shards - 1] += count;
}

}  // namespace windtunnel
