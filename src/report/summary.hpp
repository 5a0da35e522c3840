#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulation/result.hpp"

/// The sentences of an answer that every output for people shares.
namespace windtunnel {

std::string_view verdict_word(Verdict verdict);  ///< "pass", "fail", "inconclusive"
std::string_view verdict_mark(Verdict verdict);  ///< ✓ ✗ ?

/// The answer in one line of at most `columns` columns:
/// `PASS 3/3 goals · p99 183 ms ± 4 (limit 200) · $214k/month · bottleneck: ranker GPUs (82%) · seed 42`.
/// Shows the goal that decides: a failed one first, then an undecided one, else the latency goal that is
/// nearest to its limit. Where room is short it leaves out the seed, then shortens names, then leaves out the
/// cost.
std::string headline(const Result& result, int columns);

/// How far a goal's value is from its limit: "8.5% below", "2.2x the limit"; empty where that cannot be said.
std::string margin_text(const SloResult& goal);

/// "ranker GPUs (82%)"; empty where no component has a resource.
std::string bottleneck_text(const Bottleneck& bottleneck);

/// "timeout 12 · refused 3": the kinds that occurred, with their counts; empty when none did.
std::string error_kinds_text(const ErrorCounts& errors);
double total_error_ratio(const ErrorCounts& errors);

/// The bottleneck first, then by the utilization of the busiest resource, then those without one.
std::vector<const ComponentResult*> components_by_load(const Result& result);

/// How the run was made: length, warm-up, events, speed, memory; then seed, fingerprint and version.
std::vector<std::string> run_facts(const Result& result);

/// "recommendation_100k.yaml · variant strong · ranker.replicas=24": what was simulated.
std::string scenario_text(const ScenarioInfo& scenario);

/// "30 s to 40 s: partition us-east/a | us-east/b".
std::string fault_text(const FaultMark& fault);

}  // namespace windtunnel
