// Caches: what they hide, and what they return.
#include <fmt/format.h>

#include <algorithm>

#include "check/flow.hpp"
#include "check/rule.hpp"
#include "components/cache.hpp"

namespace windtunnel {
namespace {

template <class Look>
void each_cache(const Design& design, Look look) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (const auto* cache = fields_if<CacheFields>(component)) look(component, *cache);
  }
}

/// Who is asked on a miss: the origin, or what the feature store in front of it names.
const ComponentSpec* origin_of(const Design& design, const ComponentSpec& component,
                               const CacheFields& cache) {
  if (cache.origin) return design.scenario.find_component(cache.origin->name);
  for (const CallSite* call : design.calls_to(component)) {
    if (call->from_workload) continue;
    for (const CallSite* other : design.calls_of(call->caller)) {
      if (other->is_fallback && !other->policy && !other->step) return other->callee;
    }
  }
  return nullptr;
}

void cold_cache(const Design& design, Report& report) {
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    const Traffic& traffic = design.traffic_of(component);
    const ComponentSpec* origin = cache.origin ? design.scenario.find_component(cache.origin->name) : nullptr;
    if (!origin || traffic.hit_ratio <= 0 || traffic.keys_per_second <= 0) return;
    // What comes to the origin from this cache now, and what would come from an empty one.
    const Traffic& store = design.traffic_of(*origin);
    if (store.keys_per_second <= 0 || store.utilization() <= 0 || store.utilization() > 1) return;
    const double reads = traffic.keys_per_second - traffic.writes_per_second;
    const double cold =
        store.utilization() * (store.keys_per_second + reads * traffic.hit_ratio) / store.keys_per_second;
    if (cold <= 1) return;
    report.add(
        component.name,
        fmt::format(
            "with `{}` empty or down, `{}` is asked for {:.0f}% of what it can do ({:.0f}% when it is warm)",
            component.name, origin->name, cold * 100, store.utilization() * 100),
        component.mark, static_cast<int>(component.name.size()));
  });
}

void stampede(const Design& design, Report& report) {
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    if (cache.single_flight || !origin_of(design, component, cache)) return;
    report.add(component.name, fmt::format("all who miss a key of `{}` fetch it", component.name),
               Design::field(component, {"single_flight"}));
  });
}

bool written_past(const Design& design, const ComponentSpec& cache, const ComponentSpec& origin) {
  const auto sites = design.calls_to(origin);
  return std::any_of(sites.begin(), sites.end(),
                     [&](const CallSite* call) { return call->write && call->caller != cache.name; });
}

void never_expires(const Design& design, Report& report) {
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    const ComponentSpec* origin = origin_of(design, component, cache);
    if (cache.ttl || !origin) return;
    const bool around =
        cache.writes == WriteRule::write_around && design.traffic_of(component).writes_per_second > 0;
    if (!around && !written_past(design, component, *origin)) return;
    report.add(component.name,
               fmt::format("`{}` is written past the cache, whose entries never expire", origin->name),
               component.mark, static_cast<int>(component.name.size()));
  });
}

void lost_write_back(const Design& design, Report& report) {
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    if (cache.writes != WriteRule::write_back) return;
    report.add(
        component.name,
        fmt::format("a crash of `{}` loses the writes that have not reached the origin", component.name),
        Design::field(component, {"writes"}));
  });
}

void expire_together(const Design& design, Report& report) {
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    if (!cache.ttl || cache.sliding || cache.jitter.value > 0 || cache.warm) return;
    report.add(component.name,
               fmt::format("what `{}` loads at the start expires together, {} later", component.name,
                           to_text(*cache.ttl)),
               Design::field(component, {"ttl"}));
  });
}

void assumed_hit_ratio(const Design& design, Report& report) {
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    if (!cache.hit_ratio) return;
    report.add(component.name, fmt::format("the hit ratio of `{}` is assumed, not a result", component.name),
               Design::field(component, {"hit_ratio"}));
  });
}

void cache_without_keys(const Design& design, Report& report) {
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    const KeyLaw* keys = keys_of(design, component);
    if (cache.hit_ratio || !origin_of(design, component, cache) ||
        (keys && keys->popularity != Popularity::constant))
      return;
    report.add(component.name,
               fmt::format("all requests ask `{}` for the same key: it hits always", component.name),
               component.mark, static_cast<int>(component.name.size()));
  });
}

void useless_cache(const Design& design, Report& report) {
  constexpr double worth_it = 0.2;
  each_cache(design, [&](const ComponentSpec& component, const CacheFields& cache) {
    const KeyLaw* keys = keys_of(design, component);
    const double hits = design.traffic_of(component).hit_ratio;
    if (!keys || cache.hit_ratio || keys->popularity == Popularity::trace || !cache.origin ||
        hits >= worth_it)
      return;
    report.add(component.name,
               fmt::format("at most {:.2g}% of the requests can hit: the keys are too many, or too alike",
                           hits * 100),
               Design::field(component, {"capacity"}));
  });
}

constexpr Rule rules[] = {
    {"WT060", "store sized for a warm cache", Severity::warning,
     "After a restart of the cache the store is overloaded, answers too late, and the cache cannot fill: a "
     "metastable "
     "failure (Bronson et al., HotOS 2021).",
     "size the store for the misses of a cold cache, shed load in front of it, or warm the cache before "
     "traffic comes",
     cold_cache},
    {"WT061", "cache stampede", Severity::warning,
     "When a hot key expires, all requests for it hit the origin at once.",
     "leave `single_flight` at its default `true`", stampede},
    {"WT062", "entries that never expire", Severity::warning,
     "The old value is served until it happens to be evicted.", "set a `ttl`, or write through the cache",
     never_expires},
    {"WT063", "write-back can lose data", Severity::warning,
     "The write was acknowledged, and nobody has it any more.",
     "use `write_through` or `invalidate` for what must not be lost", lost_write_back},
    {"WT064", "entries that expire together", Severity::info,
     "The origin sees the cache's whole load once per `ttl`.", "set `jitter: 10%`", expire_together},
    {"WT065", "assumed hit ratio", Severity::info,
     "What the cache does under other traffic, another capacity or after a crash is not simulated.",
     "give `capacity`, and the workload's `keys`", assumed_hit_ratio},
    {"WT066", "cache without keys", Severity::warning,
     "With a single key every request hits, and the origin seems to have nothing to do.",
     "give the workload `keys`, e.g. {item: zipf(10M s=1)}", cache_without_keys},
    {"WT067", "cache that cannot hit", Severity::warning,
     "It costs its machines and a hop, and the origin gets the load all the same.",
     "raise `capacity`, or leave the cache out", useless_cache},
};

}  // namespace

std::span<const Rule> cache_rules() { return rules; }

}  // namespace windtunnel
