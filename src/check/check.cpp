#include "check/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "check/rule.hpp"
#include "language/suggest.hpp"

namespace windtunnel {
namespace {

const Rule stale_acceptance{"WT099",
                            "acceptance without a finding",
                            Severity::warning,
                            "An exception that excuses nothing hides the next real finding of that rule.",
                            "remove it from `accept:`, or correct the rule's id or the name",
                            nullptr};

/// Marks what the authors live with, and reports acceptances that fit nothing.
void apply_acceptances(const Design& design, Findings& findings) {
  const Scenario& scenario = design.scenario;
  const Node& list = design.at({"accept"});
  Findings stale;
  for (std::size_t i = 0; i < scenario.accept.size(); ++i) {
    const Accepted& accepted = scenario.accept[i];
    bool used = false;
    for (Finding& finding : findings) {
      const bool fits =
          finding.rule->id == accepted.rule && (accepted.of.empty() || accepted.of == finding.subject);
      if (fits) finding.accepted = accepted.because;
      used = used || fits;
    }
    if (used) continue;
    const std::string where = accepted.of.empty() ? "" : " of `" + accepted.of + "`";
    const char* what = find_rule(accepted.rule) ? "there is no such finding" : "there is no such rule";
    const Node& at = list.is_sequence() ? list.items[i] : list;
    Report(stale_acceptance, stale)
        .add(accepted.of, fmt::format("`{}`{} is accepted, but {}", accepted.rule, where, what), at);
  }
  findings.insert(findings.end(), stale.begin(), stale.end());
}

}  // namespace

std::vector<const Rule*> all_rules() {
  std::vector<const Rule*> all;
  for (const auto family : {call_rules(), path_rules(), capacity_rules(), scaling_rules(), redundancy_rules(),
                            store_rules(), cache_rules(), place_rules(), scenario_rules()}) {
    for (const Rule& rule : family) all.push_back(&rule);
  }
  all.push_back(&stale_acceptance);
  return all;
}

const Rule* find_rule(std::string_view id) {
  for (const Rule* rule : all_rules()) {
    if (id == rule->id) return rule;
  }
  return nullptr;
}

Review check_scenario(const Scenario& scenario, const Catalog& catalog) {
  const Design design(scenario, catalog);
  Findings findings;
  for (const Rule* rule : all_rules()) {
    Report report(*rule, findings);
    if (rule->look) rule->look(design, report);
  }
  apply_acceptances(design, findings);
  const auto place = [](const Finding& f) {
    return std::make_tuple(f.mark.source, f.mark.line, f.mark.column, std::string_view(f.rule->id),
                           std::string_view(f.subject));
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
  return {std::move(findings), overview_of(design)};
}

}  // namespace windtunnel
