// Every rule has two files beside this one: WTnnn_bad.yaml, which it finds, and WTnnn_good.yaml, which is
// mended.
#include "check/check.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "check/flow.hpp"
#include "check/rule.hpp"
#include "components/registry.hpp"
#include "language/load.hpp"

using namespace windtunnel;

namespace {

const std::string folder = WINDTUNNEL_ROOT "/tests/check/";

Review review_of(const Loaded& loaded) {
  INFO(render(loaded.diagnostics));
  REQUIRE(loaded.scenario.has_value());
  static const Catalog catalog;
  return check_scenario(*loaded.scenario, catalog);
}

Review review_of_file(const std::string& name) {
  CAPTURE(name);
  return review_of(load_scenario(folder + name, component_types()));
}

Review review_of_text(const std::string& text) {
  return review_of(load_scenario_text(text, "t.yaml", component_types()));
}

std::vector<const Finding*> found(const Review& review, const std::string& rule) {
  std::vector<const Finding*> some;
  for (const Finding& finding : review.findings) {
    if (finding.rule->id == rule && finding.accepted.empty()) some.push_back(&finding);
  }
  return some;
}

}  // namespace

TEST_CASE("each rule finds its bad design, at a place in the file, and is content with the mended one") {
  for (const Rule* rule : all_rules()) {
    const std::string id = rule->id;
    CAPTURE(id);
    const Review bad = review_of_file(id + "_bad.yaml");
    const auto findings = found(bad, id);
    CHECK(findings.size() >= 1);
    for (const Finding* finding : findings) {
      CHECK(finding->mark.known());
      CHECK_FALSE(finding->message.empty());
    }
    const auto left = found(review_of_file(id + "_good.yaml"), id);
    CHECK_MESSAGE(left.empty(), (left.empty() ? "" : left.front()->message));
  }
}

TEST_CASE("rules are at least 25, each with an id of its own, a reason and a remedy") {
  std::set<std::string> ids;
  for (const Rule* rule : all_rules()) {
    CAPTURE(rule->id);
    CHECK(ids.insert(rule->id).second);
    CHECK(std::string(rule->why).ends_with('.'));
    CHECK_FALSE(std::string(rule->mend).ends_with('.'));
    CHECK_FALSE(std::string(rule->name).empty());
  }
  CHECK(ids.size() >= 25);
}

TEST_CASE("an accepted finding stays visible with its reason") {
  const Review review = review_of_file("WT099_good.yaml");
  const auto accepted = std::find_if(review.findings.begin(), review.findings.end(),
                                     [](const Finding& finding) { return !finding.accepted.empty(); });
  REQUIRE(accepted != review.findings.end());
  CHECK(accepted->rule->id == std::string("WT025"));
  CHECK(accepted->accepted == "The load is known and small.");
}

TEST_CASE("load flows through balancers, choices, repetitions and caches") {
  const Loaded loaded = load_scenario_text(R"(
workloads:
  web: {arrivals: poisson(1k/s), calls: edge, keys: {item: uniform(1k)}}
components:
  edge: {type: load_balancer, to: [api]}
  api: {type: service, cores: 8, do: [work: 2ms, choose: [{25%: [{repeat: 2, do: {call: items}}]}]]}
  items: {type: cache, capacity: 800 items, origin: db}
  db: {type: database, copies: 1, workers: 4, read: 10ms}
)",
                                           "t.yaml", component_types());
  REQUIRE(loaded.scenario.has_value());
  const Catalog catalog;
  const Design design(*loaded.scenario, catalog);
  const auto traffic = [&](const char* name) {
    return design.traffic_of(*loaded.scenario->find_component(name));
  };
  CHECK(traffic("api").utilization() == doctest::Approx(1000 * 0.002 / 8));
  CHECK(traffic("items").calls_per_second == doctest::Approx(1000 * 0.25 * 2));
  CHECK(traffic("items").hit_ratio == doctest::Approx(0.8));
  CHECK(traffic("db").calls_per_second == doctest::Approx(500 * 0.2));
  CHECK(traffic("db").utilization() == doctest::Approx(100 * 0.01 / 4));
}

TEST_CASE("hit ratio of the most popular keys under Zipf's law") {
  // H(k, s) / H(n, s), summed term by term.
  const auto exact = [](double s, int n, int k) {
    double head = 0;
    double all = 0;
    for (int rank = 1; rank <= n; ++rank) {
      all += std::pow(rank, -s);
      if (rank == k) head = all;
    }
    return head / all;
  };
  for (const double s : {0.0, 0.5, 0.8, 1.0, 1.2}) {
    KeyLaw law;
    law.popularity = Popularity::zipf;
    law.count = Count{100000};
    law.s = s;
    CHECK(best_hit_ratio(law, 5000) == doctest::Approx(exact(s, 100000, 5000)).epsilon(1e-6));
    CHECK(hottest_share(law) == doctest::Approx(exact(s, 100000, 1)).epsilon(1e-6));
  }
}

TEST_CASE("the way of a workload: critical path, time without load, weakest link, single points") {
  const Review review = review_of_text(R"(
workloads:
  web: {arrivals: poisson(100/s), calls: api}
components:
  api: {type: service, replicas: 2, cores: 2, do: [work: 1ms, parallel: [{call: fast}, {call: slow}]]}
  fast: {type: service, do: [wait: 5ms]}
  slow: {type: service, replicas: 2, cores: 1, do: [work: 9ms]}
)");
  REQUIRE(review.overview.size() == 1);
  const Overview& way = review.overview.front();
  CHECK(way.critical_path == std::vector<std::string>{"api", "slow"});
  CHECK(way.idle_seconds == doctest::Approx(0.010));
  CHECK(way.most_per_second == doctest::Approx(2 / 0.009).epsilon(1e-4));
  CHECK(way.limited_by == std::vector<std::string>{"slow"});
  CHECK(way.single_points == std::vector<std::string>{"fast"});
}

TEST_CASE("a deliberately bad design: what a senior reviewer would say") {
  const Review review = review_of_file("bad_design.yaml");
  std::set<std::string> ids;
  for (const Finding& finding : review.findings) ids.insert(finding.rule->id);
  const std::set<std::string> expected{
      "WT002",  // the API waits longer for the orders than the user for the API
      "WT004",  // three retries on top of three
      "WT007",  // none of them with a brake
      "WT020",  // the pricing service is overloaded at peak
      "WT025",  // queues without limit
      "WT030",  // new replicas come after the burst
      "WT041",  // one load balancer
      "WT042",  // everything in one zone
      "WT051",  // quorums that miss each other
      "WT060",  // the catalogue's store lives from its cache
      "WT071",  // customers' data go from the EU to the US
      "WT014",  // and each order crosses the ocean
      "WT086",  // a component that nobody calls
  };
  for (const std::string& id : expected) CHECK_MESSAGE(ids.contains(id), id);
}

TEST_CASE("full batches carry a model server; consumers of a queue are not waited for") {
  const Loaded loaded = load_scenario_text(R"(
workloads:
  web: {arrivals: poisson(1k/s), calls: api}
components:
  api: {type: service, do: [{call: ranker, items: 200}, {call: log}]}
  ranker: {type: model_server, service: {base: 1ms, per_item: 10us}, batch: {max: 5}}
  log: {type: queue, to: [search]}
  search: {type: service, do: [work: 100ms]}
)",
                                           "t.yaml", component_types());
  REQUIRE(loaded.scenario.has_value());
  const Catalog catalog;
  const Design design(*loaded.scenario, catalog);
  // 1000 calls/s, 5 in a batch of 1000 items: 200 batches/s of 1 ms + 1000 × 10 us.
  CHECK(design.traffic_of(*loaded.scenario->find_component("ranker")).utilization() ==
        doctest::Approx(200 * 0.011));
  CHECK(overview_of(design).front().single_points == std::vector<std::string>{"api", "ranker", "log"});
}
