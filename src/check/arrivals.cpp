// Rates of arrival processes, and popularity of keys, as far as rules need them.
#include <algorithm>
#include <cmath>

#include "check/flow.hpp"

namespace windtunnel {
namespace {

struct Rates {
  double base = 0;
  double peak = 0;
};

struct RatesOf {
  double idle_seconds;

  Rates operator()(const arrival::Poisson& law) const { return {law.rate.per_second, law.rate.per_second}; }
  Rates operator()(const arrival::Deterministic& law) const {
    return {law.rate.per_second, law.rate.per_second};
  }
  Rates operator()(const arrival::Diurnal& law) const { return {law.mean.per_second, law.peak.per_second}; }
  Rates operator()(const arrival::Burst& law) const { return {law.base.per_second, law.peak.per_second}; }
  Rates operator()(const arrival::Steps& law) const {
    Rates rates{law.steps.front().rate.per_second, 0};
    for (const arrival::RateStep& step : law.steps) rates.peak = std::max(rates.peak, step.rate.per_second);
    return rates;
  }
  Rates operator()(const arrival::Mmpp& law) const { return {law.low.per_second, law.high.per_second}; }
  Rates operator()(const arrival::Renewal& law) const { return {1 / mean(law.gap), 1 / mean(law.gap)}; }
  Rates operator()(const arrival::Trace&) const { return {}; }
  Rates operator()(const arrival::Closed& law) const {
    const double round = mean(law.think) + idle_seconds;
    const double rate = round > 0 ? law.users / round : 0;
    return {rate, rate};
  }
};

/// sum of k^-s for k = 1 … n: the first terms one by one, the rest by Euler and Maclaurin.
double harmonic(double n, double s) {
  constexpr double exact = 100;
  double sum = 0;
  for (double k = 1; k <= std::min(n, exact); ++k) sum += std::pow(k, -s);
  if (n <= exact) return sum;
  const double integral =
      std::abs(s - 1) < 1e-9 ? std::log(n / exact) : (std::pow(n, 1 - s) - std::pow(exact, 1 - s)) / (1 - s);
  return sum + integral + (std::pow(n, -s) - std::pow(exact, -s)) / 2;
}

}  // namespace

double peak_rate(const Arrivals& arrivals, double idle_seconds) {
  return std::visit(RatesOf{idle_seconds}, arrivals).peak;
}
double base_rate(const Arrivals& arrivals, double idle_seconds) {
  return std::visit(RatesOf{idle_seconds}, arrivals).base;
}

double best_hit_ratio(const KeyLaw& law, double capacity) {
  const double keys = law.count.value;
  const double fits = std::min(std::floor(capacity), keys);
  if (fits <= 0) return 0;
  switch (law.popularity) {
    case Popularity::zipf:
      return harmonic(fits, law.s) / harmonic(keys, law.s);
    case Popularity::hotspot: {
      const double hot = std::max(1.0, law.hot.value * keys);
      if (fits <= hot) return law.share.value * fits / hot;
      return law.share.value + (1 - law.share.value) * (fits - hot) / std::max(1.0, keys - hot);
    }
    case Popularity::constant:
      return 1;
    case Popularity::uniform:
      return fits / keys;
    case Popularity::trace:
      break;
  }
  return 0;
}

double hottest_share(const KeyLaw& law) { return best_hit_ratio(law, 1); }

const KeyLaw* keys_of(const Design& design, const ComponentSpec& component) {
  const KeyLaw* first = nullptr;
  for (const auto& [workload_name, workload] : design.scenario.workloads) {
    for (const auto& [name, law] : workload.keys) {
      if (component.placement.key ? name == *component.placement.key : name == component.name) return &law;
      if (!first && !component.placement.key) first = &law;
    }
  }
  for (const CallSite* call : design.calls_to(component)) {
    if (!call->step || call->step->key.empty()) continue;
    for (const auto& [workload_name, workload] : design.scenario.workloads) {
      if (const KeyLaw* law = find_named(workload.keys, call->step->key)) return law;
    }
  }
  return first;
}

}  // namespace windtunnel
