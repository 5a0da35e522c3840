#include "components/key_popularity.hpp"

#include <algorithm>

#include "components/eviction/approximation.hpp"
#include "components/eviction/occupancy_laws.hpp"
#include "kernel/elementary.hpp"

namespace windtunnel {
namespace {

constexpr std::uint64_t tabled_ranks = 4096;

eviction::Popularity groups_of(const KeySampler& law) {
  switch (law.kind()) {
    case KeySampler::Kind::uniform:
      return eviction::uniform_popularity(law.population());
    case KeySampler::Kind::zipf:
      return eviction::zipf_popularity(law.population(), law.exponent());
    case KeySampler::Kind::hotspot:
      break;
  }
  const auto hot = static_cast<double>(law.hot());
  const auto cold = static_cast<double>(law.population()) - hot;
  eviction::Popularity groups{{{law.share() / hot, hot}, {(1 - law.share()) / cold, cold}}, hot + cold};
  if (groups.groups[0].probability < groups.groups[1].probability) {
    std::swap(groups.groups[0], groups.groups[1]);
  }
  return groups;
}

}  // namespace

KeyPopularity::KeyPopularity(const KeySampler& law) : law_(law), groups_(groups_of(law)) {}

double KeyPopularity::probability(std::uint64_t rank) const {
  switch (law_.kind()) {
    case KeySampler::Kind::uniform:
      return groups_.groups.front().probability;
    case KeySampler::Kind::zipf:
      return groups_.groups.front().probability *
             elementary::pow(static_cast<double>(rank + 1), -law_.exponent());
    case KeySampler::Kind::hotspot:
      break;
  }
  const auto hot = static_cast<double>(law_.hot());
  const auto population = static_cast<double>(law_.population());
  return rank < law_.hot() ? law_.share() / hot : (1 - law_.share()) / (population - hot);
}

std::optional<std::uint64_t> KeyPopularity::rank_of(std::uint64_t key) const {
  const std::uint64_t rank = rank_of_key(key, law_.space());
  if (rank >= law_.population()) return std::nullopt;
  return rank;
}

MemberLaw::MemberLaw(const KeyPopularity& popularity, std::uint32_t count)
    : popularity_(popularity),
      draws_(eviction::characteristic_requests(popularity.groups(), count)),
      from_law_(draws_ <= popularity.groups().keys) {
  const std::uint64_t ranks = std::min(tabled_ranks, popularity.law().population());
  for (std::uint64_t rank = 0; rank < ranks; ++rank) acceptance_.push_back(acceptance(rank));
  // Of a law: the rarer a key, the more likely it is accepted, so that few draws need their own probability.
  const std::uint64_t last = popularity.law().population() - 1;
  if (from_law_) acceptance_beyond_ = std::min(acceptance_.back(), acceptance(last));
}

double MemberLaw::acceptance(std::uint64_t rank) const {
  const double expected = draws_ * popularity_.probability(rank);
  return from_law_ ? eviction::lru_law(expected) / expected : eviction::lru_law(expected);
}

std::uint64_t MemberLaw::rank(RandomStream& stream) const {
  const KeySampler& law = popularity_.law();
  for (;;) {
    const std::uint64_t rank = from_law_ ? law.rank(stream) : stream.below(law.population());
    const double point = stream.uniform();
    const bool beyond = rank >= acceptance_.size();
    if (beyond && point < acceptance_beyond_) return rank;
    if (point < (beyond ? acceptance(rank) : acceptance_[rank])) return rank;
  }
}

}  // namespace windtunnel
