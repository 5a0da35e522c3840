#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "components/key_spaces.hpp"
#include "components/request_pool.hpp"
#include "kernel/random.hpp"
#include "kernel/simulator.hpp"
#include "language/scenario.hpp"
#include "network/network.hpp"

namespace windtunnel {

class Catalog;
class Component;

/// What a component may use of the world in which it stands.
class Environment {
 public:
  explicit Environment(const Catalog& facts) : catalog(facts) {}
  virtual ~Environment() = default;

  const Catalog& catalog;
  Simulator simulator;
  Network network;
  RequestPool requests;
  KeySpaces key_spaces;
  std::string directory;  ///< of the scenario: names of files count from here
  std::uint64_t seed = 0;
  std::uint64_t replication = 0;
  /// How long a caller tries to reach somebody who does not answer at all before it gives up.
  Nanoseconds connect_timeout = 1'000'000'000;

  /// A source of chance of its own for each purpose: adding one leaves every other as it was.
  RandomStream stream(std::string_view purpose) const { return RandomStream(seed, replication, purpose); }

  virtual Component& component(std::string_view name) = 0;
  /// The zones over which a component's replicas are spread, in order of use.
  virtual std::vector<PlaceId> places_of(const ComponentSpec& spec) const = 0;
};

}  // namespace windtunnel
