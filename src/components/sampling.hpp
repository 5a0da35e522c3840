#pragma once
#include <string_view>

#include "kernel/keys.hpp"
#include "kernel/samplers.hpp"
#include "language/distribution.hpp"
#include "language/keys.hpp"

namespace windtunnel {

/// A sampler of the law that a scenario states, in the same base unit.
Sampler make_sampler(const Distribution& distribution);

/// The same for the keys of a space (`user`): other spaces have other keys.
KeySampler make_key_sampler(const KeyLaw& law, std::string_view space);

}  // namespace windtunnel
