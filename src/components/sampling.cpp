#include "components/sampling.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

namespace windtunnel {

Sampler make_sampler(const Distribution& law) {
  switch (law.law) {
    case Law::constant:
      return Sampler::constant(law.location);
    case Law::exponential:
      return Sampler::exponential(law.scale);
    case Law::lognormal:
      return Sampler::lognormal(0.0, law.shape).scaled(law.scale);  // exactly the median, on any machine
    case Law::gamma:
      return Sampler::gamma(law.shape, law.scale);
    case Law::weibull:
      return Sampler::weibull(law.shape, law.scale);
    case Law::pareto:
      return std::isinf(law.maximum) ? Sampler::pareto(law.scale, law.shape)
                                     : Sampler::bounded_pareto(law.scale, law.shape, law.maximum);
    case Law::uniform:
      return Sampler::uniform(law.location, law.maximum);
    case Law::normal:
      return Sampler::truncated_normal(law.location, law.scale);
    case Law::mixture: {
      std::vector<Sampler> parts;
      for (const Distribution& part : law.parts) parts.push_back(make_sampler(part));
      return Sampler::mixture(law.weights, std::move(parts));
    }
    case Law::empirical:
      return is_interpolated(law) ? Sampler::interpolated(law.values) : Sampler::resampled(law.values);
  }
  assert(false);
  return {};
}

KeySampler make_key_sampler(const KeyLaw& law, std::string_view space) {
  const auto count = static_cast<std::uint64_t>(law.count.value);
  KeySampler sampler;
  switch (law.popularity) {
    case Popularity::constant:
    case Popularity::trace:
      break;  // a trace gives the key itself
    case Popularity::uniform:
      sampler = KeySampler::uniform(count);
      break;
    case Popularity::zipf:
      sampler = KeySampler::zipf(count, law.s);
      break;
    case Popularity::hotspot: {
      const auto hot = static_cast<std::uint64_t>(std::llround(law.hot.value * law.count.value));
      // Rounding leaves at least one key on either side.
      sampler = KeySampler::hotspot(count, std::clamp(hot, std::uint64_t{1}, count - 1), law.share.value);
      break;
    }
  }
  return sampler.in_space(hash_name(space)).with_lifetime(to_nanoseconds(law.drift.seconds));
}

}  // namespace windtunnel
