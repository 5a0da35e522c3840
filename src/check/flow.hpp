#pragma once

#include "check/design.hpp"

namespace windtunnel {

/// Fills `peaks` and `traffic`: simple ratios of load and capacity, for rules. Retries, hedges and queues are
/// left out; of a cache the most popular keys are taken to be there. `estimate` and `run` say more.
void compute_flow(Design& design);

/// Highest rate of an arrival process, mean over the randomness; 0 where only a trace knows. Users of a
/// closed workload are taken to get their answers after `idle_seconds`.
double peak_rate(const Arrivals& arrivals, double idle_seconds);
/// Rate outside of bursts and peaks.
double base_rate(const Arrivals& arrivals, double idle_seconds);

/// Work in seconds of core time that a request of this service takes, on average.
double work_seconds(const Steps& steps);

/// Share of requests that ask for the `capacity` most popular keys.
double best_hit_ratio(const KeyLaw& law, double capacity);
/// Share of requests that ask for the most popular key.
double hottest_share(const KeyLaw& law);
/// The keys that come to a component: of its own `key`, of its name, or the first of the workloads.
const KeyLaw* keys_of(const Design& design, const ComponentSpec& component);

}  // namespace windtunnel
