// Load against capacity, by simple ratios (flow.hpp): what a division shows before any queueing is looked at.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "check/flow.hpp"
#include "check/overview.hpp"
#include "check/rule.hpp"
#include "components/cache.hpp"
#include "components/database.hpp"
#include "components/model_server.hpp"
#include "components/service.hpp"
#include "components/vector_store.hpp"

namespace windtunnel {
namespace {

constexpr double hot = 0.7;  // beyond it the wait of an M/M/1 queue is more than twice the service time

std::string percent(double ratio) { return fmt::format("{:.0f}%", ratio * 100); }

const Node& replicas_of(const ComponentSpec& component) { return Design::field(component, {"replicas"}); }

bool scales_to(const ComponentSpec& component, double replicas) {
  return component.placement.scale && component.placement.scale->max >= replicas;
}

void overload(const Design& design, Report& report) {
  const std::vector<Overview> ways = overview_of(design);
  for (const ComponentSpec& component : design.scenario.components) {
    const Traffic& traffic = design.traffic_of(component);
    if (traffic.utilization() <= 1) continue;
    const double replicas = Design::machines_of(component) * traffic.utilization();
    if (scales_to(component, replicas)) continue;
    std::string message = fmt::format("at peak `{}` is asked for {} of what it can do", component.name,
                                      percent(traffic.utilization()));
    for (const Overview& way : ways) {
      if (std::find(way.limited_by.begin(), way.limited_by.end(), component.name) == way.limited_by.end())
        continue;
      message += fmt::format("; `{}` gets {:.4g} of its {:.4g}/s through", way.workload, way.most_per_second,
                             way.peak_per_second);
    }
    report.add(component.name, message, replicas_of(component));
  }
}

void little_headroom(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const double utilization = design.traffic_of(component).utilization();
    if (utilization <= hot || utilization > 1 || component.placement.scale) continue;
    report.add(component.name, fmt::format("`{}` is {} busy at peak", component.name, percent(utilization)),
               replicas_of(component));
  }
}

/// Threads that the requests of a service hold at once, by Little's law, without queueing.
double threads_held(const Design& design, const ComponentSpec& component) {
  for (const CallSite& call : design.calls) {
    if (call.callee == &component)
      return design.traffic_of(component).calls_per_second * design.idle_seconds(call);
  }
  return 0;
}

void small_thread_pool(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const auto* service = fields_if<ServiceFields>(component);
    if (!service || service->asynchronous || component.placement.scale) continue;
    const double threads = Design::machines_of(component) * service->concurrency.value_or(200);
    const double held = threads_held(design, component);
    const bool cores_are_the_limit = design.traffic_of(component).utilization() >= held / threads - 1e-9;
    if (held <= hot * threads || cores_are_the_limit) continue;
    report.add(
        component.name,
        fmt::format("{:.4g} of its {:.0f} threads are held at peak by requests that mostly wait for others",
                    held, threads),
        Design::field(component, {"concurrency"}));
  }
}

void zone_loss(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const auto& places = design.places_of(component);
    const double utilization = design.traffic_of(component).utilization();
    const double machines = Design::machines_of(component);
    if (places.size() < 2 || utilization > 1 || Design::shards_of(component) > 1) continue;
    const double lost = std::ceil(machines / static_cast<double>(places.size()));
    if (machines <= lost) continue;
    const double left = utilization * machines / (machines - lost);
    if (left <= 1 || scales_to(component, machines * utilization + lost)) continue;
    report.add(component.name,
               fmt::format("without one of its {} zones `{}` is asked for {} of what it can do",
                           places.size(), component.name, percent(left)),
               replicas_of(component));
  }
}

void replica_loss(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const double utilization = design.traffic_of(component).utilization();
    const double copies = Design::copies_of(component);
    if (copies < 2 || utilization > 1 || component.placement.scale) continue;
    const double left = utilization * copies / (copies - 1);
    if (left <= 1) continue;
    report.add(component.name,
               fmt::format("without one of its {:.0f} replicas `{}` is asked for {} of what it can do",
                           copies, component.name, percent(left)),
               replicas_of(component));
  }
}

/// The queue limit of a component that has such a field: nothing where it has none, else whether it is
/// bounded.
std::optional<bool> bounded(const ComponentSpec& component) {
  if (const auto* fields = fields_if<ServiceFields>(component)) return fields->queue.has_value();
  if (const auto* fields = fields_if<DatabaseFields>(component)) return fields->queue.has_value();
  if (const auto* fields = fields_if<ModelServerFields>(component)) return fields->queue.has_value();
  if (const auto* fields = fields_if<VectorStoreFields>(component)) return fields->queue.has_value();
  if (const auto* fields = fields_if<CacheFields>(component)) return fields->queue.has_value();
  return std::nullopt;
}

void unbounded_queue(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (bounded(component).value_or(true)) continue;
    report.add(component.name, fmt::format("the queue of `{}` has no limit", component.name), component.mark,
               static_cast<int>(component.name.size()));
  }
}

constexpr Rule rules[] = {
    {"WT020", "overload", Severity::error,
     "More work arrives than can be done: queues grow until callers give up.",
     "add replicas, or do less per request", overload},
    {"WT021", "little headroom", Severity::warning,
     "Beyond 70% small rises of the load become large rises of the wait: 1/(1 - utilization).",
     "add replicas, or `scale:` with a target of 60%", little_headroom},
    {"WT022", "thread pool held by slow calls", Severity::warning,
     "Threads that wait for others run out long before the cores do (Little's law), and then everything "
     "queues.",
     "raise `concurrency`, make it `asynchronous: true`, or shorten the timeouts of its calls",
     small_thread_pool},
    {"WT023", "no room for the loss of a zone", Severity::warning,
     "When a zone fails, the others get its load at once.",
     "have N+1: as many replicas that the remaining zones carry the peak", zone_loss},
    {"WT024", "no room for the loss of a replica", Severity::warning,
     "A crash or a deployment takes one replica away at any time.",
     "have one more replica than the peak needs", replica_loss},
    {"WT025", "unbounded queue", Severity::warning,
     "Under overload a queue without limit turns every answer into a late one, and memory runs out.",
     "set `queue:` to what can be served within the callers' timeout", unbounded_queue},
};

}  // namespace

std::span<const Rule> capacity_rules() { return rules; }

}  // namespace windtunnel
