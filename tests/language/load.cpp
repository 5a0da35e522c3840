#include <doctest/doctest.h>

#include <string>

#include "language/explain.hpp"
#include "language/toy_types.hpp"

using namespace windtunnel;

namespace {

Loaded load(const std::string& text, const LoadOptions& options = {}) {
  return load_scenario_text(text, "t.yaml", toy::types, options);
}

std::string findings(const Loaded& loaded) { return render(loaded.diagnostics, {DiagnosticFormat::concise}); }

const char* const shortest = R"(
workloads:
  web: {arrivals: poisson(800/s), calls: api}
components:
  api: {type: service, replicas: 2, concurrency: 8, do: [work: exp(15ms)]}
)";

const char* const whole = R"(
windtunnel: 1
name: Shop
run: {duration: 30s, warmup: 2s, seed: 7}
regions:
  us-east: {zones: [a, b]}
  eu-west: [a]
network:
  links:
    - {between: [us-east, eu-west], rtt: 80ms}
workloads:
  shop:
    arrivals: diurnal(mean=50k/s peak=90k/s)
    calls: edge
    keys: {user: zipf(50M s=0.8)}
    from: {us-east: 60%, eu-west: 40%}
    timeout: 400ms
  replay: {arrivals: steps(0s:10k/s 30s:50k/s), calls: api}
  users: {arrivals: {kind: closed, users: 500, think: exp(2s)}, calls: api}
components:
  edge: {type: load_balancer, policy: least_requests(3), to: [api]}
  api:
    type: service
    replicas: 160
    zones: [us-east/a, eu-west]
    do:
      - work: lognormal(p50=0.6ms p99=3ms)
      - parallel:
          - {call: features, key: user}
          - - {call: user_db, timeout: 40ms, retry: {attempts: 3, budget: 10%}}
            - wait: 1ms
      - parallel: {need: 1, of: [{work: 1ms}, {work: 2ms}], best_effort: 30ms}
      - choose: [{40%: [{call: user_db}]}, {60%: {wait: 1ms}}]
      - {repeat: 3, do: {work: 1ms}}
      - {call: user_db, retry: 4, fallback: {call: features, quality: 70%}}
      - reply
      - {work: 1ms}
      - fail: 0.1%
  features:
    type: cache
    capacity: 20M items
    ttl: 10m
    origin: {type: database, copies: 3, write: 2}
  user_db: {type: database}
faults:
  - {at: 30s, for: 10s, partition: [us-east/a, us-east/b]}
  - {at: 45s, crash: "api[0..3]", for: 5s}
  - {at: 50s, for: 5s, slow: "user_db[*]", by: 10x}
  - {every: 30d, for: 5m, crash: any api}
slo:
  - p99(shop) < 200ms
  - errors(shop) <= 0.1%
  - cost < 300k USD/month
variants:
  no_cache: {features.origin: none}
  large: {api.replicas: 200, "api.do[0]": {work: 2ms}}
decisions:
  - {title: A cache, compare: [no_cache], because: Reads dominate.}
)";

}  // namespace

TEST_CASE("the shortest scenario gets every default") {
  const Loaded loaded = load(shortest);
  CHECK(findings(loaded) == "");
  REQUIRE(loaded.scenario);
  const Scenario& scenario = *loaded.scenario;
  CHECK(scenario.name == "t");
  CHECK(scenario.run.duration.seconds == 60);
  CHECK_FALSE(scenario.run.warmup.time);
  CHECK(scenario.regions.empty());
  const Workload& web = *scenario.find_workload("web");
  CHECK(std::get<arrival::Poisson>(web.arrivals).rate.per_second == 800);
  CHECK(web.calls.name == "api");
  CHECK(web.request.law == Law::constant);
  const ComponentSpec& api = *scenario.find_component("api");
  CHECK(api.type == "service");
  CHECK(api.placement.replicas == 2);
  const auto& fields = api.fields<toy::Service>();
  CHECK(fields.concurrency == 8);
  CHECK(std::get<WorkStep>(fields.steps.at(0).action).time.law == Law::exponential);
}

TEST_CASE("a whole scenario reads as it is meant") {
  const Loaded loaded = load(whole);
  CHECK(findings(loaded) == "");
  REQUIRE(loaded.scenario);
  const Scenario& scenario = *loaded.scenario;
  CHECK(scenario.regions[1].second.zones == std::vector<std::string>{"a"});
  CHECK(scenario.sha256.size() == 64);

  const auto& steps = std::get<arrival::Steps>(scenario.find_workload("replay")->arrivals).steps;
  REQUIRE(steps.size() == 2);
  CHECK(steps[1].at.seconds == 30);
  CHECK(steps[1].rate.per_second == 50'000);
  CHECK(std::get<arrival::Closed>(scenario.find_workload("users")->arrivals).users == 500);

  CHECK(scenario.find_component("edge")->fields<toy::LoadBalancer>().policy.choices == 3);
  const auto& api = scenario.find_component("api")->fields<toy::Service>();
  REQUIRE(api.steps.size() == 9);
  const Parallel& parallel = std::get<ParallelStep>(api.steps[1].action).parallel;
  REQUIRE(parallel.of.size() == 2);
  REQUIRE(parallel.of[1].size() == 2);
  const CallStep& call = std::get<CallStep>(parallel.of[1][0].action);
  CHECK(call.policy.timeout->seconds == doctest::Approx(0.04));
  CHECK(call.policy.retry->attempts == 3);
  CHECK(call.policy.retry->cap.seconds == doctest::Approx(0.25));
  CHECK(std::get<ParallelStep>(api.steps[2].action).parallel.need == 1);
  CHECK(std::get<ChooseStep>(api.steps[3].action).branches[1].share.value == doctest::Approx(0.6));
  CHECK(std::get<CallStep>(api.steps[5].action).policy.retry->attempts == 4);
  CHECK(std::holds_alternative<ReplyStep>(api.steps[6].action));
  CHECK(std::get<FailStep>(api.steps[8].action).probability.value == doctest::Approx(0.001));

  const auto& features = scenario.find_component("features")->fields<toy::Cache>();
  CHECK(features.origin->name == "features.origin");
  CHECK(scenario.find_component("features.origin")->fields<toy::Database>().copies == 3);

  CHECK(scenario.faults[0].partition.size() == 2);
  CHECK(scenario.faults[1].crash[0].last == 3);
  CHECK(scenario.faults[3].crash[0].any);
  CHECK(scenario.slos[0].percentile == doctest::Approx(0.99));
  CHECK(scenario.slos[0].limit == doctest::Approx(0.2));
  CHECK(scenario.slos[1].or_equal);
  CHECK(scenario.slos[2].metric == SloMetric::cost);
}

TEST_CASE("variants and overrides change the document before it is read") {
  const Loaded loaded = load(whole, {"large", {"run.seed=9", "features.origin.copies=5", "api.replicas=12"}});
  CHECK(findings(loaded) == "");
  REQUIRE(loaded.scenario);
  CHECK(loaded.scenario->run.seed == 9);
  CHECK(loaded.scenario->variant == "large");
  CHECK(loaded.scenario->overrides[0] == std::pair<std::string, std::string>{"run.seed", "9"});
  CHECK(loaded.scenario->find_component("features.origin")->fields<toy::Database>().copies == 5);
  CHECK(loaded.scenario->find_component("api")->placement.replicas == 12);

  const Loaded without = load(whole, {"no_cache", {}});
  REQUIRE(without.scenario);
  CHECK_FALSE(without.scenario->find_component("features")->fields<toy::Cache>().origin);
  CHECK(without.scenario->find_component("features.origin") == nullptr);
}

TEST_CASE("what is wrong with an override is said in its own text") {
  struct Case {
    const char* text;
    const char* finding;
  };
  const Case cases[] = {
      {"api.replicas=0", "--set:1:14: error[E0203]: `replicas` must be at least 1 (got 0)\n"},
      {"api.replica=3", "--set:1:5: error[E0201]: there is no key `replica` in `service`\n"},
      {"apu.replicas=3", "--set:1:1: error[E0308]: there is no `apu` in this scenario\n"},
      {"api.do[9].work=1ms", "--set:1:7: error[E0308]: there is no entry [9] here\n"},
      {"api.type.x=1", "--set:1:10: error[E0308]: `x` stands inside `service`, which has no keys\n"},
      {"api..x=1", "--set:1:1: error[E0308]: `api..x` is not a path\n"},
      {"api", "--set:1:1: error[E0309]: an override is `path=value`\n"},
      {"api.replicas=", "--set:1:14: error[E0309]: `api.replicas` is given no value\n"},
      {"api.replicas={", "--set:1:14: error[E0106]: `{` is never closed\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const Loaded loaded = load(shortest, {"", {c.text}});
    CHECK_FALSE(loaded.scenario);
    CHECK(findings(loaded) == c.finding);
  }
  CHECK(findings(load(whole, {"no_cash", {}})) ==
        "--variant:1:1: error[E0310]: there is no variant `no_cash`\n");
}

TEST_CASE("references are found wherever they stand") {
  const Loaded loaded = load(whole);
  REQUIRE(loaded.scenario);
  const ComponentSpec& api = *loaded.scenario->find_component("api");
  std::string found;
  for_each_reference(
      *api.info, api.data.get(), api.name,
      [&](const std::string& path, const ComponentRef& ref) { found += path + "=" + ref.name + "\n"; });
  CHECK(found ==
        "api.do[1].parallel.of[0][0].call=features\n"
        "api.do[1].parallel.of[1][0].call=user_db\n"
        "api.do[3].choose[0][0].call=user_db\n"
        "api.do[5].call=user_db\n"
        "api.do[5].fallback.call=features\n");
}

TEST_CASE("explain fills in every default, and reads back to the same") {
  for (const char* text : {shortest, whole}) {
    const Loaded loaded = load(text);
    REQUIRE(loaded.scenario);
    const std::string explained = explain(*loaded.scenario);
    const Loaded again = load(explained);
    CHECK(findings(again) == "");
    REQUIRE(again.scenario);
    const auto without_comments = [](const std::string& full) {
      std::string kept;
      for (std::size_t at = 0; at < full.size();) {
        const std::string line = full.substr(at, full.find('\n', at) - at);
        at += line.size() + 1;
        std::string bare = line.substr(0, line.find('#'));
        bare.erase(bare.find_last_not_of(' ') + 1);
        if (!bare.empty()) kept += bare + "\n";
      }
      return kept;
    };
    CHECK(without_comments(explain(*again.scenario)) == without_comments(explained));
  }
}
