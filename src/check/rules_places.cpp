// Regions, data that may not leave them, machines and their prices.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "check/rule.hpp"

namespace windtunnel {
namespace {

/// The law that holds in a region; its own name where the file says none.
std::string law_of(const Design& design, const std::string& region) {
  const Region* found = find_named(design.scenario.regions, region);
  return found && found->jurisdiction ? *found->jurisdiction : region;
}

std::set<std::string> laws_of(const Design& design, const ComponentSpec& component) {
  std::set<std::string> laws;
  for (const Place& place : design.places_of(component)) laws.insert(law_of(design, place.region));
  return laws;
}

bool is_personal(const ComponentSpec& component) { return component.placement.data == DataKind::personal; }

void data_in_several_laws(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const auto laws = laws_of(design, component);
    if (!is_personal(component) || laws.size() < 2) continue;
    report.add(component.name,
               fmt::format("the personal data of `{}` is kept under different laws: {}", component.name,
                           fmt::join(laws, ", ")),
               Design::field(component, {"zones"}));
  }
}

void data_leaves(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!is_personal(*call.callee)) continue;
    const auto home = laws_of(design, *call.callee);
    std::set<std::string> away;
    if (call.from_workload) {
      for (const auto& [region, share] : call.workload->from) away.insert(law_of(design, region));
    } else {
      away = laws_of(design, *design.scenario.find_component(call.caller));
    }
    for (const std::string& law : home) away.erase(law);
    if (away.empty() || home.empty()) continue;
    report.add(call.caller,
               fmt::format("`{}` takes personal data out of {} to {}", call.name(), fmt::join(home, ", "),
                           fmt::join(away, ", ")),
               call);
  }
}

void far_users(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!call.from_workload) continue;
    const auto& places = design.places_of(*call.callee);
    for (const auto& [region, share] : call.workload->from) {
      const bool served = std::any_of(places.begin(), places.end(),
                                      [&](const Place& place) { return place.region == region; });
      if (served || places.empty()) continue;
      const auto rtt = design.catalog.rtt(region, places.front().region);
      report.add(call.caller,
                 fmt::format("{:.0f}% of `{}` come from {}, where `{}` is not{}", share.value * 100,
                             call.caller, region, call.callee->name,
                             rtt ? fmt::format(": a round trip of {:.0f} ms", rtt->seconds * 1e3) : ""),
                 design.at({"workloads", call.caller, "from"}));
    }
  }
}

void unknown_price(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (component.placement.price || component.placement.instance || !Design::has_machines(component))
      continue;
    const bool priced = std::any_of(design.scenario.slos.begin(), design.scenario.slos.end(),
                                    [](const Slo& goal) { return goal.metric == SloMetric::cost; });
    if (!priced) continue;
    report.add(component.name,
               fmt::format("`{}` costs nothing: it has neither an `instance` nor a `price`", component.name),
               component.mark, static_cast<int>(component.name.size()));
  }
}

/// A machine of the same kind that has at least as much of everything, for less.
const Instance* better_than(const Instance& one, const std::vector<Instance>& all) {
  const Instance* best = nullptr;
  for (const Instance& other : all) {
    const bool same_kind = other.cloud == one.cloud && other.region == one.region &&
                           other.category == one.category && other.cpu == one.cpu && other.gpu == one.gpu &&
                           other.gpu_count == one.gpu_count;
    const bool as_good =
        other.vcpus >= one.vcpus && other.memory_bytes >= one.memory_bytes &&
        other.network_bytes_per_second.value_or(0) >= one.network_bytes_per_second.value_or(0) &&
        other.local_nvme_bytes.value_or(0) >= one.local_nvme_bytes.value_or(0);
    if (!same_kind || !as_good || other.on_demand.usd_per_hour >= one.on_demand.usd_per_hour) continue;
    if (!best || other.on_demand.usd_per_hour < best->on_demand.usd_per_hour) best = &other;
  }
  return best;
}

void outdated_instance(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const Instance* instance =
        component.placement.instance ? design.catalog.find_instance(*component.placement.instance) : nullptr;
    const Instance* better = instance ? better_than(*instance, design.catalog.instances()) : nullptr;
    if (!better) continue;
    report.add(component.name,
               fmt::format("{} has at least as much of everything for ${:.4g}/h instead of ${:.4g}/h",
                           better->name, better->on_demand.usd_per_hour, instance->on_demand.usd_per_hour),
               Design::field(component, {"instance"}));
  }
}

constexpr Rule rules[] = {
    {"WT070", "personal data under several laws", Severity::error,
     "Copies in several jurisdictions fall under all of their laws (for the EU: GDPR, chapter V).",
     "keep it in one jurisdiction (`zones`), and say of each region which it belongs to (`jurisdiction`)",
     data_in_several_laws},
    {"WT071", "personal data leaves its region", Severity::error,
     "Answers carry the data to where the caller is (for the EU: GDPR, chapter V).",
     "call it from within its jurisdiction only, or return what is not personal", data_leaves},
    {"WT072", "users far from the service", Severity::info,
     "Each connection and each request pays the round trip.",
     "serve them from their own region, or accept the distance in the goal", far_users},
    {"WT073", "price not known", Severity::warning,
     "There is a goal for the cost, and this part of it is counted as nothing.",
     "give an `instance` of the catalog, or a `price`", unknown_price},
    {"WT074", "outdated instance", Severity::info, "Newer generations cost less for the same.",
     "compare the two with `windtunnel catalog instances`", outdated_instance},
};

}  // namespace

std::span<const Rule> place_rules() { return rules; }

}  // namespace windtunnel
