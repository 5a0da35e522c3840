// Queues against exact ones, a real one, and the arithmetic of partitioned logs.
#include "components/queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "components/registry.hpp"
#include "components/small_world.hpp"
#include "language/load.hpp"
#include "simulation/runner.hpp"

namespace windtunnel {
namespace {

/// A queue `jobs` in front of `worker`, without overhead unless `queue` says otherwise.
std::string jobs(const std::string& arrivals, const std::string& queue, const std::string& worker,
                 const std::string& more = "") {
  return "run: {duration: 100000s}\n"
         "workloads: {producers: {arrivals: " +
         arrivals +
         ", calls: jobs}}\n"
         "components:\n"
         "  jobs: {type: queue, to: worker, append: 0ms, delivery: 0ms, settle: 0ms, " +
         queue +
         "}\n"
         "  worker: {type: service, concurrency: 1, " +
         worker + "}\n" + more;
}

const Queue& queue_of(SmallWorld& world) { return dynamic_cast<Queue&>(world.world().component("jobs")); }

double processed(SmallWorld& world, double seconds) {
  return world.metric("jobs", "processed_per_second") * seconds;
}

}  // namespace

TEST_CASE("Competing consumers are an M/M/c queue") {
  // Erlang's C formula for four servers at 80%: 0.5964 wait, 0.5964 / (4 - 3.2) times the mean work.
  SmallWorld world(jobs("poisson(320/s)", "acknowledge: processed", "replicas: 4, do: [work: exp(10ms)]"));
  world.run_for(5000);
  CHECK(world.mean_seconds() == doctest::Approx(0.01 + 0.00745511).epsilon(0.01));
  CHECK(world.busy_share("jobs") == doctest::Approx(0.8).epsilon(0.01));
  CHECK(world.metric("jobs", "delay_seconds") == doctest::Approx(world.mean_seconds()).epsilon(0.001));
  const Meter& meter = world.world().component("jobs").meter();
  CHECK(to_seconds(meter.wait_total) / world.requests() == doctest::Approx(0.00745511).epsilon(0.03));
}

TEST_CASE("A real work queue is met within 2% + 0.3 ms, through a burst beyond its capacity") {
  std::vector<double> measured;
  std::ifstream file(WINDTUNNEL_ROOT "/tests/groundtruth/redis_queue_burst.csv");
  for (std::string line; std::getline(file, line);) {
    double sent = 0, latency = 0;
    if (std::sscanf(line.c_str(), "%lf,%lf", &sent, &latency) == 2) measured.push_back(latency * 1e-6);
  }
  REQUIRE(measured.size() == 3000);
  std::sort(measured.begin(), measured.end());
  double sum = 0;
  for (const double latency : measured) sum += latency;

  const Loaded loaded =
      load_scenario(WINDTUNNEL_ROOT "/tests/groundtruth/redis_queue.yaml", component_types());
  REQUIRE(loaded.scenario);
  const Catalog catalog;
  const Result result = run_scenario(*loaded.scenario, catalog).result;
  const WorkloadResult& simulated = result.workloads.front();
  CHECK(simulated.samples == 3000);
  const auto near = [](double value, double truth) { return std::abs(value - truth) < 0.02 * truth + 3e-4; };
  CHECK(near(simulated.mean_seconds.value, sum / 3000));
  CHECK(near(simulated.quantile_seconds[0].value, measured[1500]));
  CHECK(near(simulated.quantile_seconds[2].value, measured[2850]));
  CHECK(near(simulated.quantile_seconds[3].value, measured[2970]));
}

TEST_CASE("After an outage the lag is what came, and takes its time to work off") {
  // Most messages waiting: rate * outage; until they are worked off: outage * rate / (capacity - rate);
  // longest delay: the outage. The times and rates are those of a log with 50k/s and 52k/s, and others,
  // scaled.
  struct Case {
    double in, out, outage;
  };
  for (const Case& c : {Case{100, 150, 60}, Case{50, 52, 6}, Case{10, 40, 36}}) {
    CAPTURE(c.in);
    const std::string work = std::to_string(1e6 / c.out) + "us";
    const std::string fault = "faults: [{at: 10s, for: " + std::to_string(c.outage) + "s, crash: worker}]\n";
    SmallWorld world(jobs("deterministic(" + std::to_string(c.in) + "/s)", "acknowledge: processed",
                          "do: [work: " + work + "]", fault));
    world.run_for(10 + c.outage);
    CHECK(queue_of(world).waiting() == doctest::Approx(c.in * c.outage).epsilon(0.02));
    const double catch_up = c.outage * c.in / (c.out - c.in);
    world.run_for(0.95 * catch_up);
    CHECK(queue_of(world).waiting() > 0);
    world.run_for(0.1 * catch_up);
    CHECK(queue_of(world).waiting() <= 1);
    CHECK(world.quantile_seconds(0.9999) == doctest::Approx(c.outage).epsilon(0.02));
  }
}

TEST_CASE("Whole partitions limit what a group of consumers can do") {
  // Capacity rate * P / ceil(P / min(C, P)): beyond it the consumers with most partitions fall behind.
  struct Case {
    int partitions, consumers;
    double rate, capacity;
  };
  for (const Case& c : {Case{12, 5, 100, 400}, Case{12, 4, 100, 400}, Case{12, 12, 100, 1200},
                        Case{12, 20, 100, 1200}, Case{100, 7, 50, 333.33333333}}) {
    CAPTURE(c.partitions);
    CAPTURE(c.consumers);
    const auto waiting_after = [&](double load, double seconds) {
      SmallWorld world(jobs("deterministic(" + std::to_string(load * c.capacity) + "/s)",
                            "partitions: " + std::to_string(c.partitions),
                            "replicas: " + std::to_string(c.consumers) +
                                ", do: [work: " + std::to_string(1e6 / c.rate) + "us]"));
      world.run_for(seconds);
      return static_cast<double>(queue_of(world).waiting());
    };
    CHECK(waiting_after(0.99, 100) < 2 * c.partitions);
    const int most = (c.partitions + c.consumers - 1) / c.consumers;
    const int with_most = std::min(c.consumers, c.partitions - (most - 1) * c.consumers);
    const double excess = with_most * (1.05 * c.capacity * most / c.partitions - c.rate);
    CHECK(waiting_after(1.05, 100) == doctest::Approx(excess * 100).epsilon(0.05));
  }
}

TEST_CASE("Keys stay in their partition") {
  const auto rate = [](const std::string& keys) {
    SmallWorld world(
        "run: {duration: 100s}\n"
        "workloads: {producers: {arrivals: poisson(100/s), calls: jobs, keys: {order: uniform(" +
        keys +
        ")}}}\n"
        "components:\n"
        "  jobs: {type: queue, to: worker, partitions: 8}\n"
        "  worker: {type: service, replicas: 8, concurrency: 1, do: [work: 50ms]}\n");
    world.run_for(100);
    return world.metric("jobs", "processed_per_second");
  };
  CHECK(rate("1") == doctest::Approx(1 / 0.05185).epsilon(0.02));  // one consumer does everything
  CHECK(rate("1000000") == doctest::Approx(100).epsilon(0.05));
}

TEST_CASE("Producers wait for storing and replicating, not for the work") {
  SmallWorld world(
      "run: {duration: 100s}\n"
      "workloads: {producers: {arrivals: deterministic(10/s), calls: jobs}}\n"
      "components:\n"
      "  jobs: {type: queue, to: worker, append: 2ms, replication: 3ms, delivery: 0ms, settle: 0ms}\n"
      "  worker: {type: service, do: [work: 1s]}\n");
  world.run_for(100);
  CHECK(world.mean_seconds() == doctest::Approx(0.005).epsilon(0.001));
  CHECK(queue_of(world).waiting() == doctest::Approx(900).epsilon(0.01));
}

TEST_CASE("A slow consumer hoards what it has fetched ahead") {
  // Three of four consumers could carry the load alone. One message at a time the slow one has little; with
  // fifty it keeps a quarter of a burst.
  const auto p99 = [](const std::string& prefetch) {
    SmallWorld world(jobs("poisson(100/s)", "acknowledge: processed, prefetch: " + prefetch,
                          "replicas: 4, do: [work: exp(20ms)]",
                          "faults: [{at: 0s, for: 1000s, slow: \"worker[0]\", by: 10x}]\n"));
    world.run_for(200);
    return world.quantile_seconds(0.99);
  };
  const double one = p99("1");
  CHECK(one < 1.0);
  CHECK(p99("50") > 3 * one);
}

TEST_CASE("A full queue refuses, or drops the oldest") {
  SmallWorld refusing(jobs("deterministic(20/s)", "limit: 10", "do: [work: 100ms]"));
  refusing.run_for(100);
  CHECK(refusing.outcomes(Outcome::refused) == doctest::Approx(1000).epsilon(0.02));
  CHECK(queue_of(refusing).waiting() == 10);

  SmallWorld dropping(jobs("deterministic(20/s)", "limit: 10, when_full: drop_oldest", "do: [work: 100ms]"));
  dropping.run_for(100);
  CHECK(dropping.outcomes(Outcome::refused) == 0);
  CHECK(dropping.metric("jobs", "dropped_ratio") == doctest::Approx(0.5).epsilon(0.02));
  CHECK(dropping.metric("jobs", "delay_seconds") == doctest::Approx(0.6).epsilon(0.05));
}

TEST_CASE("Failed messages are tried again, then given up") {
  struct Case {
    std::string fail;
    double calls, dead;
  };
  for (const Case& c : {Case{"100%", 3, 1}, Case{"50%", 1.75, 0.125}, Case{"0%", 1, 0}}) {
    CAPTURE(c.fail);
    SmallWorld world(
        jobs("poisson(100/s)", "attempts: 3, retry_after: 10ms, dead_letters: graveyard",
             "replicas: 4, do: [work: 1ms, fail: " + c.fail + "]",
             "  graveyard: {type: queue, to: clerk}\n  clerk: {type: service, do: [work: 0ms]}\n"));
    world.run_for(1000);
    const double published = world.outcomes(Outcome::ok);
    CHECK(world.calls("worker") / published == doctest::Approx(c.calls).epsilon(0.01));
    CHECK(world.calls("graveyard") / published == doctest::Approx(c.dead).epsilon(0.03));
    CHECK(world.metric("jobs", "dead_letter_ratio") == doctest::Approx(c.dead).epsilon(0.03));
  }
}

TEST_CASE("What takes longer than it may stay hidden is done twice") {
  SmallWorld world(
      jobs("deterministic(1/s)", "visibility: 500ms, attempts: 2", "replicas: 2, do: [wait: 800ms]"));
  world.run_for(100);
  CHECK(world.calls("worker") / 2 == doctest::Approx(world.requests()).epsilon(0.02));
  CHECK(world.metric("jobs", "dead_letter_ratio") == doctest::Approx(1).epsilon(0.02));
}

TEST_CASE("Several components each get every message") {
  SmallWorld world(
      "run: {duration: 100s}\n"
      "workloads: {producers: {arrivals: poisson(100/s), calls: jobs}}\n"
      "components:\n"
      "  jobs: {type: queue, to: [search, mail], acknowledge: processed}\n"
      "  search: {type: service, replicas: 4, do: [work: 1ms]}\n"
      "  mail: {type: service, replicas: 2, do: [work: 3ms]}\n");
  world.run_for(100);
  const double published = world.outcomes(Outcome::ok);
  CHECK(world.calls("search") == doctest::Approx(published).epsilon(0.001));
  CHECK(world.calls("mail") == doctest::Approx(published).epsilon(0.001));
  CHECK(world.mean_seconds() > 0.005);  // the slower of both
}

TEST_CASE("Crashes of consumers lose nothing, of brokers only what is not durable") {
  const std::string worker = "replicas: 4, do: [work: 30ms]";
  SmallWorld consumers(jobs("poisson(100/s)", "acknowledge: processed", worker,
                            "faults: [{at: 20s, for: 20s, crash: \"worker[0]\"}, "
                            "{at: 50s, for: 5s, crash: \"worker[1..3]\"}]\n"));
  consumers.run_for(200);
  CHECK(consumers.outcomes(Outcome::ok) > 0.999 * consumers.requests());

  const auto lost = [&](const std::string& durable) {
    SmallWorld world(jobs("deterministic(200/s)", "durable: " + durable, worker,
                          "faults: [{at: 10s, for: 1s, crash: jobs}]\n"));
    world.run_for(100);
    const double accepted = world.outcomes(Outcome::ok);
    const double left = accepted - processed(world, 100) - static_cast<double>(queue_of(world).waiting());
    return left / 200;  // in seconds of arrivals
  };
  CHECK(lost("true") == doctest::Approx(0).epsilon(0.1));
  // 200/s come, 4 / 30 ms go: after 10 s a third of what came waits.
  CHECK(lost("false") == doctest::Approx(10 / 3.0).epsilon(0.05));
}

TEST_CASE("A dead consumer keeps its partitions for the length of its session") {
  const auto worst = [](const std::string& session) {
    SmallWorld world(jobs("deterministic(10/s)", "acknowledge: processed, partitions: 4, session: " + session,
                          "replicas: 2, do: [work: 1ms]",
                          "faults: [{at: 10s, for: 60s, crash: \"worker[0]\"}]\n"));
    world.run_for(100);
    return world.quantile_seconds(0.9999);
  };
  CHECK(worst("5s") == doctest::Approx(5).epsilon(0.05));
  CHECK(worst("20s") == doctest::Approx(20).epsilon(0.05));
  CHECK(worst("200s") == doctest::Approx(60).epsilon(0.05));  // it is back before
}

TEST_CASE("A queue that can never be worked off is said to be one") {
  const Loaded loaded = load_scenario_text(
      "run: {duration: 100s}\n"
      "workloads: {producers: {arrivals: poisson(120/s), calls: jobs}}\n"
      "components:\n"
      "  jobs: {type: queue, to: worker, delivery: 0ms, settle: 0ms}\n"
      "  worker: {type: service, concurrency: 1, do: [work: 10ms]}\n",
      "test", component_types());
  REQUIRE(loaded.scenario);
  const Catalog catalog;
  const Result result = run_scenario(*loaded.scenario, catalog).result;
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].find("arrivals exceed capacity of jobs by") == 0);
}

TEST_CASE("Queues that cannot be are refused") {
  const auto problems = [](const std::string& fields) {
    return problems_of(
        "workloads: {w: {arrivals: poisson(1/s), calls: jobs}}\n"
        "components:\n"
        "  jobs: {type: queue, " +
        fields + "}\n  worker: {type: service, do: [work: 1ms]}\n");
  };
  CHECK(problems("to: worker") == "");
  CHECK(problems("prefetch: 10").find("`to`") != std::string::npos);
  CHECK(problems("to: wroker").find("worker") != std::string::npos);
  CHECK(problems("to: worker, prefetch: 0") != "");
  CHECK(problems("to: worker, when_full: drop").find("drop_oldest") != std::string::npos);
}

}  // namespace windtunnel
