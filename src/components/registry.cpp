#include "components/registry.hpp"

#include <cassert>
#include <vector>

#include "components/cache.hpp"
#include "components/cdn.hpp"
#include "components/database.hpp"
#include "components/dns.hpp"
#include "components/feature_store.hpp"
#include "components/external_api.hpp"
#include "components/load_balancer.hpp"
#include "components/model_server.hpp"
#include "components/queue.hpp"
#include "components/service.hpp"
#include "components/vector_store.hpp"

namespace windtunnel {
namespace {

template <class Type, class FieldsOfType>
constexpr ComponentKind kind() {
  return {component_type<FieldsOfType>(), [](Environment& environment, const ComponentSpec& spec) {
            return std::unique_ptr<Component>(std::make_unique<Type>(environment, spec));
          }};
}

constexpr ComponentKind kinds[] = {
    kind<Cache, CacheFields>(),
    kind<Cdn, CdnFields>(),
    kind<Database, DatabaseFields>(),
    kind<Dns, DnsFields>(),
    kind<FeatureStore, FeatureStoreFields>(),
    kind<ExternalApi, ExternalApiFields>(),
    kind<LoadBalancer, LoadBalancerFields>(),
    kind<ModelServer, ModelServerFields>(),
    kind<Queue, QueueFields>(),
    kind<Service, ServiceFields>(),
    kind<VectorStore, VectorStoreFields>(),
};

}  // namespace

std::span<const ComponentKind> component_kinds() { return kinds; }

ComponentTypes component_types() {
  static const std::vector<ComponentType> types = [] {
    std::vector<ComponentType> all;
    for (const ComponentKind& entry : kinds) all.push_back(entry.type);
    return all;
  }();
  return types;
}

std::unique_ptr<Component> make_component(Environment& environment, const ComponentSpec& spec) {
  for (const ComponentKind& entry : kinds) {
    if (entry.type.name() == spec.type) return entry.make(environment, spec);
  }
  assert(false && "the loader accepts known types only");
  return nullptr;
}

}  // namespace windtunnel
