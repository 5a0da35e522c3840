#include <doctest/doctest.h>

#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "kernel/event_queue.hpp"
#include "kernel/random.hpp"

using namespace windtunnel;

namespace {

void nothing(Event&) {}

// A queue under test beside the textbook's: a binary heap of (time, sequence), cancelled entries skipped.
class Pair {
 public:
  ~Pair() { events_.clear(); }

  void push(Nanoseconds time) { insert(time, next_sequence_++, false); }
  void push_now() { insert(now_, next_sequence_++, true); }
  // A place in the order that is taken now and used later, as timeout lanes do.
  std::uint64_t reserve() { return next_sequence_++; }
  void push_reserved(Nanoseconds time, std::uint64_t sequence) { insert(time, sequence, false); }

  void cancel(std::size_t which) {
    Event& event = *events_[which];
    if (!event.scheduled()) return;
    event.cancel();
    ++cancelled_;
    live_[which] = false;
  }
  void cancel_some(RandomStream& random) {
    if (!events_.empty()) cancel(random.below(events_.size()));
  }

  // Pops once from both; false where nothing is left up to `limit`. The clock goes on as the simulator's
  // does.
  bool pop(Nanoseconds limit) {
    while (!reference_.empty() && !live_[reference_.top().id]) reference_.pop();
    const bool expected = !reference_.empty() && reference_.top().time <= limit;
    const EventQueue::Popped popped = queue_.pop(limit);
    REQUIRE((popped.event != nullptr) == expected);
    if (!expected) {
      if (limit > now_) now_ = limit;
      return false;
    }
    const Reference first = reference_.top();
    reference_.pop();
    live_[first.id] = false;
    REQUIRE(popped.time == first.time);
    REQUIRE(popped.sequence == first.sequence);
    REQUIRE(popped.event == events_[first.id].get());
    REQUIRE_FALSE(popped.event->scheduled());
    now_ = popped.time;
    ++popped_;
    return true;
  }
  void run_until(Nanoseconds limit) {
    while (pop(limit)) {
    }
  }
  void check_size() { CHECK(queue_.size() == events_.size() - popped_ - cancelled_); }

  Nanoseconds now() const { return now_; }
  std::size_t popped() const { return popped_; }

 private:
  struct Reference {
    Nanoseconds time;
    std::uint64_t sequence;
    std::size_t id;
    bool operator<(const Reference& other) const {
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };
  void insert(Nanoseconds time, std::uint64_t sequence, bool at_once) {
    events_.push_back(std::make_unique<Event>(&nothing));
    live_.push_back(true);
    reference_.push({time, sequence, events_.size() - 1});
    if (at_once) {
      queue_.push_now(*events_.back(), time, sequence);
    } else {
      queue_.push(*events_.back(), time, sequence);
    }
  }

  EventQueue queue_;
  std::priority_queue<Reference> reference_;
  std::vector<std::unique_ptr<Event>> events_;
  std::vector<bool> live_;
  Nanoseconds now_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::size_t popped_ = 0;
  std::size_t cancelled_ = 0;
};

// How far ahead events are scheduled; `spread` nanoseconds at most, on a grid, so that times collide.
struct Pattern {
  const char* name;
  Nanoseconds spread;
  Nanoseconds grid;
  double at_once;    // probability of push_now
  double cancelled;  // cancellations per push
};

const Pattern patterns[] = {
    {"all within one slot", 1000, 1, 0.0, 0.1},
    {"all at one of three instants", 3, 1, 0.3, 0.1},
    {"slot edges", 10'240, 1024, 0.1, 0.1},
    {"one level", 250'000, 1, 0.1, 0.2},
    {"level edges", 600'000'000, 262'144, 0.1, 0.1},
    {"two levels", 60'000'000, 1, 0.05, 0.0},
    {"hours, mostly cancelled", 7'200'000'000'000, 1, 0.05, 0.95},
    {"years", 3'000'000'000'000'000'000, 1, 0.0, 0.2},
};

}  // namespace

TEST_CASE("the wheel pops what a binary heap pops, whatever the pattern") {
  for (const Pattern& pattern : patterns) {
    CAPTURE(pattern.name);
    RandomStream random(1, 0, pattern.name);
    Pair pair;
    const auto steps = static_cast<std::uint64_t>(pattern.spread / pattern.grid);
    const auto ahead = [&] { return static_cast<Nanoseconds>(random.below(steps + 1)) * pattern.grid; };
    for (int round = 0; round < 40; ++round) {
      for (std::uint64_t i = random.below(200); i > 0; --i) {
        if (random.chance(pattern.at_once)) {
          pair.push_now();
        } else {
          // Mostly from the present instant, in part on a grid that does not move with it.
          const Nanoseconds far = pair.now() > forever - pattern.spread ? 0 : ahead();
          pair.push(random.chance(0.2) ? std::max(pair.now(), far) : pair.now() + far);
        }
        if (random.chance(pattern.cancelled)) pair.cancel_some(random);
      }
      if (random.chance(0.5)) {
        for (std::uint64_t i = random.below(200); i > 0 && pair.pop(forever); --i) {
        }
      } else if (pair.now() < forever - pattern.spread) {
        pair.run_until(pair.now() + ahead() / 8);  // ends between slots; the next pushes lie just behind it
      }
      pair.check_size();
    }
    pair.run_until(forever);
    pair.check_size();
    CHECK(pair.popped() > 100);
  }
}

TEST_CASE("popping and pushing by turns keeps the order for a million steps of pending work") {
  RandomStream random(2, 0, "hold");
  Pair pair;
  for (int i = 0; i < 1000; ++i) pair.push(static_cast<Nanoseconds>(random.exponential() * 1e6));
  for (int i = 0; i < 200'000; ++i) {
    REQUIRE(pair.pop(forever));
    pair.push(pair.now() + static_cast<Nanoseconds>(random.exponential() * (random.chance(0.1) ? 1e8 : 1e5)));
  }
}

TEST_CASE("an older sequence for the present instant runs before what was scheduled since") {
  Pair pair;
  const std::uint64_t oldest = pair.reserve();
  const std::uint64_t older = pair.reserve();
  pair.push(5000);
  REQUIRE(pair.pop(forever));
  pair.push_now();
  pair.push_now();
  pair.push_reserved(5000, older);
  pair.push_reserved(5000, oldest);
  pair.push(5000);  // in the present slot, but not by push_now
  pair.run_until(forever);
  CHECK(pair.popped() == 6);
}

TEST_CASE("the same holds where the clock was set forward past the last event") {
  Pair pair;
  const std::uint64_t older = pair.reserve();
  pair.push(2'000'000'000);
  pair.run_until(1'000'000'000);  // nothing there: the wheel's hand stays behind the clock
  pair.push_reserved(pair.now(), older);
  pair.push_now();
  pair.push_reserved(pair.now() + 1, 0);  // sequences only order events of one time
  pair.run_until(forever);
  CHECK(pair.popped() == 4);
}

TEST_CASE("run_until between slots, then earlier than the next slot") {
  Pair pair;
  pair.push(100'000'000);
  pair.run_until(99'999'999);
  pair.push(99'999'999);
  pair.push_now();
  pair.push(100'000'000);
  pair.push(99'999'999);
  pair.run_until(99'999'999);
  CHECK(pair.popped() == 3);
  pair.run_until(forever);
  CHECK(pair.popped() == 5);
}

TEST_CASE("a limit inside a slot leaves the rest of the slot") {
  Pair pair;
  for (const Nanoseconds time : {1000, 1010, 1020, 1023}) pair.push(time);
  pair.run_until(1010);
  CHECK(pair.popped() == 2);
  pair.push(1015);
  pair.run_until(1019);
  CHECK(pair.popped() == 3);
  pair.run_until(forever);
  CHECK(pair.popped() == 5);
}

TEST_CASE("destroying an event takes it out of the queue, wherever it stands there") {
  EventQueue queue;
  {
    Event at_once(&nothing), in_slot(&nothing), far(&nothing);
    queue.push_now(at_once, 0, 1);
    queue.push(in_slot, 10, 2);
    queue.push(far, 1'000'000'000'000, 3);
    CHECK(queue.size() == 3);
  }
  CHECK(queue.size() == 0);
  CHECK(queue.pop(forever).event == nullptr);
}

TEST_CASE("an event can be pushed again once cancelled") {
  EventQueue queue;
  Event event(&nothing);
  queue.push(event, 5'000'000, 1);
  event.cancel();
  CHECK_FALSE(event.scheduled());
  queue.push(event, 3'000'000, 2);
  const EventQueue::Popped popped = queue.pop(forever);
  CHECK(popped.time == 3'000'000);
  CHECK(queue.pop(forever).event == nullptr);
}
