// The experiment itself: is anything asked of it, can it answer, does everything in the file count?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "check/flow.hpp"
#include "check/rule.hpp"
#include "topology/questions.hpp"

namespace windtunnel {
namespace {

bool any_goal(const Design& design, std::initializer_list<SloMetric> metrics) {
  return std::any_of(design.scenario.slos.begin(), design.scenario.slos.end(), [&](const Slo& goal) {
    return std::find(metrics.begin(), metrics.end(), goal.metric) != metrics.end();
  });
}

void no_goals(const Design& design, Report& report) {
  if (design.scenario.slos.empty()) report.add("", "the scenario has no goals", design.at({"slo"}));
}

void latency_without_errors(const Design& design, Report& report) {
  for (const auto& [name, workload] : design.scenario.workloads) {
    const Slo* latency = nullptr;
    bool errors = false;
    for (const Slo& goal : design.scenario.slos) {
      if (goal.subject != name) continue;
      if (goal.metric == SloMetric::latency_percentile || goal.metric == SloMetric::latency_mean)
        latency = &goal;
      if (goal.metric == SloMetric::errors || goal.metric == SloMetric::availability ||
          goal.metric == SloMetric::goodput)
        errors = true;
    }
    if (!latency || errors) continue;
    report.add(name, fmt::format("there is a goal for the latency of `{}`, but none for its errors", name),
               latency->mark, static_cast<int>(latency->text.size()));
  }
}

void no_faults(const Design& design, Report& report) {
  if (!design.scenario.faults.empty()) return;
  if (!any_goal(design, {SloMetric::availability, SloMetric::errors, SloMetric::lost_writes})) return;
  report.add("", "there are goals for errors, but nothing goes wrong", design.at({"slo"}));
}

void fault_too_late(const Design& design, Report& report) {
  const double end = design.scenario.run.duration.seconds;
  const Node& list = design.at({"faults"});
  for (std::size_t i = 0; i < design.scenario.faults.size(); ++i) {
    const Fault& fault = design.scenario.faults[i];
    if (!fault.at || fault.at->seconds < end) continue;
    report.add("",
               fmt::format("this fault comes at {}, but the run ends at {}", to_text(*fault.at),
                           to_text(design.scenario.run.duration)),
               list.is_sequence() ? list.items[i] : list);
  }
}

void too_few_samples(const Design& design, Report& report) {
  constexpr double samples_beyond = 10;  // docs/statistics.md: what a percentile rests on
  for (const Slo& goal : design.scenario.slos) {
    if (goal.metric != SloMetric::latency_percentile) continue;
    for (std::size_t i = 0; i < design.scenario.workloads.size(); ++i) {
      if (design.scenario.workloads[i].first != goal.subject || design.peaks[i] <= 0) continue;
      const double rate = base_rate(design.scenario.workloads[i].second.arrivals, 0);
      const double seconds = design.scenario.run.duration.seconds * design.scenario.run.replications;
      const double beyond = std::min(rate, design.peaks[i]) * seconds * (1 - goal.percentile);
      if (beyond >= samples_beyond || !std::isfinite(rate)) continue;
      const double enough = samples_beyond / (1 - goal.percentile) / std::min(rate, design.peaks[i]);
      report.add(goal.subject,
                 fmt::format("{:.3g} requests will be beyond this percentile; {:.0f} need about {:.3g} s",
                             beyond, samples_beyond, enough),
                 goal.mark, static_cast<int>(goal.text.size()));
    }
  }
}

void closed_workload(const Design& design, Report& report) {
  for (const auto& [name, workload] : design.scenario.workloads) {
    if (!std::holds_alternative<arrival::Closed>(workload.arrivals)) continue;
    const bool judged =
        std::any_of(design.scenario.slos.begin(), design.scenario.slos.end(), [&](const Slo& goal) {
          return goal.subject == name &&
                 (goal.metric == SloMetric::latency_percentile || goal.metric == SloMetric::latency_mean);
        });
    if (!judged) continue;
    report.add(name, fmt::format("the users of `{}` ask less when answers are slow", name),
               design.at({"workloads", name, "arrivals"}));
  }
}

void unused_component(const Design& design, Report& report) {
  for (const std::size_t vertex : unreachable_components(design.graph)) {
    const ComponentSpec& component = design.scenario.components[vertex - design.graph.workloads];
    report.add(component.name, fmt::format("no workload comes to `{}`", component.name), component.mark,
               static_cast<int>(component.name.size()));
  }
}

/// The value that a variant's path stands for in the file: under `components:` or from the top.
const Node* value_at(const Node& root, std::string_view path) {
  const Node* node = &root;
  const std::string first(path.substr(0, path.find('.')));
  if (!root.find(first) && root.find("components")) node = root.find("components");
  while (node && !path.empty()) {
    const std::size_t dot = path.find('.');
    node = node->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  }
  return node;
}

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size() ||
      a.members.size() != b.members.size())
    return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  return std::all_of(a.members.begin(), a.members.end(), [&](const Member& member) {
    const Node* other = b.find(member.key);
    return other && same(member.value, *other);
  });
}

void variant_without_effect(const Design& design, Report& report) {
  for (const auto& [name, changes] : design.scenario.variants) {
    const bool nothing =
        std::all_of(changes.members.begin(), changes.members.end(), [&](const Member& change) {
          const Node* now = value_at(design.scenario.root, change.key);
          return now && same(*now, change.value);
        });
    if (nothing)
      report.add(name, fmt::format("the variant `{}` sets only what the file says already", name), changes);
  }
}

void work_on_the_clock(const Design& design, Report& report) {
  constexpr double longest_warmup = 0.5;
  const RunOptions& run = design.scenario.run;
  if (!run.warmup.time || run.warmup.time->seconds <= longest_warmup * run.duration.seconds) return;
  report.add(
      "",
      fmt::format("{} of {} are warm-up and do not count", to_text(*run.warmup.time), to_text(run.duration)),
      design.at({"run", "warmup"}));
}

constexpr Rule rules[] = {
    {"WT080", "no goals", Severity::warning, "Without goals there is no answer, only figures.",
     "add `slo:`, e.g. p99(web) < 200ms", no_goals},
    {"WT081", "latency goal without an error goal", Severity::info,
     "Percentiles are of answered requests: a system that refuses the slow ones looks fast.",
     "add errors(…) < 0.1%", latency_without_errors},
    {"WT082", "nothing goes wrong", Severity::info, "An error rate without failures is that of a good day.",
     "add `faults:`: a crashed replica, a lost zone, a slow store", no_faults},
    {"WT083", "fault after the end", Severity::warning, "It is never simulated.",
     "move it, or lengthen `run.duration`", fault_too_late},
    {"WT084", "run too short for the percentile", Severity::warning,
     "A percentile with hardly a sample beyond it cannot be decided.",
     "lengthen `run.duration`, add `replications`, or ask for a lower percentile", too_few_samples},
    {"WT085", "closed workload", Severity::info,
     "A fixed number of users waits politely while the system is slow, and hides the queue that open traffic "
     "would "
     "build (Schroeder et al., NSDI 2006; coordinated omission).",
     "use poisson(…) where users are many and do not wait for each other", closed_workload},
    {"WT086", "unused component", Severity::warning, "It costs and is not asked.", "call it, or remove it",
     unused_component},
    {"WT087", "variant without effect", Severity::warning,
     "Comparing it shows no difference, and looks like a result.", "change a value, or remove it",
     variant_without_effect},
    {"WT088", "mostly warm-up", Severity::warning, "What counts is too little to say much.",
     "shorten `warmup`, or lengthen `duration`", work_on_the_clock},
};

}  // namespace

std::span<const Rule> scenario_rules() { return rules; }

}  // namespace windtunnel
