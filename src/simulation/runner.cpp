#include "simulation/runner.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "simulation/summary.hpp"
#include "simulation/world.hpp"

namespace windtunnel {
namespace {

/// The replications of one scenario, advanced together in rounds, so that what is known after each round (and hence
/// where the run stops) does not depend on threads.
class Replications {
 public:
  Replications(const Scenario& scenario, const Catalog& catalog, const RunControl& control)
      : control_(control), worlds_(static_cast<std::size_t>(scenario.run.replications)) {
    for_each([&](std::size_t index) {
      std::string problem;
      worlds_[index] = std::make_unique<World>(scenario, catalog, static_cast<std::uint64_t>(scenario.run.seed), index,
                                               problem);
      if (index == 0) problem_ = problem;
    });
  }
  const std::string& problem() const { return problem_; }
  Nanoseconds duration() const { return worlds_.front()->duration(); }
  Nanoseconds period() const { return worlds_.front()->data().period; }

  void advance(Nanoseconds until) {
    until = std::min(until, duration());
    for_each([&](std::size_t index) {
      World& world = *worlds_[index];
      while (world.simulator.now() < until && !stopped()) {
        world.advance(std::min(until, world.simulator.now() + world.data().period), stop_);
        if (index == 0) report(world.simulator.now());
      }
    });
  }
  void end_now() {
    for (const auto& world : worlds_) world->end_now();
  }
  void drain() {
    for_each([&](std::size_t index) { worlds_[index]->drain(stop_); });
  }
  bool stopped() const { return control_.stop && control_.stop->load(std::memory_order_relaxed); }

  std::vector<RunData> take() {
    std::vector<RunData> all;
    for (const auto& world : worlds_) {
      RunData& data = world->finish();
      data.partial = stopped();
      all.push_back(std::move(data));
    }
    // A run cut short ends at a different time in each replication: only what all have counts.
    std::size_t periods = SIZE_MAX;
    for (const RunData& data : all) periods = std::min(periods, data.periods_done());
    for (RunData& data : all) {
      for (auto& snapshots : data.components) snapshots.resize(periods);
    }
    return all;
  }
  std::vector<RunData> look() const {
    std::vector<RunData> all;
    for (const auto& world : worlds_) all.push_back(world->finish());
    return all;
  }

 private:
  template <class Work>
  void for_each(Work work) {
    const std::size_t wanted = control_.threads > 0 ? static_cast<std::size_t>(control_.threads)
                                                    : std::max(1u, std::thread::hardware_concurrency());
    const std::size_t count = std::min(wanted, worlds_.size());
    std::atomic<std::size_t> next{0};
    const auto take_turns = [&] {
      for (std::size_t index = next++; index < worlds_.size(); index = next++) work(index);
    };
    std::vector<std::thread> others;
    for (std::size_t thread = 1; thread < count; ++thread) others.emplace_back(take_turns);
    take_turns();
    for (std::thread& other : others) other.join();
  }
  void report(Nanoseconds now) const {
    if (!control_.progress) return;
    control_.progress(static_cast<double>(now) / static_cast<double>(duration()),
                      fmt::format("{:.1f} of {:g} s simulated", to_seconds(now), to_seconds(duration())));
  }

  const RunControl& control_;
  const std::atomic<bool> never_{false};
  const std::atomic<bool>& stop_ = control_.stop ? *control_.stop : never_;
  std::vector<std::unique_ptr<World>> worlds_;
  std::string problem_;
};

/// Whether every goal that has an interval is known as well as asked for.
bool precise_enough(const Result& result, double precision) {
  for (const SloResult& goal : result.slo) {
    if (goal.unit != "seconds" && goal.unit != "per_second") continue;
    if (!(goal.value.relative_half_width() <= precision)) return false;
  }
  return !result.slo.empty();
}

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

RunOutcome run_scenario(const Scenario& scenario, const Catalog& catalog, const RunControl& control) {
  const auto started = std::chrono::steady_clock::now();
  Replications replications(scenario, catalog, control);
  if (!replications.problem().empty()) return {{}, replications.problem()};

  const Nanoseconds duration = replications.duration();
  if (scenario.run.precision) {
    // Looks at a fifth of the duration and then at times half as long again: few looks keep the coverage.
    for (Nanoseconds look = duration / 5; look < duration && !replications.stopped(); look += look / 2) {
      look -= look % replications.period();
      replications.advance(look);
      const Result so_far = summarize(scenario, catalog, replications.look());
      if (precise_enough(so_far, scenario.run.precision->value)) {
        replications.end_now();
        break;
      }
    }
  }
  replications.advance(duration);
  replications.drain();

  RunOutcome outcome;
  outcome.result = summarize(scenario, catalog, replications.take());
  outcome.result.run.seed = static_cast<std::uint64_t>(scenario.run.seed);
  outcome.result.run.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  outcome.result.run.peak_memory_bytes = peak_memory_bytes();
  return outcome;
}

}  // namespace windtunnel
