#pragma once
#include <memory>
#include <span>

#include "components/component.hpp"
#include "language/component.hpp"

namespace windtunnel {

/// One type of component: its fields, and how one is made.
struct ComponentKind {
  ComponentType type;
  std::unique_ptr<Component> (*make)(Environment& environment, const ComponentSpec& spec);
};

/// Every type there is. A new one is a line in registry.cpp.
std::span<const ComponentKind> component_kinds();
/// The same as the language wants to know it.
ComponentTypes component_types();

std::unique_ptr<Component> make_component(Environment& environment, const ComponentSpec& spec);

}  // namespace windtunnel
