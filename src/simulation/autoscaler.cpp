#include "simulation/autoscaler.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "catalog/catalog.hpp"
#include "language/quantity.hpp"
#include "simulation/world.hpp"

namespace windtunnel {
namespace {

/// Time until a new replica serves: a duration as written, or the catalog's figure for a kind of thing.
Sampler start_up_law(const Catalog& catalog, const std::string& text) {
  if (const auto duration = parse_duration(text); duration.value)
    return Sampler::constant(duration.value->seconds);
  const StartupTime* known = catalog.find_startup_time(text);
  if (!known) return Sampler::constant(0);
  return Sampler::constant(known->p50_seconds.value_or(known->typical_seconds.value_or(0)));
}

}  // namespace

Autoscaler::Autoscaler(World& world, Component& component)
    : Event([](Event& event) { static_cast<Autoscaler&>(event).decide(); }),
      world_(world),
      component_(component),
      scale_(*component.spec().placement.scale),
      start_up_(start_up_law(world.catalog, scale_.starts_in)),
      start_stream_(world.stream(component.name() + "/start")),
      serving_(component.replica_count()) {
  world_.simulator.schedule_after(*this, to_nanoseconds(scale_.period.seconds));
}

/// Mean utilization since the last decision, of the resource that the metric names.
double Autoscaler::utilization() {
  std::vector<ResourceUse> uses;
  component_.add_resources(uses);
  const std::size_t which = scale_.metric == ScaleMetric::cpu ? 0 : uses.size() - 1;
  const double busy = uses[which].busy_area - busy_area_;
  const double capacity = uses[which].capacity_area - capacity_area_;
  busy_area_ = uses[which].busy_area;
  capacity_area_ = uses[which].capacity_area;
  return capacity > 0 ? busy / capacity : 0;
}

void Autoscaler::decide() {
  const Nanoseconds now = world_.simulator.now();
  world_.simulator.schedule_after(*this, to_nanoseconds(scale_.period.seconds));

  const int present = serving_ + starting_;
  const double ratio = utilization() / scale_.target.value;
  // Replicas that are not ready yet count as idle on the way up, so that they are not asked for twice.
  const double damped = ratio > 1 ? ratio * serving_ / present : ratio;
  int desired = present;
  if (std::abs(ratio - 1) > scale_.tolerance.value && !(ratio > 1 && damped < 1)) {
    desired = static_cast<int>(std::ceil((ratio > 1 ? present * damped : serving_ * ratio) - 1e-9));
  }
  desired = std::min(desired, std::max(2 * present, present + 4));
  desired = std::clamp(desired, scale_.min, scale_.max);

  needs_.emplace_back(now, desired);
  while (needs_.front().first < now - to_nanoseconds(scale_.down_window.seconds)) needs_.pop_front();
  if (desired > present) {
    grow(desired - present);
  } else {
    int need = desired;
    for (const auto& [when, recommended] : needs_) need = std::max(need, recommended);
    if (need < serving_) shrink(serving_ - need);
  }
}

void Autoscaler::grow(int count) {
  starting_ += count;
  for (int each = 0; each < count; ++each) world_.simulator.background().start(start_replica());
}

Task<> Autoscaler::start_replica() {
  co_await world_.simulator.sleep(start_up_.sample_ns(start_stream_));
  --starting_;
  ++serving_;
  for (int index = 0; index < component_.replica_count(); ++index) {
    if (component_.replica(index).open()) continue;
    component_.replica(index).set_open(true);
    co_return;
  }
  component_.add_replica();
}

/// The youngest go first; they finish what they have.
void Autoscaler::shrink(int count) {
  for (int index = component_.replica_count() - 1; index >= 0 && count > 0; --index) {
    Replica& replica = component_.replica(index);
    if (!replica.open()) continue;
    replica.set_open(false);
    --serving_;
    --count;
  }
}

}  // namespace windtunnel
