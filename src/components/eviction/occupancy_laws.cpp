#include "components/eviction/occupancy_laws.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernel/elementary.hpp"

namespace windtunnel::eviction {

namespace {

constexpr double kPrecision = 1e-10;

double resident_items(Law law, const Popularity& popularity, double time) {
  double items = 0;
  for (const auto& [probability, count] : popularity.groups) items += count * law(probability * time);
  return items;
}

}  // namespace

// Below 0.01 the difference loses digits; the series' next term is x^5 / 120.
double lru_law(double x) {
  if (x < 0.01) return x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4)));
  return 1 - elementary::exp(-x);
}

double fifo_law(double x) { return x / (1 + x); }


/// Regula falsi with the Illinois step (Dowell and Jarratt, BIT 11 1971), in the logarithm of the time.
double time_that_fills(const std::function<double(double)>& items, double capacity) {
  const auto excess = [&](double log_time) { return items(elementary::exp(log_time)) - capacity; };
  double low = elementary::log(capacity) - 1;
  double high = low + 2;
  double at_low = excess(low), at_high = excess(high);
  while (at_low > 0) high = low, at_high = at_low, low -= 1, at_low = excess(low);
  while (at_high < 0) low = high, at_low = at_high, high += 1, at_high = excess(high);
  for (int side = 0; high - low > kPrecision;) {
    const double middle = low + (high - low) * (at_low / (at_low - at_high));
    const double at_middle = excess(middle);
    if (std::abs(at_middle) < kPrecision * capacity) return elementary::exp(middle);
    if (at_middle < 0) {
      low = middle, at_low = at_middle;
      if (side == -1) at_high /= 2;
      side = -1;
    } else {
      high = middle, at_high = at_middle;
      if (side == 1) at_low /= 2;
      side = 1;
    }
  }
  return elementary::exp(low);
}

double time_to_fill(Law law, const Popularity& popularity, double capacity) {
  if (capacity >= popularity.keys) return std::numeric_limits<double>::infinity();
  if (capacity <= 0) return 0;
  return time_that_fills([&](double time) { return resident_items(law, popularity, time); }, capacity);
}

Occupancy occupancy_of(Law law, const Popularity& popularity, double time) {
  Occupancy occupancy;
  for (const auto& group : popularity.groups) {
    occupancy.push_back(std::isinf(time) ? 1 : time > 0 ? law(group.probability * time) : 0);
  }
  return occupancy;
}

Occupancy most_popular(const Popularity& popularity, double capacity) {
  Occupancy occupancy;
  for (const auto& group : popularity.groups) {
    const double taken = std::clamp(capacity, 0.0, group.count);
    occupancy.push_back(taken / group.count);
    capacity -= taken;
  }
  return occupancy;
}

}  // namespace windtunnel::eviction
