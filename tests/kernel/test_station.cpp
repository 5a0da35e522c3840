#include <doctest/doctest.h>

#include <deque>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "kernel/random.hpp"
#include "kernel/reference_station.hpp"
#include "kernel/station.hpp"

using namespace windtunnel;
using windtunnel::testing::ReferenceStation;
using windtunnel::testing::Resize;
using windtunnel::testing::Visit;

namespace {

struct Outcome {
  Nanoseconds ended = -1;  // -1: not yet
  bool admitted = false;
  Nanoseconds waited = -1;
};

Task<> serve(Simulator& simulator, Station& station, Visit plan, Outcome& outcome) {
  co_await simulator.sleep(plan.at - simulator.now());
  const Station::Admission admission = co_await station.serve(plan.work, plan.priority);
  outcome = {simulator.now(), admission.admitted, admission.waited};
}

// The same visit with a lease that is held while sleeping.
Task<> hold(Simulator& simulator, Station& station, Visit plan, Outcome& outcome) {
  co_await simulator.sleep(plan.at - simulator.now());
  const Station::Lease lease = co_await station.acquire(plan.priority);
  if (lease) co_await simulator.sleep(plan.work);
  outcome = {simulator.now(), static_cast<bool>(lease), lease.waited()};
}

using Visitor = Task<> (*)(Simulator&, Station&, Visit, Outcome&);

// Destroys a task at a time.
struct Farewell : Event {
  explicit Farewell(TaskGroup& group)
      : Event([](Event& event) { static_cast<Farewell&>(event).doomed.clear(); }), doomed(group) {}
  TaskGroup& doomed;
};

struct Resizing : Event {
  Resizing(Station& target, int count)
      : Event([](Event& event) {
          const auto& self = static_cast<Resizing&>(event);
          self.station.set_servers(self.servers);
        }),
        station(target),
        servers(count) {}
  Station& station;
  int servers;
};

struct Setup {
  int servers = 1;
  Discipline discipline = Discipline::fifo;
  std::int64_t queue_limit = unbounded;
};

std::vector<Outcome> run(Visitor visitor, const Setup& setup, const std::vector<Visit>& visits,
                         const std::vector<Resize>& resizes = {}) {
  Simulator simulator;
  Station station(simulator, setup.servers, setup.discipline, setup.queue_limit);
  std::vector<Outcome> outcomes(visits.size());
  std::deque<TaskGroup> tasks;
  std::deque<Farewell> farewells;
  std::deque<Resizing> resizings;
  for (std::size_t i = 0; i < visits.size(); ++i) {
    tasks.emplace_back().start(visitor(simulator, station, visits[i], outcomes[i]));
    if (visits[i].leaves != forever) {
      simulator.schedule_at(farewells.emplace_back(tasks.back()), visits[i].leaves);
    }
  }
  for (const Resize& resize : resizes) {
    simulator.schedule_at(resizings.emplace_back(station, resize.servers), resize.at);
  }
  simulator.run();
  CHECK(station.busy() == 0);
  CHECK(station.queued() == 0);
  return outcomes;
}

// "ended (waited)" of each.
std::string shown(const std::vector<Outcome>& outcomes) {
  std::ostringstream text;
  for (const Outcome& outcome : outcomes) {
    if (&outcome != &outcomes.front()) text << ", ";
    if (outcome.ended < 0) {
      text << "gone";
    } else if (!outcome.admitted) {
      text << "refused";
    } else {
      text << outcome.ended << " (" << outcome.waited << ")";
    }
  }
  return text.str();
}

struct Case {
  const char* what;
  Setup setup;
  std::vector<Visit> visits;  // at, work, priority, leaves
  const char* expected;       // ended (waited)
  std::vector<Resize> resizes = {};
};

// True of work for a known time and of leases alike.
const Case cases[] = {
    {"first come, first served", {}, {{0, 10}, {1, 10}, {2, 10}}, "10 (0), 20 (9), 30 (18)"},
    {"at one instant, in the order of coming", {}, {{0, 10}, {0, 5}, {0, 1}}, "10 (0), 15 (10), 16 (15)"},
    {"two servers", {.servers = 2}, {{0, 10}, {1, 3}, {2, 3}, {3, 3}}, "10 (0), 4 (0), 7 (2), 10 (4)"},
    {"last come, first served",
     {.discipline = Discipline::lifo},
     {{0, 10}, {1, 10}, {2, 10}, {3, 10}},
     "10 (0), 40 (29), 30 (18), 20 (7)"},
    {"urgent ones first, equals in order",
     {.discipline = Discipline::priority},
     {{0, 10, 7}, {1, 10, 2}, {2, 10, 1}, {3, 10, 2}, {4, 10, 0}},
     "10 (0), 40 (29), 30 (18), 50 (37), 20 (6)"},
    {"priorities mean nothing elsewhere",
     {},
     {{0, 10, 1}, {1, 10, 1}, {2, 10, 0}},
     "10 (0), 20 (9), 30 (18)"},
    {"work of no length still takes its turn", {}, {{0, 10}, {1, 0}, {2, 0}}, "10 (0), 10 (9), 10 (8)"},
    {"refused where the queue is full",
     {.queue_limit = 1},
     {{0, 10}, {1, 10}, {2, 10}, {11, 10}},
     "10 (0), 20 (9), refused, 30 (9)"},
    {"no queue at all",
     {.servers = 2, .queue_limit = 0},
     {{0, 10}, {1, 1}, {1, 10}, {3, 1}},
     "10 (0), 2 (0), refused, 4 (0)"},
    {"leaving the queue", {}, {{0, 10}, {1, 10, 0, 5}, {2, 10}}, "10 (0), gone, 20 (8)"},
    {"leaving the server", {}, {{0, 10, 0, 4}, {1, 10}, {2, 10}}, "gone, 14 (3), 24 (12)"},
    {"a place in the queue is free again when its holder leaves",
     {.queue_limit = 1},
     {{0, 10}, {1, 10, 0, 5}, {6, 10}},
     "10 (0), gone, 20 (4)"},
    {"more servers", {}, {{0, 10}, {1, 10}, {2, 10}, {3, 10}}, "10 (0), 15 (4), 15 (3), 20 (7)", {{5, 3}}},
    {"fewer servers: those in use finish",
     {.servers = 3},
     {{0, 10}, {0, 12}, {0, 14}, {1, 10}, {1, 10}},
     "10 (0), 12 (0), 14 (0), 24 (13), 34 (23)",
     {{5, 1}}},
    {"none, and one again", {}, {{0, 10}, {1, 10}}, "10 (0), 110 (99)", {{5, 0}, {100, 1}}},
    {"fewer and more before anybody has finished",
     {.servers = 2},
     {{0, 10}, {0, 12}, {1, 10}},
     "10 (0), 12 (0), 20 (9)",
     {{5, 1}, {6, 2}}},
};

}  // namespace

TEST_CASE("who is served when") {
  for (const Case& one : cases) {
    CAPTURE(one.what);
    CHECK(shown(run(&serve, one.setup, one.visits, one.resizes)) == one.expected);
    CHECK(shown(run(&hold, one.setup, one.visits, one.resizes)) == one.expected);
  }
}

TEST_CASE("urgent work interrupts, and what was interrupted goes on where it stopped") {
  const Setup one{.discipline = Discipline::preemptive_priority};
  const Setup two{.servers = 2, .discipline = Discipline::preemptive_priority};
  // `waited` counts the interruptions as well: response minus work.
  CHECK(shown(run(&serve, one, {{0, 10, 1}, {4, 3, 0}})) == "13 (3), 7 (0)");
  CHECK(shown(run(&serve, one, {{0, 10, 2}, {4, 3, 1}, {5, 1, 0}})) == "14 (4), 8 (1), 6 (0)");
  CHECK(shown(run(&serve, one, {{0, 10, 1}, {1, 5, 1}, {4, 3, 0}})) == "13 (3), 18 (12), 7 (0)");
  CHECK(shown(run(&serve, one, {{0, 10, 1}, {2, 1, 0}, {4, 1, 0}})) == "12 (2), 3 (0), 5 (0)");
  // Equals do not interrupt each other; of two the less urgent yields, of equals the last to start.
  CHECK(shown(run(&serve, one, {{0, 10, 1}, {4, 3, 1}})) == "10 (0), 13 (6)");
  CHECK(shown(run(&serve, two, {{0, 10, 2}, {1, 10, 1}, {2, 3, 0}})) == "13 (3), 11 (0), 5 (0)");
  CHECK(shown(run(&serve, two, {{0, 10, 1}, {1, 10, 1}, {2, 3, 0}})) == "10 (0), 14 (3), 5 (0)");
  // What ends at this very instant is let end.
  CHECK(shown(run(&serve, one, {{10, 3, 0}, {0, 10, 1}})) == "13 (0), 10 (0)");
  // One interrupted keeps its place though the queue is full, and may leave.
  const Setup no_queue{.discipline = Discipline::preemptive_priority, .queue_limit = 0};
  CHECK(shown(run(&serve, no_queue, {{0, 10, 1}, {4, 3, 0}, {5, 1, 1}})) == "13 (3), 7 (0), refused");
  CHECK(shown(run(&serve, one, {{0, 10, 1, 6}, {4, 3, 0}, {5, 2, 1}})) == "gone, 7 (0), 9 (2)");
  // A lease is not interrupted.
  CHECK(shown(run(&hold, one, {{0, 10, 1}, {4, 3, 0}})) == "10 (0), 13 (6)");
}

TEST_CASE("random visits, departures and resizings end as in a step-by-step reference") {
  const Discipline disciplines[] = {Discipline::fifo, Discipline::lifo, Discipline::priority,
                                    Discipline::preemptive_priority};
  RandomStream random(7, 0, "visits");
  for (int round = 0; round < 80; ++round) {
    CAPTURE(round);
    const Setup setup{.servers = 1 + static_cast<int>(random.below(5)),
                      .discipline = disciplines[round % 4],
                      .queue_limit = round % 3 == 0 ? static_cast<std::int64_t>(random.below(6)) : unbounded};
    const double load = 0.5 + random.uniform();
    std::vector<Visit> visits(400);
    std::vector<Resize> resizes;
    Nanoseconds at = 0;
    for (Visit& visit : visits) {
      at += 1 + static_cast<Nanoseconds>(random.exponential() * 1e9);
      visit.at = at;
      visit.work = 1 + static_cast<Nanoseconds>(random.exponential() * 1e9 * setup.servers * load);
      visit.priority = static_cast<int>(random.below(Station::priorities));
      if (random.chance(0.2)) visit.leaves = at + static_cast<Nanoseconds>(random.exponential() * 4e9);
      if (random.chance(0.02)) resizes.push_back({at + 1, static_cast<int>(random.below(6))});
    }
    resizes.push_back({at + 2, setup.servers});
    const std::vector<Nanoseconds> expected =
        ReferenceStation(setup.servers, setup.discipline, setup.queue_limit).run(visits, resizes);
    const std::vector<Outcome> served = run(&serve, setup, visits, resizes);
    const bool preemptive = setup.discipline == Discipline::preemptive_priority;
    const std::vector<Outcome> held = preemptive ? served : run(&hold, setup, visits, resizes);
    for (std::size_t i = 0; i < visits.size(); ++i) {
      CAPTURE(i);
      REQUIRE((served[i].admitted ? served[i].ended : -1) == expected[i]);
      REQUIRE((held[i].admitted ? held[i].ended : -1) == expected[i]);
      if (served[i].admitted) REQUIRE(served[i].waited == expected[i] - visits[i].at - visits[i].work);
    }
  }
}

TEST_CASE("destroyed at the very instant of completion, before and after it happens") {
  for (const Visitor visitor : {&serve, &hold}) {
    Simulator simulator;
    Station station(simulator, 1);
    Outcome first, second;
    TaskGroup doomed, other;
    Farewell farewell(doomed);
    SUBCASE("before: the farewell was scheduled first") {
      simulator.schedule_at(farewell, 10);
      doomed.start(visitor(simulator, station, {0, 10}, first));
      other.start(visitor(simulator, station, {0, 10}, second));
      simulator.run();
      CHECK(first.ended == -1);
    }
    SUBCASE("after") {
      doomed.start(visitor(simulator, station, {0, 10}, first));
      other.start(visitor(simulator, station, {0, 10}, second));
      simulator.run_until(5);
      simulator.schedule_at(farewell, 10);
      simulator.run();
      CHECK(first.ended == 10);
    }
    CHECK(second.ended == 20);  // either way the server changed hands at 10
    CHECK(second.waited == 10);
    CHECK(station.busy_servers().area(simulator.now()) == 20.0);
    CHECK(station.queue_length().area(simulator.now()) == 10.0);
  }
}

TEST_CASE("a lease granted but not yet taken is passed on when its visitor is destroyed") {
  Simulator simulator;
  Station station(simulator, 1);
  Outcome outcomes[3];
  TaskGroup first, doomed, last;
  first.start(hold(simulator, station, {0, 10}, outcomes[0]));
  doomed.start(hold(simulator, station, {1, 10}, outcomes[1]));
  last.start(hold(simulator, station, {2, 10}, outcomes[2]));
  // Destroying the holder grants the lease to the second, which is destroyed before it runs.
  simulator.run_until(5);
  first.clear();
  CHECK(station.busy() == 1);
  CHECK(station.queued() == 1);
  doomed.clear();
  CHECK(station.busy() == 1);
  CHECK(station.queued() == 0);
  simulator.run();
  CHECK(outcomes[2].ended == 15);
}

TEST_CASE("a lease can be released early, moved, and replaced") {
  Simulator simulator;
  Station station(simulator, 2);
  TaskGroup group;
  group.start([](Simulator& world, Station& where) -> Task<> {
    Station::Lease a = co_await where.acquire();
    Station::Lease b = co_await where.acquire();
    CHECK(where.busy() == 2);
    Station::Lease moved = std::move(a);
    CHECK_FALSE(a);
    CHECK(moved);
    moved = std::move(b);  // lets go of the first
    CHECK(where.busy() == 1);
    co_await world.sleep(5);
    moved.release();
    moved.release();
    CHECK(where.busy() == 0);
    co_await world.sleep(5);
  }(simulator, station));
  simulator.run();
  CHECK(group.empty());
  CHECK(station.busy_servers().area(10) == 5.0);
}

TEST_CASE("who comes back is not refused where newcomers are") {
  Simulator simulator;
  Station station(simulator, 1, Discipline::fifo, 0);
  Outcome holding, refused;
  TaskGroup group;
  group.start(hold(simulator, station, {0, 10}, holding));
  group.start(hold(simulator, station, {1, 10}, refused));
  Nanoseconds came_back = -1;
  group.start([](Simulator& world, Station& where, Nanoseconds& at) -> Task<> {
    co_await world.sleep(2);
    const Station::Lease lease = co_await where.reacquire();
    CHECK(lease);
    at = world.now();
  }(simulator, station, came_back));
  simulator.run();
  CHECK(holding.ended == 10);
  CHECK_FALSE(refused.admitted);
  CHECK(came_back == 10);
}

TEST_CASE("visitors may be left in every state when the world ends") {
  for (const Discipline discipline :
       {Discipline::fifo, Discipline::lifo, Discipline::priority, Discipline::preemptive_priority}) {
    Simulator simulator;
    Station station(simulator, 2, discipline);
    Outcome outcomes[8];
    TaskGroup group;
    for (int i = 0; i < 8; ++i) {
      group.start((i % 2 ? serve : hold)(simulator, station, {i, 100, 7 - i}, outcomes[i]));
    }
    simulator.run_until(6);
    CHECK(station.busy() == 2);
    CHECK(station.queued() == 5);
  }
}

TEST_CASE("occupancy sums what a 64-bit sum could not") {
  Occupancy occupancy;
  occupancy.add(2'000'000, 0);
  const Nanoseconds day = 86'400'000'000'000;
  CHECK(occupancy.area(day) == 2e6 * 86.4e12);
  occupancy.add(-1'999'999, day);
  CHECK(occupancy.area(2 * day) == 2e6 * 86.4e12 + 86.4e12);
  CHECK(occupancy.value() == 1);
}
