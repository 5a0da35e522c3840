// The rules of the trade: what a reviewer looks for. A rule is a row of a table and a function that looks.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/design.hpp"
#include "check/finding.hpp"

namespace windtunnel {

/// Takes the findings of one rule.
class Report {
 public:
  Report(const Rule& rule, Findings& findings) : rule_(rule), findings_(findings) {}
  void add(const std::string& subject, std::string message, const Node& at) {
    findings_.push_back({&rule_, subject, std::move(message), at.mark, at.length, {}});
  }
  void add(const std::string& subject, std::string message, Mark mark, int length = 1) {
    findings_.push_back({&rule_, subject, std::move(message), mark, length, {}});
  }
  void add(const std::string& subject, std::string message, const CallSite& at) {
    add(subject, std::move(message), at.mark, at.length);
  }

 private:
  const Rule& rule_;
  Findings& findings_;
};

struct Rule {
  const char* id;    ///< WT…: stable, for `accept:` and searches
  const char* name;  ///< in short: "timeout inversion"
  Severity severity;
  const char* why;   ///< what happens to those who leave it so
  const char* mend;  ///< what to write instead
  void (*look)(const Design&, Report&);
};

// The families, each in a file of its own. Ids grow by ten from family to family and are never used again.
std::span<const Rule> call_rules();        ///< timeouts, retries, hedges: rules_calls.cpp
std::span<const Rule> path_rules();        ///< chains of calls, fan-out, distance: rules_paths.cpp
std::span<const Rule> capacity_rules();    ///< load, queues, pools: rules_capacity.cpp
std::span<const Rule> scaling_rules();     ///< autoscaling: rules_scaling.cpp
std::span<const Rule> redundancy_rules();  ///< replicas, zones, health checks: rules_redundancy.cpp
std::span<const Rule> store_rules();       ///< databases: rules_stores.cpp
std::span<const Rule> cache_rules();       ///< caches: rules_caches.cpp
std::span<const Rule> place_rules();       ///< regions, data, prices: rules_places.cpp
std::span<const Rule> scenario_rules();    ///< goals, faults, length of the run: rules_scenario.cpp

/// All of them, by id.
std::vector<const Rule*> all_rules();
const Rule* find_rule(std::string_view id);

}  // namespace windtunnel
