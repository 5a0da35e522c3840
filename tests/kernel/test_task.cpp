#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/simulator.hpp"
#include "kernel/task.hpp"
#include "kernel/waiting.hpp"

using namespace windtunnel;

namespace {

using Log = std::vector<std::string>;

// Lives in a frame, so that a frame lost or destroyed twice shows in the count.
struct Counted {
  explicit Counted(int& counter) : count(counter) { ++count; }
  Counted(const Counted&) = delete;
  ~Counted() { --count; }
  int& count;
};

Task<int> number(int value) { co_return value; }

Task<std::unique_ptr<int>> number_on_heap(Simulator& simulator, int value) {
  co_await simulator.sleep(5);
  co_return std::make_unique<int>(value);
}

Task<> sleeper(Simulator& simulator, Nanoseconds delay, int& alive) {
  const Counted counted(alive);
  co_await simulator.sleep(delay);
}

Task<> nested(Simulator& simulator, Nanoseconds delay, int depth, int& alive) {
  const Counted counted(alive);
  if (depth == 0) co_return co_await sleeper(simulator, delay, alive);
  co_await nested(simulator, delay, depth - 1, alive);
}

[[maybe_unused]] Task<int> sum_of_immediate_tasks(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await number(1);
  co_return sum;
}

Task<> store(Task<int> task, int& into) { into = co_await std::move(task); }

}  // namespace

TEST_CASE("a task starts when it is awaited and hands its result over") {
  Simulator simulator;
  int result = 0;
  TaskGroup group;
  group.start(store(number(42), result));
  CHECK(result == 42);
  CHECK(group.empty());
  std::unique_ptr<int> moved;
  group.start([](Simulator& world, std::unique_ptr<int>& into) -> Task<> {
    into = co_await number_on_heap(world, 7);
  }(simulator, moved));
  simulator.run();
  REQUIRE(moved);
  CHECK(*moved == 7);
}

TEST_CASE("what a task holds lives until its end") {
  Simulator simulator;
  int alive = 0;
  TaskGroup group;
  group.start(nested(simulator, 10, 3, alive));
  CHECK(alive == 5);
  simulator.run();
  CHECK(alive == 0);
  CHECK(group.empty());
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which forgo tail calls
TEST_CASE("a million tasks that end at once, one after the other, need no stack") {
  int result = 0;
  TaskGroup group;
  group.start(store(sum_of_immediate_tasks(1'000'000), result));
  CHECK(result == 1'000'000);
}
#endif

TEST_CASE("a task never started, moved, replaced, or destroyed while its nested child waits leaves nothing") {
  Simulator simulator;
  int alive = 0;
  {
    const Task<> never_started = sleeper(simulator, 10, alive);
    CHECK(alive == 0);
  }
  Task<> task = nested(simulator, 10, 3, alive);
  task.start(std::noop_coroutine()).resume();
  CHECK(alive == 5);
  Task<> moved = std::move(task);
  CHECK_FALSE(task);
  CHECK(moved);
  CHECK(simulator.events_pending() == 1);
  SUBCASE("reset") { moved.reset(); }
  SUBCASE("replaced") { moved = Task<>(); }
  CHECK(alive == 0);
  CHECK(simulator.events_pending() == 0);
}

TEST_CASE("a group destroys what is left in it, and each task at its end") {
  Simulator simulator;
  int alive = 0;
  {
    TaskGroup group;
    for (const Nanoseconds delay : {10, 20, 30, 40}) {
      group.start(nested(simulator, delay, 1, alive));
    }
    CHECK(alive == 12);
    simulator.run_until(20);
    CHECK(alive == 6);
  }
  CHECK(alive == 0);
  CHECK(simulator.events_pending() == 0);
}

TEST_CASE("a task adopted while it runs goes on without its caller") {
  Simulator simulator;
  int alive = 0;
  Log log;
  // Waits for a task, but leaves it to the background when it is itself destroyed.
  struct Handover {
    Handover(Simulator& owner, Task<> child) : simulator(owner), task(std::move(child)) {}
    ~Handover() {
      if (task && !task.done()) simulator.background().adopt(std::move(task));
    }
    bool await_ready() const { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) { return task.start(caller); }
    void await_resume() {}
    Simulator& simulator;
    Task<> task;
  };
  const auto caller = [&](Simulator& world, Task<> child) -> Task<> {
    Handover handover(world, std::move(child));
    co_await handover;
    log.push_back("answered");
  };
  SUBCASE("the caller stays") {
    TaskGroup group;
    group.start(caller(simulator, nested(simulator, 10, 1, alive)));
    simulator.run();
    CHECK(log == Log{"answered"});
  }
  SUBCASE("the caller goes") {
    {
      TaskGroup group;
      group.start(caller(simulator, nested(simulator, 10, 1, alive)));
    }
    CHECK(alive == 3);
    CHECK_FALSE(simulator.background().empty());
    simulator.run();
    CHECK(log.empty());
  }
  CHECK(alive == 0);
  CHECK(simulator.background().empty());
}

TEST_CASE("a task whose destruction starts another in its group does not keep the group from ending") {
  Simulator simulator;
  int alive = 0;
  struct Last {
    ~Last() { group.start(sleeper(simulator, 10, alive)); }
    TaskGroup& group;
    Simulator& simulator;
    int& alive;
  };
  TaskGroup group;
  group.start([](TaskGroup& owner, Simulator& world, int& counter) -> Task<> {
    const Last last{owner, world, counter};
    co_await world.sleep(100);
  }(group, simulator, alive));
  group.clear();
  CHECK(group.empty());
  CHECK(alive == 0);
}

namespace {

Task<> branch(Simulator& simulator, Join& join, Nanoseconds delay, int& alive) {
  const Counted counted(alive);
  co_await simulator.sleep(delay);
  join.arrive();
}

Task<> fan_out(Simulator& simulator, int needed, std::vector<Nanoseconds> delays, int& alive, Log& log) {
  {
    Join join(simulator, needed);
    for (const Nanoseconds delay : delays) join.start(branch(simulator, join, delay, alive));
    co_await join;
    log.push_back("joined at " + std::to_string(simulator.now()) + ", " + std::to_string(alive) + " left");
  }
  log.push_back("then " + std::to_string(alive) + " alive");
}

}  // namespace

TEST_CASE("a join waits for the first k of n and destroys the others as it leaves") {
  struct Case {
    int needed;
    std::vector<Nanoseconds> delays;
    std::string joined;
  };
  const Case cases[] = {
      {3, {30, 10, 20}, "joined at 30, 0 left"},  // all
      {2, {30, 10, 20}, "joined at 20, 1 left"},  // two of three
      {1, {30, 10, 10}, "joined at 10, 1 left"},  // the second of the same instant has arrived as well
      {2, {0, 0, 10}, "joined at 0, 1 left"},     // enough before anybody waits
      {0, {10}, "joined at 0, 1 left"},           // none
      {1, {10}, "joined at 10, 0 left"},
  };
  for (const Case& one : cases) {
    Simulator simulator;
    int alive = 0;
    Log log;
    TaskGroup group;
    group.start(fan_out(simulator, one.needed, one.delays, alive, log));
    simulator.run();
    CHECK(log == Log{one.joined, "then 0 alive"});
    CHECK(simulator.events_pending() == 0);
  }
}

TEST_CASE("a join can be told that enough have come, from a branch or from outside") {
  Simulator simulator;
  int alive = 0;
  Log log;
  const auto all_or_first_failure = [&](Join*& outside, bool one_fails) -> Task<> {
    Join join(simulator, 3);
    outside = &join;
    join.start(branch(simulator, join, 10, alive));
    join.start(branch(simulator, join, 1000, alive));
    join.start([](Simulator& world, Join& owner, bool fails, int& counter) -> Task<> {
      const Counted counted(counter);
      co_await world.sleep(20);
      fails ? owner.enough() : owner.arrive();
    }(simulator, join, one_fails, alive));
    co_await join;
    log.push_back("at " + std::to_string(simulator.now()));
  };
  TaskGroup group;
  Join* join = nullptr;
  SUBCASE("a branch fails") {
    group.start(all_or_first_failure(join, true));
    simulator.run();
    CHECK(log == Log{"at 20"});
  }
  SUBCASE("from outside, twice, and an arrival at the same instant") {
    group.start(all_or_first_failure(join, false));
    simulator.run_until(15);
    join->enough();
    join->enough();
    join->arrive();
    simulator.run();
    CHECK(log == Log{"at 15"});
  }
  SUBCASE("nobody does") {
    group.start(all_or_first_failure(join, false));
    simulator.run();
    CHECK(log == Log{"at 1000"});
  }
  SUBCASE("the waiting one is destroyed at the instant of the last arrival") {
    group.start(all_or_first_failure(join, false));
    simulator.run_until(20);
    join->enough();
    group.clear();
    simulator.run();
    CHECK(log.empty());
  }
  CHECK(alive == 0);
  CHECK(simulator.events_pending() == 0);
}

TEST_CASE("a wait list wakes in the order of waiting, at this instant, after what is already due") {
  Simulator simulator;
  WaitList list(simulator);
  Log log;
  const auto waiter = [&](std::string name) -> Task<> {
    co_await list.wait();
    log.push_back(name + " at " + std::to_string(simulator.now()));
    if (name == "a") co_await list.wait();
  };
  TaskGroup group, doomed;
  group.start(waiter("a"));
  doomed.start(waiter("b"));
  group.start(waiter("c"));
  group.start(waiter("d"));
  list.wake_all();
  CHECK(log.empty());
  doomed.clear();  // woken, but gone before its turn
  simulator.run_until(100);
  CHECK(log == Log{"a at 0", "c at 0", "d at 0"});
  CHECK_FALSE(list.empty());  // a waits again
  group.start(waiter("e"));
  list.wake_one();
  list.wake_one();
  list.wake_one();  // nobody is left
  simulator.run();
  CHECK(log == Log{"a at 0", "c at 0", "d at 0", "e at 100"});
  CHECK(list.empty());
}

TEST_CASE("waiting tasks may be destroyed before or after the list that they wait in") {
  Simulator simulator;
  int alive = 0;
  std::optional<WaitList> list(simulator);
  const auto waiter = [](WaitList& where, int& counter) -> Task<> {
    const Counted counted(counter);
    co_await where.wait();
  };
  auto group = std::make_unique<TaskGroup>();
  group->start(waiter(*list, alive));
  group->start(waiter(*list, alive));
  CHECK(alive == 2);
  SUBCASE("before") {
    group.reset();
    CHECK(list->empty());
    list->wake_all();
  }
  SUBCASE("after") { list.reset(); }
  group.reset();
  CHECK(alive == 0);
  simulator.run();
}
