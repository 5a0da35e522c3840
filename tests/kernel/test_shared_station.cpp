#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "kernel/random.hpp"
#include "kernel/reference_station.hpp"
#include "kernel/shared_station.hpp"
#include "kernel/task.hpp"

using namespace windtunnel;
using windtunnel::testing::Resize;
using windtunnel::testing::Visit;

namespace {

Task<> serve(Simulator& simulator, SharedStation& station, Visit plan, Nanoseconds& ended) {
  co_await simulator.sleep(plan.at - simulator.now());
  co_await station.serve(plan.work);
  ended = simulator.now();
}

struct Farewell : Event {
  explicit Farewell(TaskGroup& group)
      : Event([](Event& event) { static_cast<Farewell&>(event).doomed.clear(); }), doomed(group) {}
  TaskGroup& doomed;
};

struct Resizing : Event {
  Resizing(SharedStation& target, int count)
      : Event([](Event& event) {
          const auto& self = static_cast<Resizing&>(event);
          self.station.set_cores(self.cores);
        }),
        station(target),
        cores(count) {}
  SharedStation& station;
  int cores;
};

struct Ends {
  std::vector<Nanoseconds> at;  // -1: gone
  double busy_area;
  double job_area;
};

Ends run(int cores, const std::vector<Visit>& visits, const std::vector<Resize>& resizes = {}) {
  Simulator simulator;
  SharedStation station(simulator, cores);
  Ends ends{std::vector<Nanoseconds>(visits.size(), -1), 0, 0};
  std::deque<TaskGroup> tasks;
  std::deque<Farewell> farewells;
  std::deque<Resizing> resizings;
  for (std::size_t i = 0; i < visits.size(); ++i) {
    tasks.emplace_back().start(serve(simulator, station, visits[i], ends.at[i]));
    if (visits[i].leaves != forever) {
      simulator.schedule_at(farewells.emplace_back(tasks.back()), visits[i].leaves);
    }
  }
  for (const Resize& resize : resizes) {
    simulator.schedule_at(resizings.emplace_back(station, resize.servers), resize.at);
  }
  simulator.run();
  CHECK(station.jobs().value() == 0);
  CHECK(station.busy_cores().value() == 0);
  ends.busy_area = station.busy_cores().area(simulator.now());
  ends.job_area = station.jobs().area(simulator.now());
  return ends;
}

// Step by step from event to event, every job's remaining work reduced by its share.
std::vector<double> reference(int cores, const std::vector<Visit>& visits,
                              const std::vector<Resize>& resizes) {
  struct Job {
    std::size_t id;
    double left;
    double leaves;
  };
  std::vector<double> ends(visits.size(), -1);
  std::vector<Job> jobs;
  double now = 0;
  std::size_t arrival = 0, resize = 0;
  for (;;) {
    const double rate = std::min(1.0, cores / std::max(1.0, static_cast<double>(jobs.size())));
    double next = HUGE_VAL;
    if (arrival < visits.size()) next = static_cast<double>(visits[arrival].at);
    if (resize < resizes.size()) next = std::min(next, static_cast<double>(resizes[resize].at));
    for (const Job& job : jobs) {
      next = std::min(next, job.leaves);
      if (rate > 0) next = std::min(next, now + job.left / rate);
    }
    if (next == HUGE_VAL) return ends;
    for (Job& job : jobs) job.left -= rate * (next - now);
    now = next;
    std::erase_if(jobs, [&](const Job& job) {
      const bool finished = job.left < 1e-4;
      if (finished) ends[job.id] = now;
      return finished || job.leaves <= now;
    });
    if (resize < resizes.size() && static_cast<double>(resizes[resize].at) <= now) {
      cores = resizes[resize++].servers;
    }
    if (arrival < visits.size() && static_cast<double>(visits[arrival].at) <= now) {
      const Visit& visit = visits[arrival];
      const double leaves = visit.leaves == forever ? HUGE_VAL : static_cast<double>(visit.leaves);
      jobs.push_back({arrival++, static_cast<double>(visit.work), leaves});
    }
  }
}

}  // namespace

TEST_CASE("jobs share the cores, one core each at most") {
  struct Case {
    const char* what;
    int cores;
    std::vector<Visit> visits;  // at, work, priority, leaves
    std::vector<Nanoseconds> expected;
    std::vector<Resize> resizes = {};
  };
  const Case cases[] = {
      {"alone", 1, {{0, 100}}, {100}},
      {"two at once take twice as long", 1, {{0, 100}, {0, 100}}, {200, 200}},
      {"the shorter ends first, then the longer has the core", 1, {{0, 100}, {0, 40}}, {140, 80}},
      {"a later one slows the first", 1, {{0, 100}, {50, 100}}, {150, 200}},
      {"as many cores as jobs", 2, {{0, 100}, {0, 70}}, {100, 70}},
      {"three on two cores", 2, {{0, 100}, {0, 100}, {0, 100}}, {150, 150, 150}},
      {"a departure speeds up the others", 1, {{0, 100}, {0, 100, 0, 50}}, {125, -1}},
      {"a departure at the very instant of completion", 1, {{0, 100}, {0, 50, 0, 100}}, {150, 100}},
      {"no work takes no time", 1, {{0, 100}, {10, 0}}, {100, 10}},
      {"more cores", 1, {{0, 100}, {0, 100}}, {150, 150}, {{100, 2}}},
      {"fewer cores", 2, {{0, 100}, {0, 100}}, {150, 150}, {{50, 1}}},
      {"no core for a while", 1, {{0, 100}}, {150}, {{40, 0}, {90, 1}}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    const Ends ends = run(one.cores, one.visits, one.resizes);
    for (std::size_t i = 0; i < one.expected.size(); ++i) {
      CAPTURE(i);
      CHECK(ends.at[i] == one.expected[i]);
    }
  }
}

TEST_CASE("random visits, departures and resizings end as in a step-by-step reference") {
  RandomStream random(8, 0, "shared");
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    const int cores = 1 + static_cast<int>(random.below(4));
    std::vector<Visit> visits(400);
    std::vector<Resize> resizes;
    Nanoseconds at = 0;
    double sum = 0;
    for (Visit& visit : visits) {
      at += 1 + static_cast<Nanoseconds>(random.exponential() * 1e6);
      visit.at = at;
      visit.work = 1 + static_cast<Nanoseconds>(random.exponential() * 0.9e6 * cores);
      if (random.chance(0.1)) visit.leaves = at + 1 + static_cast<Nanoseconds>(random.exponential() * 5e6);
      if (random.chance(0.02)) resizes.push_back({at + 1, static_cast<int>(random.below(5))});
      sum += static_cast<double>(visit.work);
    }
    resizes.push_back({at + 2, cores});
    const Ends ends = run(cores, visits, resizes);
    const std::vector<double> expected = reference(cores, visits, resizes);
    double response = 0;
    bool all_stayed = true;
    for (std::size_t i = 0; i < visits.size(); ++i) {
      CAPTURE(i);
      // Every end is rounded to a nanosecond; what that gives or takes the others share, and it adds up.
      const auto ended = static_cast<double>(ends.at[i]);
      const auto lasted = static_cast<double>(std::max(ends.at[i], visits[i].at) - visits[i].at);
      REQUIRE(std::abs(ended - expected[i]) <= 5 + 1e-6 * lasted);
      all_stayed = all_stayed && ended >= 0;
      response += lasted;
    }
    if (all_stayed) {
      CHECK(std::abs(ends.busy_area - sum) <= 2.0 * static_cast<double>(visits.size()));
      CHECK(ends.job_area == doctest::Approx(response).epsilon(1e-12));
    }
  }
}

TEST_CASE("the one pending event of a station does not pile up") {
  Simulator simulator;
  SharedStation station(simulator, 2);
  std::vector<Nanoseconds> ends(1000);
  for (Nanoseconds& end : ends) simulator.background().start(serve(simulator, station, {0, 1'000'000}, end));
  CHECK(simulator.events_pending() == 1);
  simulator.run();
  CHECK(simulator.now() == 500'000'000);
  CHECK(simulator.events_run() <= 2002);
}

TEST_CASE("precision holds over a long busy time") {
  // A year of a core that is never idle, then a job of a microsecond.
  Simulator simulator;
  SharedStation station(simulator, 1);
  const Nanoseconds year = 31'536'000'000'000'000;
  Nanoseconds background_end = 0, end = 0;
  simulator.background().start(serve(simulator, station, {0, year}, background_end));
  simulator.background().start(serve(simulator, station, {year / 2, 1000}, end));
  simulator.run();
  CHECK(std::abs(end - year / 2 - 2000) <= 8);
  CHECK(std::abs(background_end - year - 1000) <= 8);
}
