#include "simulation/measurements.hpp"

#include <utility>

namespace windtunnel {
namespace {

ComponentSnapshot snapshot(Component& component, Nanoseconds now) {
  Meter& meter = component.meter();
  ComponentSnapshot taken;
  taken.arrivals = meter.arrivals;
  taken.replies = meter.replies;
  taken.turned_away = meter.turned_away;
  taken.present = meter.present.value();
  taken.present_area = static_cast<double>(meter.present.area(now));
  for (int index = 0; index < component.replica_count(); ++index) {
    taken.replica_area += static_cast<double>(component.replica(index).alive().area(now));
  }
  taken.sojourn_seconds = to_seconds(meter.sojourn_total);
  taken.wait_seconds = to_seconds(meter.wait_total);
  taken.waits = std::exchange(meter.waits, {});
  component.add_resources(taken.resources);
  component.add_metrics(taken.metrics);
  component.add_charges(taken.charges);
  return taken;
}

}  // namespace

void WorkloadPeriod::merge(const WorkloadPeriod& other) {
  offered += other.offered;
  for (std::size_t kind = 0; kind < outcomes.size(); ++kind) outcomes[kind] += other.outcomes[kind];
  stale += other.stale;
  quality_total += other.quality_total;
  latency_ns.merge(other.latency_ns);
}

Nanoseconds period_for(Nanoseconds duration) {
  const Nanoseconds longest = duration / 50;
  Nanoseconds power = 1;
  while (power * 10 <= longest) power *= 10;
  if (power * 5 <= longest) return power * 5;
  if (power * 2 <= longest) return power * 2;
  return power;
}

PeriodClock::PeriodClock(Simulator& simulator, const std::vector<Component*>& components, RunData& data)
    : Event([](Event& event) { static_cast<PeriodClock&>(event).take(); }),
      simulator_(simulator),
      components_(components),
      data_(data) {
  simulator_.schedule_after(*this, data_.period);
}

void PeriodClock::take() {
  for (std::size_t index = 0; index < components_.size(); ++index) {
    data_.components[index].push_back(snapshot(*components_[index], simulator_.now()));
  }
  simulator_.schedule_after(*this, data_.period);
}

}  // namespace windtunnel
