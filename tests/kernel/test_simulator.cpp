#include <doctest/doctest.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/random.hpp"
#include "kernel/simulator.hpp"

using namespace windtunnel;

namespace {

using Log = std::vector<std::string>;

struct Note : Event {
  Note(Log& where, std::string what) : Event(&Note::write), log(where), text(std::move(what)) {}
  static void write(Event& event) {
    auto& self = static_cast<Note&>(event);
    self.log.push_back(self.text);
  }
  Log& log;
  std::string text;
};

struct NotedTimeout : Timeout {
  NotedTimeout(Log& where, std::string what)
      : Timeout([](Timeout& timeout) {
          auto& self = static_cast<NotedTimeout&>(timeout);
          self.log.push_back(self.text);
        }),
        log(where),
        text(std::move(what)) {}
  Log& log;
  std::string text;
};

// Runs a function when it happens, for behaviour that schedules more.
template <class Function>
struct Call : Event {
  explicit Call(Function body) : Event(&Call::happen), function(std::move(body)) {}
  static void happen(Event& event) { static_cast<Call&>(event).function(); }
  Function function;
};

Task<> say_after(Simulator& simulator, Nanoseconds delay, Log& log, const char* text) {
  co_await simulator.sleep(delay);
  log.push_back(text);
}

}  // namespace

TEST_CASE("events at one time run in the order in which they were scheduled") {
  Simulator simulator;
  Log log;
  Note a(log, "a"), b(log, "b"), c(log, "c"), d(log, "d");
  simulator.schedule_at(b, 700);
  simulator.schedule_at(c, 700);
  simulator.schedule_at(a, 699);
  simulator.schedule_at(d, 700);
  simulator.run();
  CHECK(log == Log{"a", "b", "c", "d"});
  CHECK(simulator.now() == 700);
  CHECK(simulator.events_run() == 4);
}

TEST_CASE("what an event schedules for its own instant runs after what already stood there") {
  Simulator simulator;
  Log log;
  Note second(log, "second"), third(log, "third"), fourth(log, "fourth");
  Call first([&] {
    log.push_back("first");
    simulator.schedule_after(third, 0);
    simulator.schedule_at(fourth, 5);  // the past means now
  });
  simulator.schedule_at(first, 1'000'000);
  simulator.schedule_at(second, 1'000'000);
  simulator.run();
  CHECK(log == Log{"first", "second", "third", "fourth"});
}

TEST_CASE("run_until runs what lies at its limit and leaves the clock there") {
  Simulator simulator;
  Log log;
  Note at(log, "at"), after(log, "after");
  simulator.schedule_at(at, 100);
  simulator.schedule_at(after, 101);
  simulator.run_until(100);
  CHECK(log == Log{"at"});
  CHECK(simulator.now() == 100);
  simulator.run_until(5'000'000'000);
  CHECK(log == Log{"at", "after"});
  CHECK(simulator.now() == 5'000'000'000);
}

TEST_CASE("forever never comes") {
  Simulator simulator;
  Log log;
  Note never(log, "never"), soon(log, "soon");
  NotedTimeout no_timeout(log, "no timeout");
  simulator.schedule_after(never, forever);
  simulator.timeouts(forever).arm(no_timeout);
  simulator.schedule_after(soon, 3);
  simulator.run();
  CHECK(log == Log{"soon"});
  CHECK(simulator.now() == 3);
}

TEST_CASE("tasks sleep in simulated time; a sleep of nothing does not wait") {
  Simulator simulator;
  Log log;
  simulator.background().start(say_after(simulator, 20, log, "later"));
  simulator.background().start(say_after(simulator, 10, log, "sooner"));
  simulator.background().start(say_after(simulator, 0, log, "at once"));
  CHECK(log == Log{"at once"});
  simulator.run();
  CHECK(log == Log{"at once", "sooner", "later"});
}

TEST_CASE("one pause serves several sleeps of a task, and ends with it") {
  Simulator simulator;
  Log log;
  const auto sleeper = [&]() -> Task<> {
    Pause pause(simulator);
    for (const Nanoseconds delay : {10, 0, 5}) {
      co_await pause.sleep(delay);
      log.push_back(std::to_string(simulator.now()));
    }
    co_await pause.sleep(100);
    log.push_back("never");
  };
  TaskGroup group;
  group.start(sleeper());
  simulator.run_until(50);
  CHECK(log == Log{"10", "10", "15"});
  CHECK(simulator.events_pending() == 1);
  group.clear();
  CHECK(simulator.events_pending() == 0);
}

TEST_CASE("a simulator that ends early ends its background tasks") {
  Log log;
  {
    Simulator simulator;
    simulator.background().start(say_after(simulator, 1000, log, "never"));
    simulator.run_until(10);
    CHECK(simulator.events_pending() == 1);
  }
  CHECK(log.empty());
}

TEST_CASE("timeouts expire in the order in which they were armed; disarmed ones do not") {
  Simulator simulator;
  Log log;
  TimeoutLane& lane = simulator.timeouts(1000);
  CHECK(&lane == &simulator.timeouts(1000));
  CHECK(&lane != &simulator.timeouts(1001));
  NotedTimeout a(log, "a"), b(log, "b"), c(log, "c");
  std::optional<NotedTimeout> destroyed(std::in_place, log, "destroyed");
  lane.arm(*destroyed);
  lane.arm(a);
  simulator.run_until(10);
  lane.arm(b);
  simulator.run_until(20);
  lane.arm(c);
  destroyed.reset();
  b.disarm();
  simulator.run_until(1000);
  CHECK(log == Log{"a"});
  CHECK_FALSE(a.armed());
  simulator.run_until(1010);
  CHECK(log == Log{"a"});
  lane.arm(b);  // again
  simulator.run();
  CHECK(log == Log{"a", "c", "b"});
  CHECK(simulator.now() == 2010);
}

TEST_CASE("at one instant a timeout has its place by when it was armed, whoever headed its lane before") {
  Simulator simulator;
  Log log;
  TimeoutLane& lane = simulator.timeouts(1000);
  NotedTimeout first(log, "first"), third(log, "third"), fifth(log, "fifth");
  Note second(log, "second"), fourth(log, "fourth");
  lane.arm(first);
  simulator.schedule_after(second, 1000);
  lane.arm(third);
  simulator.schedule_after(fourth, 1000);
  lane.arm(fifth);
  SUBCASE("all expire") {
    simulator.run();
    CHECK(log == Log{"first", "second", "third", "fourth", "fifth"});
  }
  SUBCASE("the head is disarmed before") {
    first.disarm();
    simulator.run();
    CHECK(log == Log{"second", "third", "fourth", "fifth"});
  }
  SUBCASE("the first of the instant disarms the head") {
    Call disarm([&] { third.disarm(); });
    simulator.schedule_after(disarm, 10);
    simulator.run();
    CHECK(log == Log{"first", "second", "fourth", "fifth"});
  }
}

TEST_CASE("timeouts of no length expire at their instant, in order, also where the clock was set forward") {
  Simulator simulator;
  Log log;
  Note far(log, "far");
  simulator.schedule_at(far, 3'000'000'000);
  simulator.run_until(1'000'000'000);
  NotedTimeout a(log, "a"), b(log, "b");
  Note c(log, "c");
  simulator.timeouts(0).arm(a);
  simulator.timeouts(0).arm(b);
  simulator.schedule_after(c, 0);
  simulator.run_until(1'000'000'000);
  CHECK(log == Log{"a", "b", "c"});
}

TEST_CASE("a timeout may destroy others of its lane and arm itself again") {
  Simulator simulator;
  Log log;
  struct Again : Timeout {
    Again(Simulator& owner, Log& where)
        : Timeout([](Timeout& timeout) { static_cast<Again&>(timeout).expire(); }),
          simulator(owner),
          log(where) {}
    void expire() {
      log.push_back(std::to_string(simulator.now()));
      victim.reset();
      if (log.size() < 3) simulator.timeouts(50).arm(*this);
    }
    Simulator& simulator;
    Log& log;
    std::optional<NotedTimeout> victim;
  };
  Again again(simulator, log);
  again.victim.emplace(log, "victim");
  simulator.timeouts(50).arm(again);
  simulator.timeouts(50).arm(*again.victim);
  simulator.run();
  CHECK(log == Log{"50", "100", "150"});
}

TEST_CASE("lanes of any length agree with one event for each timeout") {
  // The same random arming and disarming, once through lanes and once through events of their own.
  struct Plan {
    Nanoseconds armed, length, disarmed;
  };
  RandomStream random(3, 0, "lanes");
  std::vector<Plan> plans(3000);
  Nanoseconds at = 0;
  for (Plan& plan : plans) {
    at += static_cast<Nanoseconds>(random.below(3)) * 500;
    const Nanoseconds length = static_cast<Nanoseconds>(random.below(4)) * 100'000;
    plan = {at, length,
            random.chance(0.7) ? at + static_cast<Nanoseconds>(random.below(400)) * 500 : forever};
  }
  const auto run = [&](bool with_lanes) {
    Simulator simulator;
    Log log;
    std::deque<NotedTimeout> timeouts;
    std::deque<Note> notes;
    std::multimap<Nanoseconds, std::size_t> disarm;
    const auto advance = [&](Nanoseconds until) {
      for (; !disarm.empty() && disarm.begin()->first <= until; disarm.erase(disarm.begin())) {
        simulator.run_until(disarm.begin()->first);
        const std::size_t index = disarm.begin()->second;
        with_lanes ? timeouts[index].disarm() : notes[index].cancel();
      }
      simulator.run_until(until);
    };
    for (std::size_t i = 0; i < plans.size(); ++i) {
      advance(plans[i].armed);
      const std::string name = std::to_string(i);
      if (with_lanes) {
        simulator.timeouts(plans[i].length).arm(timeouts.emplace_back(log, name));
      } else {
        simulator.schedule_after(notes.emplace_back(log, name), plans[i].length);
      }
      if (plans[i].disarmed != forever) disarm.emplace(plans[i].disarmed, i);
    }
    advance(forever - 1);
    return log;
  };
  const Log expected = run(false);
  CHECK(expected.size() > 1000);
  CHECK(run(true) == expected);
}
