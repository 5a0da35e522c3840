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

/// Defaults of the HorizontalPodAutoscaler's scaleUp behaviour: the larger of two policies, per 15 s.
constexpr Nanoseconds growth_period = 15'000'000'000;
constexpr int growth_count = 4;
constexpr int growth_factor = 2;

}  // namespace

int replicas_wanted(const ReplicaLoad& load, double target, double tolerance) {
  if (load.ready == 0) return load.replicas;
  const auto within = [&](double ratio) { return std::abs(ratio - 1) <= tolerance; };
  const auto rounded_up = [](double count) { return static_cast<int>(std::ceil(count - 1e-9)); };
  const double ratio = load.used / load.ready / target;
  const bool up = ratio > 1;
  if ((!up || load.unready == 0) && load.missing == 0)
    return within(ratio) ? load.replicas : rounded_up(ratio * load.ready);

  double used = load.used;
  int counted = load.ready;
  if (ratio != 1) counted += load.missing;
  if (ratio < 1) used += load.missing * std::max(1.0, target);
  if (up) counted += load.unready;
  const double corrected = used / counted / target;
  if (within(corrected) || (ratio < 1 && corrected > 1) || (up && corrected < 1)) return load.replicas;
  const int wanted = rounded_up(corrected * counted);
  const bool turned = corrected < 1 ? wanted > load.replicas : wanted < load.replicas;
  return turned ? load.replicas : wanted;
}

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

/// Replicas at most after this decision, by how many were added lately.
int Autoscaler::most_allowed(int present) const {
  int before = present;
  for (const auto& [when, count] : added_) before -= count;
  return std::max(growth_factor * before, before + growth_count);
}

void Autoscaler::decide() {
  const Nanoseconds now = world_.simulator.now();
  world_.simulator.schedule_after(*this, to_nanoseconds(scale_.period.seconds));
  const int present = serving_ + starting_;
  const ReplicaLoad load{present, serving_, utilization() * serving_, starting_};
  const int wanted = replicas_wanted(load, scale_.target.value, scale_.tolerance.value);

  if (needs_.empty()) needs_.emplace_back(now, present);  // the first is what there was
  needs_.emplace_back(now, wanted);
  while (needs_.front().first <= now - to_nanoseconds(scale_.down_window.seconds)) needs_.pop_front();
  while (!added_.empty() && added_.front().first <= now - growth_period) added_.pop_front();

  int next = wanted;
  if (wanted < present) {
    for (const auto& [when, need] : needs_) next = std::max(next, need);
    next = std::min(next, present);
  } else {
    next = std::min(wanted, std::max(present, most_allowed(present)));
  }
  next = std::clamp(next, scale_.min, scale_.max);
  if (next > present) grow(next - present);
  if (next < present) shrink(present - next);
}

void Autoscaler::grow(int count) {
  added_.emplace_back(world_.simulator.now(), count);
  starting_ += count;
  for (int each = 0; each < count; ++each) world_.simulator.background().start(start_replica());
}

Task<> Autoscaler::start_replica() {
  co_await world_.simulator.sleep(start_up_.sample_ns(start_stream_));
  if (given_up_ > 0) {
    --given_up_;
    co_return;
  }
  --starting_;
  ++serving_;
  for (int index = 0; index < component_.replica_count(); ++index) {
    if (component_.replica(index).open()) continue;
    component_.replica(index).set_open(true);
    co_return;
  }
  component_.add_replica();
}

/// Those on their way go first, then the youngest; they finish what they have.
void Autoscaler::shrink(int count) {
  const int unborn = std::min(count, starting_);
  starting_ -= unborn;
  given_up_ += unborn;
  count -= unborn;
  for (int index = component_.replica_count() - 1; index >= 0 && count > 0; --index) {
    Replica& replica = component_.replica(index);
    if (!replica.open()) continue;
    replica.set_open(false);
    --serving_;
    --count;
  }
}

}  // namespace windtunnel
