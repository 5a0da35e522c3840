#include "report/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/figures.hpp"
#include "report/layout.hpp"

namespace windtunnel {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, " · "));
}

// "p99" of "p99(home_feed) < 200ms"; the whole measure where several workloads could be meant.
std::string measure_of(const std::string& goal, bool one_workload) {
  const std::size_t end = goal.find_first_of("<>=");
  std::string measure = goal.substr(0, end);
  while (!measure.empty() && measure.back() == ' ') measure.pop_back();
  return one_workload ? measure.substr(0, measure.find('(')) : measure;
}

// The limit beside its value: without the unit where the value just named it.
std::string limit_beside(const std::string& value, double limit, FigureUnit unit) {
  std::string text = figure_text(limit, unit);
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return text;
  const std::string suffix = text.substr(space);
  const std::size_t at = value.find(suffix);
  const bool named =
      at != std::string::npos && (at + suffix.size() == value.size() || value[at + suffix.size()] == ' ');
  return named ? text.substr(0, space) : text;
}

// The part of the limit that is left; negative when it is crossed, NaN where nothing can be said.
double margin_ratio(const SloResult& goal) {
  if (!goal.value.has_value() || goal.limit == 0) return std::numeric_limits<double>::quiet_NaN();
  const double left = goal.upper ? goal.limit - goal.value.value : goal.value.value - goal.limit;
  return left / std::fabs(goal.limit);
}

const SloResult* deciding_goal(const Result& result) {
  const SloResult* chosen = nullptr;
  const auto rank = [](const SloResult& goal) {
    if (goal.verdict == Verdict::fail) return 0;
    if (goal.verdict == Verdict::inconclusive) return 1;
    return unit_of(goal.unit) == FigureUnit::seconds ? 2 : 3;
  };
  for (const SloResult& goal : result.slo) {
    if (rank(goal) == 3) continue;
    const bool nearer = chosen && rank(goal) == rank(*chosen) && margin_ratio(goal) < margin_ratio(*chosen);
    if (!chosen || rank(goal) < rank(*chosen) || nearer) chosen = &goal;
  }
  return chosen;
}

std::string verdict_part(const Result& result) {
  const std::string partial = result.run.partial ? "PARTIAL " : "";
  if (result.slo.empty()) return partial + "NO GOALS";
  const auto met = std::count_if(result.slo.begin(), result.slo.end(),
                                 [](const SloResult& goal) { return goal.verdict == Verdict::pass; });
  const std::string_view word = result.verdict == Verdict::pass   ? "PASS"
                                : result.verdict == Verdict::fail ? "FAIL"
                                                                  : "INCONCLUSIVE";
  const std::size_t goals = result.slo.size();
  const bool all = static_cast<std::size_t>(met) == goals;
  return fmt::format("{}{} {}/{}{}", partial, word, met, counted(goals, "goal"), all ? "" : " met");
}

std::string latency_part(const Result& result, int name_width) {
  const bool one = result.workloads.size() == 1;
  if (const SloResult* goal = deciding_goal(result)) {
    const FigureUnit unit = unit_of(goal->unit);
    const std::string value = figure_text(goal->value, unit);
    return fmt::format("{} {} (limit {})", fitted(printable(measure_of(goal->goal, one)), name_width), value,
                       limit_beside(value, goal->limit, unit));
  }
  const WorkloadResult* slowest = nullptr;
  for (const WorkloadResult& workload : result.workloads) {
    const Estimate& p99 = workload.quantile_seconds[3];
    if (p99.has_value() && (!slowest || p99.value > slowest->quantile_seconds[3].value)) slowest = &workload;
  }
  if (!slowest) return "";
  const std::string of = one ? "" : fmt::format("({})", fitted(printable(slowest->name), name_width));
  return fmt::format("p99{} {}", of, figure_text(slowest->quantile_seconds[3], FigureUnit::seconds));
}

// How much of the headline there is room for.
struct Room {
  int name_width;
  bool seed;
  bool cost;
  bool resource;
};

std::string headline_within(const Result& result, const Room& room) {
  std::vector<std::string> parts = {verdict_part(result)};
  if (std::string latency = latency_part(result, room.name_width); !latency.empty())
    parts.push_back(std::move(latency));
  if (room.cost && result.cost.total_usd_per_month > 0)
    parts.push_back(usd_per_month_text(result.cost.total_usd_per_month));
  Bottleneck bottleneck = result.bottleneck;
  bottleneck.component = fitted(printable(bottleneck.component), room.name_width);
  bottleneck.resource = room.resource ? fitted(printable(bottleneck.resource), room.name_width) : "";
  if (!bottleneck.component.empty()) parts.push_back("bottleneck: " + bottleneck_text(bottleneck));
  if (room.seed) parts.push_back(fmt::format("seed {}", result.run.seed));
  return joined(parts);
}

}  // namespace

std::string_view verdict_word(Verdict verdict) {
  return verdict == Verdict::pass ? "pass" : verdict == Verdict::fail ? "fail" : "inconclusive";
}

std::string_view verdict_mark(Verdict verdict) {
  return verdict == Verdict::pass ? "✓" : verdict == Verdict::fail ? "✗" : "?";
}

std::string headline(const Result& result, int columns) {
  constexpr int any = 1'000;
  std::string line;
  for (const Room& room :
       {Room{any, true, true, true}, Room{any, false, true, true}, Room{24, false, true, true},
        Room{24, false, false, true}, Room{24, false, false, false}, Room{16, false, false, false},
        Room{8, false, false, false}}) {
    line = headline_within(result, room);
    if (display_width(line) <= columns) return line;
  }
  return fitted(line, columns);
}

std::string margin_text(const SloResult& goal) {
  const double left = margin_ratio(goal);
  if (std::isnan(left)) return "";
  const double times = goal.value.value / goal.limit;
  if (goal.upper && times >= 2)
    return fmt::format("{}x the limit", figure_text(times, FigureUnit::number, 2));
  const std::string_view side = (left >= 0) == goal.upper ? "below" : "above";
  return fmt::format("{} {}", figure_text(std::fabs(left), FigureUnit::ratio, 2), side);
}

std::string bottleneck_text(const Bottleneck& bottleneck) {
  if (bottleneck.component.empty()) return "";
  const std::string resource = bottleneck.resource == "gpu" ? "GPUs" : printable(bottleneck.resource);
  return fmt::format("{}{}{} ({})", printable(bottleneck.component), resource.empty() ? "" : " ", resource,
                     figure_text(bottleneck.utilization_ratio, FigureUnit::ratio, 2));
}

std::string error_kinds_text(const ErrorCounts& errors) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < error_names.size(); ++i) {
    if (errors.count[i] == 0) continue;
    parts.push_back(fmt::format("{} {}", error_names[i], count_text(static_cast<double>(errors.count[i]))));
  }
  return joined(parts);
}

double total_error_ratio(const ErrorCounts& errors) {
  double sum = 0;
  for (const double ratio : errors.ratio) sum += ratio;
  return sum;
}

std::vector<const ComponentResult*> components_by_load(const Result& result) {
  std::vector<const ComponentResult*> order;
  for (const ComponentResult& component : result.components) order.push_back(&component);
  const auto load = [&](const ComponentResult* component) {
    if (component->name == result.bottleneck.component) return std::numeric_limits<double>::infinity();
    return component->utilization_ratio.has_value() ? component->utilization_ratio.value : -1.0;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return load(a) > load(b); });
  return order;
}

std::vector<std::string> run_facts(const Result& result) {
  const RunInfo& run = result.run;
  std::vector<std::string> length = {
      run.replications == 1
          ? fmt::format("{} simulated", duration_text(run.simulated_seconds))
          : fmt::format("{} replications of {}", run.replications, duration_text(run.simulated_seconds)),
      fmt::format("warm-up {} {}", duration_text(run.warmup_seconds),
                  run.warmup_detected ? "detected" : "as given")};
  if (run.partial) length.insert(length.begin(), "PARTIAL: stopped early");
  std::vector<std::string> work = {fmt::format("{} events in {}", count_text(static_cast<double>(run.events)),
                                               duration_text(run.wall_seconds))};
  if (run.wall_seconds > 0)
    work[0] += fmt::format(" ({})", rate_text(static_cast<double>(run.events) / run.wall_seconds));
  if (run.peak_memory_bytes > 0)
    work.push_back(bytes_text(static_cast<double>(run.peak_memory_bytes)) + " peak memory");
  std::vector<std::string> identity = {fmt::format("seed {}", run.seed)};
  if (!run.fingerprint.empty()) identity.push_back("fingerprint " + printable(run.fingerprint));
  if (!result.version.empty()) identity.push_back("windtunnel " + printable(result.version));
  return {joined(length), joined(work), joined(identity)};
}

std::string scenario_text(const ScenarioInfo& scenario) {
  std::vector<std::string> parts;
  if (!scenario.file.empty()) parts.push_back(printable(scenario.file));
  if (!scenario.variant.empty()) parts.push_back("variant " + printable(scenario.variant));
  for (const auto& [path, value] : scenario.overrides)
    parts.push_back(printable(fmt::format("{}={}", path, value)));
  return joined(parts);
}

std::string fault_text(const FaultMark& fault) {
  const std::string when =
      std::isnan(fault.until_seconds)
          ? fmt::format("from {}", duration_text(fault.at_seconds))
          : fmt::format("{} to {}", duration_text(fault.at_seconds), duration_text(fault.until_seconds));
  return fmt::format("{}: {}", when, printable(fault.text));
}

}  // namespace windtunnel
