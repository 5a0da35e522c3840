// Component types for the tests of the language, which knows none itself.
#pragma once

#include "language/load.hpp"

namespace toy {

using namespace windtunnel;

enum class Eviction { lru, fifo, s3fifo };
const Choices<Eviction>& choices(Eviction);

struct Service {
  int concurrency = 0;
  bool asynchronous = false;
  Steps steps;
};
void describe(Fields<Service>&);

struct Cache {
  Count capacity;
  Eviction policy{};
  std::optional<Duration> ttl;
  int shards = 0;
  std::optional<ComponentRef> origin;
};
void describe(Fields<Cache>&);

struct Database {
  int copies = 0;
  int read = 0;
  int write = 0;
  DurationLaw time;
};
void describe(Fields<Database>&);

struct LoadBalancer {
  Balance policy;
  std::vector<ComponentRef> to;
};
void describe(Fields<LoadBalancer>&);

inline constexpr ComponentType types[] = {component_type<Service>(), component_type<Cache>(),
                                          component_type<Database>(), component_type<LoadBalancer>()};

}  // namespace toy
