// Forms of `co_await` that components rely on, on whatever compiler builds them: the value arrives and every
// object's life ends exactly once, also when the task is destroyed while it waits. GCC 12 breaks two others
// (docs/kernel.md): a condition that awaits, which checked_frame and tests/house find, and temporary
// aggregates with destructors, which only the address sanitizer finds.
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/simulator.hpp"
#include "kernel/task.hpp"

using namespace windtunnel;

namespace {

int alive = 0;

struct Counted {
  explicit Counted(int number) : value(number) { ++alive; }
  Counted(const Counted& other) : value(other.value) { ++alive; }
  Counted(Counted&& other) noexcept : value(other.value) { ++alive; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --alive; }
  int value;
};

struct Shape {  // an aggregate with destructors
  Counted first{0};
  Counted second{0};
  std::string name;
};
Shape make_shape() { return {Counted(2), Counted(3), "a name that is too long to be stored inside"}; }

struct Plain {  // an aggregate without
  int value = 1;
  double weight = 2;
};

Task<int> number(Simulator& s, int value) {
  co_await s.sleep(1);
  co_return value;
}
Task<int> by_value(Simulator& s, Counted argument) {
  co_await s.sleep(1);
  co_return argument.value;
}
Task<int> by_reference(Simulator& s, const Counted& argument) {
  co_await s.sleep(1);
  co_return argument.value;
}
Task<std::optional<Counted>> object(Simulator& s, int value) {
  co_await s.sleep(1);
  co_return Counted(value);
}
Task<int> of_shape(Simulator& s, Shape shape) {
  co_await s.sleep(1);
  co_return shape.first.value + shape.second.value;
}
Task<int> of_plain(Simulator& s, Plain plain) {
  co_await s.sleep(1);
  co_return plain.value;
}
Task<int> of_pointer(Simulator& s, std::unique_ptr<Counted> pointer) {
  co_await s.sleep(1);
  co_return pointer->value;
}

// Each leaves 5 in `out`; `yes` is true, `three` is 3.
// clang-format off
#define FORM(name, ...) \
  Task<> name(Simulator& s, [[maybe_unused]] bool yes, [[maybe_unused]] int three, int& out) { __VA_ARGS__ }
FORM(branch_without_braces, if (yes) out = co_await number(s, 5);)
FORM(either_branch, if (!yes) out = co_await number(s, 4); else out = co_await number(s, 5);)
FORM(branch_alone, if (yes) { out = co_await number(s, 5); })
FORM(named_condition, const bool go = co_await number(s, 1) == 1; if (go) out = 5;)
FORM(condition_with_variable, if (const int value = co_await number(s, 5); value > 3) out = value;)
FORM(loop_body, while (three-- > 0) out = co_await number(s, 5);)
FORM(loop_over_objects, std::vector<Counted> all(2, Counted(5));
     for (const Counted& one : all) out = co_await by_reference(s, one);)
FORM(switch_body, switch (three) { case 3: out = co_await number(s, 5); break; default: break; })
FORM(choice, out = yes ? co_await by_value(s, Counted(5)) : co_await by_value(s, Counted(6));)
FORM(short_circuit, const bool both = yes && co_await by_value(s, Counted(1)) == 1; out = both ? 5 : 0;)
FORM(two_in_a_sum, out = co_await number(s, 2) + co_await number(s, 3);)
FORM(temporary_by_value, out = co_await by_value(s, Counted(5));)
FORM(temporary_by_reference, out = co_await by_reference(s, Counted(5));)
FORM(named_by_value, Counted five(5); out = co_await by_value(s, five);)
FORM(moved, Counted five(5); out = co_await by_value(s, std::move(five));)
FORM(pointer, out = co_await of_pointer(s, std::make_unique<Counted>(5));)
FORM(aggregate_from_function, out = co_await of_shape(s, make_shape());)
FORM(aggregate_by_name, Shape shape = make_shape(); out = co_await of_shape(s, std::move(shape));)
FORM(plain_aggregate, out = co_await of_plain(s, {.value = 5});)
FORM(member_of_result, out = (co_await object(s, 5))->value;)
FORM(result_kept, const auto five = co_await object(s, 5); out = five->value;)
FORM(result_as_argument, out = co_await by_value(s, Counted(co_await number(s, 5)));)
FORM(task_first, Task<int> task = number(s, 5); out = co_await std::move(task);)
FORM(lambda_called, out = co_await by_value(s, Counted([&] { return three + 2; }()));)
#undef FORM
// clang-format on

}  // namespace

TEST_CASE("what a component may write around co_await") {
  struct Form {
    const char* name;
    Task<> (*run)(Simulator&, bool, int, int&);
  };
#define FORM(name) \
  { #name, &name }
  const Form forms[] = {FORM(branch_without_braces),
                        FORM(either_branch),
                        FORM(branch_alone),
                        FORM(named_condition),
                        FORM(loop_body),
                        FORM(loop_over_objects),
                        FORM(condition_with_variable),
                        FORM(switch_body),
                        FORM(choice),
                        FORM(short_circuit),
                        FORM(two_in_a_sum),
                        FORM(temporary_by_value),
                        FORM(temporary_by_reference),
                        FORM(named_by_value),
                        FORM(moved),
                        FORM(pointer),
                        FORM(aggregate_by_name),
                        FORM(aggregate_from_function),
                        FORM(plain_aggregate),
                        FORM(member_of_result),
                        FORM(result_kept),
                        FORM(result_as_argument),
                        FORM(task_first),
                        FORM(lambda_called)};
#undef FORM
  for (const Form& form : forms) {
    CAPTURE(form.name);
    Simulator simulator;
    int out = 0;
    {
      TaskGroup group;
      group.start(form.run(simulator, true, 3, out));
      simulator.run();
      CHECK(out == 5);
      CHECK(group.empty());
      CHECK(alive == 0);
    }
    {
      TaskGroup group;
      group.start(form.run(simulator, true, 3, out));
    }
    CHECK(alive == 0);
    CHECK(simulator.events_pending() == 0);
  }
}
