#include "language/names_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "language/suggest.hpp"

namespace windtunnel {
namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class T>
Names names_of(const NamedValues<T>& values) {
  Names names;
  for (const auto& [name, value] : values) names.push_back(name);
  return names;
}

/// The node of a value that a struct keeps without its mark, for pointing at it; the root where it is not
/// found.
const Node& node_at(const Node& root, std::initializer_list<std::string_view> path) {
  const Node* node = &root;
  for (const std::string_view key : path) {
    const Node* next = node->find(key);
    if (!next) return *node;
    node = next;
  }
  return *node;
}

class Check {
 public:
  Check(const Scenario& scenario, const Names& components, Diagnostics& diagnostics)
      : scenario_(scenario),
        components_(components),
        workloads_(names_of(scenario.workloads)),
        diagnostics_(diagnostics) {}

  void all() {
    for (const auto& [name, workload] : scenario_.workloads) check_workload(name, workload);
    for (const ComponentSpec& component : scenario_.components) check_component(component);
    check_network();
    for (const Fault& fault : scenario_.faults) check_fault(fault);
    for (const Slo& slo : scenario_.slos) check_slo(slo);
    check_decisions();
    check_circles();
  }

 private:
  void unknown(const std::string& code, const std::string& what, const std::string& name, Mark mark,
               const Names& known) {
    diagnostics_
        .error(code, fmt::format("there is no {} `{}`", what, name), mark, static_cast<int>(name.size()))
        .help = suggestion(name, known);
  }

  void check_reference(const ComponentRef& ref) {
    if (ref.name.empty() || contains(components_, ref.name)) return;
    unknown("E0301", "component", ref.name, ref.mark, components_);
  }

  void check_workload(const std::string& name, const Workload& workload) {
    check_reference(workload.calls);
    const Node& from = node_at(scenario_.root, {"workloads", name, "from"});
    for (const auto& [region, share] : workload.from) {
      const Member* member = from.find_member(region);
      if (!find_named(scenario_.regions, region))
        unknown("E0305", "region", region, member ? member->key_mark : from.mark,
                names_of(scenario_.regions));
    }
  }

  void check_component(const ComponentSpec& component) {
    if (!component.data) return;
    for_each_reference(*component.info, component.data.get(), component.name,
                       [&](const std::string&, const ComponentRef& ref) { check_reference(ref); });
    const Node* zones = component.node.find("zones");
    for (std::size_t i = 0; i < component.placement.zones.size(); ++i) {
      const Node& at = zones->is_sequence() ? zones->items[i] : *zones;
      check_place(component.placement.zones[i], at.mark);
    }
  }

  void check_place(const std::string& place, Mark mark) {
    const std::size_t slash = place.find('/');
    const std::string region = place.substr(0, slash);
    const Region* found = find_named(scenario_.regions, region);
    if (!found) return unknown("E0305", "region", region, mark, names_of(scenario_.regions));
    if (slash == std::string::npos || contains(found->zones, place.substr(slash + 1))) return;
    Names zones;
    for (const std::string& zone : found->zones) zones.push_back(region + "/" + zone);
    unknown("E0305", "zone", place, mark, zones);
  }

  void check_network() {
    const Node& links = node_at(scenario_.root, {"network", "links"});
    for (std::size_t i = 0; i < scenario_.network.links.size(); ++i) {
      const Node& link = links.is_sequence() ? links.items[i] : links;
      const Node& between = node_at(link, {"between"});
      for (std::size_t k = 0; k < scenario_.network.links[i].between.size(); ++k)
        check_place(scenario_.network.links[i].between[k],
                    k < between.items.size() ? between.items[k].mark : between.mark);
    }
  }

  void check_target(const FaultTarget& target) {
    if (target.kind == FaultTarget::Kind::zone)
      return check_place(target.name + "/" + target.zone, target.mark);
    const bool region = find_named(scenario_.regions, target.name) && !target.first && !target.any;
    if (region || contains(components_, target.name)) return;
    Names known = components_;
    for (const auto& [name, value] : scenario_.regions) {
      known.push_back(name);
      for (const std::string& zone : value.zones) known.push_back(name + "/" + zone);
    }
    unknown("E0306", "component, region or zone", target.name, target.mark, known);
  }

  void check_fault(const Fault& fault) {
    for (const FaultTarget& target : fault.crash) check_target(target);
    for (const FaultTarget& target : fault.slow) check_target(target);
    for (const auto* sides : {&fault.partition, &fault.lossy})
      for (const auto& side : *sides)
        for (const FaultTarget& target : side) check_target(target);
  }

  void check_slo(const Slo& slo) {
    if (slo.subject.empty() || contains(components_, slo.subject) || contains(workloads_, slo.subject))
      return;
    Names known = workloads_;
    known.insert(known.end(), components_.begin(), components_.end());
    Mark mark = slo.mark;
    mark.column += static_cast<int>(slo.text.find(slo.subject));
    unknown("E0307", "workload or component", slo.subject, mark, known);
  }

  void check_decisions() {
    const Node& decisions = node_at(scenario_.root, {"decisions"});
    const Names variants = names_of(scenario_.variants);
    for (std::size_t i = 0; i < scenario_.decisions.size(); ++i) {
      const Node& node = decisions.is_sequence() ? decisions.items[i] : decisions;
      const Node& list = node_at(node, {"compare"});
      const auto& compared = scenario_.decisions[i].compare;
      for (std::size_t k = 0; k < compared.size(); ++k)
        if (!contains(variants, compared[k]))
          unknown("E0310", "variant", compared[k], k < list.items.size() ? list.items[k].mark : list.mark,
                  variants);
    }
  }

  /// A call that always leads back to where it came from never ends. Calls under `choose` or as a fallback
  /// happen by chance: a circle through one of them ends.
  void check_circles() {
    for (const ComponentSpec& component : scenario_.components) {
      if (!component.data) continue;
      const auto note = [&](const std::string& path, const ComponentRef& ref) {
        const bool by_chance =
            path.find(".choose") != std::string::npos || path.find(".fallback") != std::string::npos;
        if (!by_chance) calls_[component.name].push_back(ref);
      };
      for_each_reference(*component.info, component.data.get(), component.name, note);
    }
    for (const ComponentSpec& component : scenario_.components) follow(component.name);
  }

  void follow(const std::string& name) {
    if (done_.contains(name)) return;
    way_.push_back(name);
    for (const ComponentRef& call : calls_[name]) {
      const auto seen = std::find(way_.begin(), way_.end(), call.name);
      if (seen == way_.end()) {
        follow(call.name);
        continue;
      }
      std::string circle;
      for (auto at = seen; at != way_.end(); ++at) circle += *at + " → ";
      diagnostics_
          .error("E0304", fmt::format("calls go round in a circle: {}{}", circle, call.name), call.mark,
                 static_cast<int>(call.name.size()))
          .help = "put the call that ends the circle under `choose:`, or call something else";
    }
    way_.pop_back();
    done_.insert(name);
  }

  const Scenario& scenario_;
  const Names& components_;
  const Names workloads_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::vector<ComponentRef>> calls_;
  std::set<std::string> done_;
  std::vector<std::string> way_;
};

}  // namespace

void check_names(const Scenario& scenario, const Names& components, Diagnostics& diagnostics) {
  Check(scenario, components, diagnostics).all();
}

}  // namespace windtunnel
