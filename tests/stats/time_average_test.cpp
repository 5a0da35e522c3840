#include "stats/time_average.hpp"

#include <doctest/doctest.h>

using namespace windtunnel;

TEST_CASE("the average weighs each value with the time that it lasted") {
  TimeAverage queue;  // 0 until 10, 4 until 15, 2 until 30
  queue.set(10, 4);
  queue.add(15, -2);
  CHECK(queue.integral(30) == 50);
  CHECK(queue.average(30) == doctest::Approx(50.0 / 30));
  CHECK(queue.max() == 4);
  CHECK(queue.value() == 2);
}

TEST_CASE("a reset forgets the warm-up but not the present value") {
  TimeAverage queue(0, 7);
  queue.set(100, 3);
  queue.reset(150);
  CHECK(queue.average(150) == 3);
  CHECK(queue.max() == 3);
  queue.set(160, 5);
  CHECK(queue.average(170) == 4);
  CHECK(queue.max() == 5);
}

TEST_CASE("two marks give the average between them") {
  TimeAverage busy;
  busy.set(0, 1);
  const TimeAverage::Mark from = busy.mark(50);
  busy.set(75, 3);
  CHECK(TimeAverage::average(from, busy.mark(100)) == 2);
}

TEST_CASE("changes at one instant count once, and the highest is remembered") {
  TimeAverage queue;
  queue.set(5, 9);
  queue.set(5, 1);
  CHECK(queue.average(15) == doctest::Approx(10.0 / 15));
  CHECK(queue.max() == 9);
}

TEST_CASE("bytes over days do not overflow") {
  const std::int64_t bytes = 80'000'000'000;
  const std::int64_t day = 86'400'000'000'000;
  TimeAverage memory(0, bytes);
  CHECK(memory.average(100 * day) == doctest::Approx(static_cast<double>(bytes)).epsilon(1e-15));
}
