// A component of a scenario. Which types there are is not known here: the caller hands in the table.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/balance.hpp"
#include "language/fields.hpp"
#include "language/scale.hpp"

namespace windtunnel {

/// One line of the registry of component types: `component_type<CacheFields>()`. The type's word is the
/// name that its description gives.
struct ComponentType {
  const ObjectInfo& (*info)();

  const std::string& name() const { return info().name; }
};
template <class FieldsOfType>
constexpr ComponentType component_type() {
  return {&object_info<FieldsOfType>};
}
using ComponentTypes = std::span<const ComponentType>;

const ComponentType* find_type(ComponentTypes, std::string_view name);

enum class DataKind { ordinary, personal };
const Choices<DataKind>& choices(DataKind);

/// Fields that every component has, whatever its type.
struct Placement {
  int replicas = 0;                     ///< of a sharded type: per shard where it has no field of its own
  std::optional<std::string> instance;  ///< e.g. aws/c7i.4xlarge, one per replica
  std::optional<int> cores;             ///< per replica; absent: the instance's, or 1
  std::vector<std::string> zones;       ///< `region/zone` or `region`; empty: all zones of the first region
  std::optional<MoneyRate> price;       ///< per replica, instead of the instance's
  std::optional<Balance> balance;       ///< how callers without a load balancer between spread their calls
  std::optional<Scale> scale;
  std::optional<std::string> key;  ///< the key space of its entries
  DataKind data = DataKind::ordinary;
  std::string about;
};
void describe(Fields<Placement>&);

struct ComponentSpec {
  std::string name;
  std::string type;
  Mark mark;
  Node node;  ///< as it stands in the document
  Placement placement;
  const ObjectInfo* info = nullptr;
  std::shared_ptr<const void> data;  ///< the type's fields

  template <class FieldsOfType>
  const FieldsOfType& fields() const {
    assert(info == &object_info<FieldsOfType>());
    return *static_cast<const FieldsOfType*>(data.get());
  }
};

}  // namespace windtunnel
