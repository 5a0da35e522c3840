// Databases: copies, quorums, what a failover loses.
#include <fmt/format.h>

#include <algorithm>

#include "check/flow.hpp"
#include "check/rule.hpp"
#include "components/database.hpp"

namespace windtunnel {
namespace {

/// Calls `look` for each database with its replication.
template <class Look>
void each_database(const Design& design, Look look) {
  for (const ComponentSpec& component : design.scenario.components) {
    if (const auto* database = fields_if<DatabaseFields>(component)) look(component, database->replicated());
  }
}

const Node& replication_of(const ComponentSpec& component) {
  return Design::field(component, {"replication"});
}

bool has_goal(const Design& design, SloMetric metric, const std::string& subject) {
  return std::any_of(design.scenario.slos.begin(), design.scenario.slos.end(), [&](const Slo& goal) {
    return goal.metric == metric && (goal.subject == subject || goal.subject.empty());
  });
}

void single_copy(const Design& design, Report& report) {
  each_database(design, [&](const ComponentSpec& component, const Replication& replication) {
    if (replication.copies > 1) return;
    report.add(component.name, fmt::format("`{}` keeps one copy of its data", component.name), component.mark,
               static_cast<int>(component.name.size()));
  });
}

void quorums_that_miss(const Design& design, Report& report) {
  each_database(design, [&](const ComponentSpec& component, const Replication& r) {
    const bool quorum = r.mode == ReplicationMode::quorum && r.copies > 1;
    if (!quorum || r.read_quorum() + r.write_quorum() > r.copies) return;
    if (has_goal(design, SloMetric::stale_reads, component.name)) return;  // the question has been asked
    report.add(component.name,
               fmt::format("reads ask {} and writes {} of {} copies: they need not meet in one",
                           r.read_quorum(), r.write_quorum(), r.copies),
               replication_of(component));
  });
}

void writes_on_one_copy(const Design& design, Report& report) {
  each_database(design, [&](const ComponentSpec& component, const Replication& r) {
    if (r.copies < 2 || r.write_quorum() > 1) return;
    if (has_goal(design, SloMetric::lost_writes, component.name)) return;
    report.add(component.name, "a write is acknowledged when one copy has it", replication_of(component));
  });
}

void writes_on_all_copies(const Design& design, Report& report) {
  each_database(design, [&](const ComponentSpec& component, const Replication& r) {
    if (r.copies < 2 || r.write_quorum() < r.copies) return;
    report.add(component.name, fmt::format("a write needs all {} copies", r.copies),
               replication_of(component));
  });
}

void copies_in_one_zone(const Design& design, Report& report) {
  each_database(design, [&](const ComponentSpec& component, const Replication& r) {
    if (r.copies < 2 || r.across != Across::one_zone) return;
    report.add(component.name, fmt::format("all {} copies of a shard stand in one zone", r.copies),
               replication_of(component));
  });
}

void even_group(const Design& design, Report& report) {
  each_database(design, [&](const ComponentSpec& component, const Replication& r) {
    if (r.mode != ReplicationMode::raft || r.copies % 2 == 1) return;
    report.add(component.name,
               fmt::format("a group of {} survives no more failures than one of {}", r.copies, r.copies - 1),
               replication_of(component));
  });
}

void stale_followers(const Design& design, Report& report) {
  each_database(design, [&](const ComponentSpec& component, const Replication& r) {
    if (!r.has_leader() || r.copies < 2 || r.reads_from_leader() || r.write_quorum() == r.copies) return;
    if (has_goal(design, SloMetric::stale_reads, component.name)) return;
    report.add(component.name, "followers answer reads, and may not have the last writes yet",
               replication_of(component));
  });
}

void hot_shard(const Design& design, Report& report) {
  for (const ComponentSpec& component : design.scenario.components) {
    const auto* database = fields_if<DatabaseFields>(component);
    const KeyLaw* keys = keys_of(design, component);
    if (!database || !keys || database->shards < 2 || keys->popularity == Popularity::constant) continue;
    // A cache in front takes the hot keys.
    const auto callers = design.calls_to(component);
    const bool cached = std::any_of(callers.begin(), callers.end(), [&](const CallSite* call) {
      return !call->from_workload &&
             design.traffic_of(*design.scenario.find_component(call->caller)).hit_ratio > 0;
    });
    const double share = hottest_share(*keys);
    if (cached || share * database->shards <= 1) continue;
    report.add(component.name,
               fmt::format("the hottest key alone is {:.2g}% of the requests: its shard gets more than twice "
                           "what the average of {} gets",
                           share * 100, database->shards),
               Design::field(component, {"shards"}));
  }
}

constexpr Rule rules[] = {
    {"WT050", "data kept once", Severity::warning,
     "A lost disk is lost data, and every failure of the machine an outage.",
     "set `copies: 3`, or say `replication:`", single_copy},
    {"WT051", "quorums that do not overlap", Severity::warning,
     "With R + W <= N a read may miss the last acknowledged write (Gifford 1979).",
     "raise `read` or `write` until R + W > N, or set a goal for stale_reads(…)", quorums_that_miss},
    {"WT052", "acknowledged writes can be lost", Severity::warning,
     "When that copy fails before it has passed the write on, a write that was acknowledged is gone.",
     "raise `write`, use `mode: raft`, or set a goal for lost_writes(…)", writes_on_one_copy},
    {"WT053", "one lost copy stops writes", Severity::warning,
     "Each further copy makes writes less available instead of more.", "lower `write` to a majority",
     writes_on_all_copies},
    {"WT054", "copies in one zone", Severity::warning,
     "Copies help against machines that fail, not against the zone that they share.", "set `across: zones`",
     copies_in_one_zone},
    {"WT055", "consensus group of even size", Severity::info,
     "A majority of 4 is 3, as of 5: the fourth copy costs and waits, and adds no safety (Ongaro and "
     "Ousterhout 2014).",
     "use 3 or 5 copies", even_group},
    {"WT056", "reads from followers", Severity::info, "Users may not see what they have just written.",
     "set `reads: leader`, or a goal for stale_reads(…)", stale_followers},
    {"WT057", "hot shard", Severity::warning, "One key is on one shard: more shards do not help it.",
     "put a cache in front, or split the hot keys", hot_shard},
};

}  // namespace

std::span<const Rule> store_rules() { return rules; }

}  // namespace windtunnel
