#include "queueing/time_law.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "stats/probability.hpp"

namespace windtunnel::queueing {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int cells_per_decade = 96;
constexpr std::size_t cell_count = 12 * cells_per_decade;
constexpr double smallest = 1e-8;
constexpr double negligible = 1e-14;

/// The grid: representative time of each cell, and the geometric middle between it and the next.
struct Grid {
  std::array<double, cell_count> middle;
  std::array<double, cell_count> upper;
  Grid() {
    for (std::size_t k = 0; k < cell_count; ++k) {
      middle[k] = smallest * std::pow(10.0, static_cast<double>(k) / cells_per_decade);
      upper[k] = smallest * std::pow(10.0, (static_cast<double>(k) + 0.5) / cells_per_decade);
    }
  }
};

const Grid& grid() {
  static const Grid made;
  return made;
}

/// Where the sum of two cells falls, by their distance d: middle[j] + middle[j - d] lies between the cells
/// j + up and j + up + 1, and `weight` of its mass belongs to the upper one so that the mean is kept.
struct SumTable {
  std::array<std::size_t, cell_count> up;
  std::array<double, cell_count> weight;
  SumTable() {
    const double ratio = std::pow(10.0, 1.0 / cells_per_decade);
    for (std::size_t d = 0; d < cell_count; ++d) {
      const double sum = 1 + std::pow(ratio, -static_cast<double>(d));
      const double steps = std::floor(std::log(sum) / std::log(ratio) + 1e-12);
      up[d] = static_cast<std::size_t>(steps);
      const double low = std::pow(ratio, steps);
      weight[d] = std::clamp((sum - low) / (low * (ratio - 1)), 0.0, 1.0);
    }
  }
};

const SumTable& sums() {
  static const SumTable made;
  return made;
}

std::size_t cell_of(double seconds) {
  const double position = std::log10(seconds / smallest) * cells_per_decade;
  return static_cast<std::size_t>(std::clamp(position, 0.0, static_cast<double>(cell_count - 1)));
}

double exponential_cdf(double x) { return -std::expm1(-x); }

}  // namespace

/// The distribution function at the upper edges of the cells, for laws with one offset.
struct TimeLaw::Cumulated {
  double at_offset;
  std::vector<double> at_upper;

  explicit Cumulated(const TimeLaw& law) : at_offset(law.at_offset_), at_upper(cell_count) {
    double sum = law.at_offset_;
    for (std::size_t k = 0; k < cell_count; ++k) {
      if (k >= law.first_ && k < law.last_) sum += law.masses_[k];
      at_upper[k] = std::min(sum, 1.0);
    }
  }
  TimeLaw to_law(double offset) const {
    TimeLaw law;
    law.offset_ = offset;
    law.at_offset_ = at_offset;
    law.masses_.assign(cell_count, 0.0);
    double before = at_offset;
    for (std::size_t k = 0; k < cell_count; ++k) {
      law.masses_[k] = std::max(0.0, at_upper[k] - before);
      before = std::max(before, at_upper[k]);
    }
    law.last_ = cell_count;
    law.trim();
    law.measure();
    return law;
  }
};

TimeLaw TimeLaw::constant(double seconds) {
  TimeLaw law;
  law.offset_ = seconds;
  law.mean_ = seconds;
  return law;
}

TimeLaw TimeLaw::endless() { return constant(infinity); }
bool TimeLaw::is_endless() const { return std::isinf(mean_); }

TimeLaw TimeLaw::exponential(double mean_seconds) {
  return from_cdf([=](double t) { return exponential_cdf(t / mean_seconds); }, mean_seconds,
                  mean_seconds * mean_seconds);
}

TimeLaw TimeLaw::fitted(double mean_seconds, double cv2) {
  if (std::isinf(mean_seconds)) return endless();
  if (mean_seconds <= 0) return {};
  const double variance = cv2 * mean_seconds * mean_seconds;
  if (cv2 < 1e-6) return constant(mean_seconds);
  if (std::abs(cv2 - 1) < 0.01) return exponential(mean_seconds);
  if (cv2 < 1) {
    const double shape = 1 / cv2;
    return from_cdf([=](double t) { return 1 - upper_incomplete_gamma(shape, shape * t / mean_seconds); },
                    mean_seconds, variance);
  }
  const double p = (1 + std::sqrt((cv2 - 1) / (cv2 + 1))) / 2;
  const auto cdf = [=](double t) {
    const double x = 2 * t / mean_seconds;
    return p * exponential_cdf(p * x) + (1 - p) * exponential_cdf((1 - p) * x);
  };
  return from_cdf(cdf, mean_seconds, variance);
}

TimeLaw TimeLaw::maybe(double p, const TimeLaw& otherwise_zero) {
  return mixture({{p, otherwise_zero}, {1 - p, TimeLaw()}});
}

TimeLaw TimeLaw::from_cdf(const std::function<double(double)>& cdf, double mean_seconds, double variance) {
  if (std::isinf(mean_seconds)) return endless();
  TimeLaw law;
  law.masses_.assign(cell_count, 0.0);
  law.last_ = cell_count;
  law.at_offset_ = std::clamp(cdf(0), 0.0, 1.0);
  const std::size_t middle = cell_of(std::max(mean_seconds, smallest));
  // From the mean outwards, until nothing is left on either side.
  double above = cdf(grid().upper[middle]);
  for (std::size_t k = middle + 1; k < cell_count && 1 - above > negligible; ++k) {
    const double next = k + 1 == cell_count ? 1.0 : cdf(grid().upper[k]);
    law.masses_[k] = std::max(0.0, next - above);
    above = std::max(above, next);
  }
  double below = cdf(grid().upper[middle]);
  for (std::size_t k = middle; below - law.at_offset_ > negligible; --k) {
    const double next = k == 0 ? law.at_offset_ : cdf(grid().upper[k - 1]);
    law.masses_[k] = std::max(0.0, below - next);
    below = next;
    if (k == 0) break;
  }
  law.trim();
  law.mean_ = mean_seconds;
  law.variance_ = variance;
  return law;
}

double TimeLaw::cdf(double t) const {
  if (is_endless() || t < offset_) return 0;
  const double beyond = t - offset_;
  double sum = at_offset_;
  for (std::size_t k = first_; k < last_; ++k) {
    if (grid().upper[k] <= beyond) {
      sum += masses_[k];
      continue;
    }
    const double lower = k == 0 ? 0 : grid().upper[k - 1];
    if (beyond > lower) sum += masses_[k] * (beyond - lower) / (grid().upper[k] - lower);
    break;
  }
  return std::min(sum, 1.0);
}

double TimeLaw::quantile(double q) const {
  if (is_endless()) return infinity;
  double sum = at_offset_;
  if (q <= sum) return offset_;
  double found = offset_;
  for (std::size_t k = first_; k < last_; ++k) {
    const double lower = k == 0 ? 0 : grid().upper[k - 1];
    const double share = masses_[k] > 0 ? std::clamp((q - sum) / masses_[k], 0.0, 1.0) : 1;
    sum += masses_[k];
    found = offset_ + lower + share * (grid().upper[k] - lower);
    if (sum >= q) break;
  }
  // Splitting mass has widened the grid's law a little: back to the variance that is known.
  const double spread = grid_variance();
  if (spread <= 0 || !(variance_ < spread)) return found;
  const double centre = grid_mean();
  const double narrower = std::sqrt(std::max(variance_ / spread, 0.25));
  return std::max(offset_, centre + (found - centre) * narrower);
}

TimeLaw TimeLaw::then(const TimeLaw& next) const {
  if (is_endless() || next.is_endless()) return endless();
  TimeLaw sum;
  sum.offset_ = offset_ + next.offset_;
  sum.at_offset_ = at_offset_ * next.at_offset_;
  sum.mean_ = mean_ + next.mean_;
  sum.variance_ = variance_ + next.variance_;
  if (masses_.empty() && next.masses_.empty()) return sum;
  sum.masses_.assign(cell_count + 64, 0.0);
  for (std::size_t k = first_; k < last_; ++k) sum.masses_[k] += masses_[k] * next.at_offset_;
  for (std::size_t k = next.first_; k < next.last_; ++k) sum.masses_[k] += next.masses_[k] * at_offset_;
  const SumTable& table = sums();
  for (std::size_t i = first_; i < last_; ++i) {
    const double mass = masses_[i];
    if (mass < negligible) continue;
    for (std::size_t j = next.first_; j < next.last_; ++j) {
      const std::size_t larger = std::max(i, j);
      const std::size_t distance = larger - std::min(i, j);
      const double both = mass * next.masses_[j];
      double* cell = &sum.masses_[larger + table.up[distance]];
      cell[0] += both * (1 - table.weight[distance]);
      cell[1] += both * table.weight[distance];
    }
  }
  for (std::size_t k = cell_count; k < sum.masses_.size(); ++k) sum.masses_[cell_count - 1] += sum.masses_[k];
  sum.masses_.resize(cell_count);
  sum.last_ = cell_count;
  sum.trim();
  return sum;
}

TimeLaw TimeLaw::scaled(double factor) const {
  if (factor == 0) return {};
  if (is_endless()) return endless();
  if (factor == 1) return *this;
  TimeLaw law;
  law.offset_ = offset_ * factor;
  law.at_offset_ = at_offset_;
  if (!masses_.empty()) {
    law.masses_.assign(cell_count, 0.0);
    law.last_ = cell_count;
    for (std::size_t k = first_; k < last_; ++k) law.add_mass(grid().middle[k] * factor, masses_[k]);
    law.trim();
  }
  law.mean_ = mean_ * factor;
  law.variance_ = variance_ * factor * factor;
  return law;
}

TimeLaw TimeLaw::repeated(double mean_times, double variance_of_times) const {
  if (mean_times <= 0) return {};
  if (is_endless()) return endless();
  const bool whole = variance_of_times == 0 && mean_times == std::floor(mean_times);
  if (!whole || mean_times > 64) {
    // Wald: the mean and variance of a random number of independent times.
    const double total = mean_times * mean_;
    return fitted(total, (mean_times * variance_ + variance_of_times * mean_ * mean_) / (total * total));
  }
  auto left = static_cast<unsigned>(mean_times);
  TimeLaw sum;
  TimeLaw doubled = *this;
  for (;; doubled = doubled.then(doubled)) {
    if (left & 1u) sum = sum.then(doubled);
    left >>= 1;
    if (left == 0) return sum;
  }
}

TimeLaw TimeLaw::given_within(double limit) const {
  if (is_endless() || offset_ >= limit) return constant(limit);
  const double inside = cdf(limit);
  if (inside > 1 - negligible) return *this;
  if (inside <= 0) return constant(limit);
  TimeLaw law = *this;
  law.at_offset_ /= inside;
  double sum = law.at_offset_;
  for (std::size_t k = first_; k < last_; ++k) {
    law.masses_[k] = std::min(law.masses_[k] / inside, 1 - sum);
    sum += law.masses_[k];
  }
  law.trim();
  law.measure();
  return law;
}

TimeLaw TimeLaw::capped(double limit) const {
  const double inside = is_endless() ? 0 : cdf(limit);
  if (inside > 1 - negligible) return *this;
  return mixture({{inside, given_within(limit)}, {1 - inside, constant(limit)}});
}

TimeLaw TimeLaw::mixture(const std::vector<Part>& parts) {
  double total = 0;
  double offset = infinity;
  for (const Part& part : parts) {
    if (part.weight <= 0) continue;
    if (part.law.is_endless()) return endless();
    total += part.weight;
    offset = std::min(offset, part.law.offset_);
  }
  if (total <= 0) return {};
  TimeLaw law;
  law.offset_ = offset;
  law.at_offset_ = 0;
  law.masses_.assign(cell_count, 0.0);
  law.last_ = cell_count;
  double square = 0;
  for (const Part& part : parts) {
    if (part.weight <= 0) continue;
    const double weight = part.weight / total;
    const TimeLaw moved = part.law.with_offset(offset);
    law.at_offset_ += weight * moved.at_offset_;
    for (std::size_t k = moved.first_; k < moved.last_; ++k) law.masses_[k] += weight * moved.masses_[k];
    law.mean_ += weight * part.law.mean_;
    square += weight * (part.law.variance_ + part.law.mean_ * part.law.mean_);
  }
  law.variance_ = std::max(0.0, square - law.mean_ * law.mean_);
  law.trim();
  return law;
}

TimeLaw TimeLaw::when_done(const std::vector<TimeLaw>& laws, std::size_t need) {
  assert(need >= 1 && need <= laws.size());
  if (laws.size() == 1) return laws.front();
  std::size_t ending = 0;
  double offset = infinity;
  for (const TimeLaw& law : laws) {
    if (law.is_endless()) continue;
    ++ending;
    offset = std::min(offset, law.offset_);
  }
  if (ending < need) return endless();
  std::vector<Cumulated> each;
  for (const TimeLaw& law : laws) {
    if (!law.is_endless()) each.emplace_back(law.with_offset(offset));
  }
  // P(at least `need` have ended), from the law of their number: one law after the other.
  std::vector<double> count(each.size() + 1);
  const auto enough = [&](const auto& probability_of) {
    std::fill(count.begin(), count.end(), 0.0);
    count[0] = 1;
    for (std::size_t i = 0; i < each.size(); ++i) {
      const double p = probability_of(each[i]);
      for (std::size_t n = i + 1; n > 0; --n) count[n] += p * (count[n - 1] - count[n]);
      count[0] *= 1 - p;
    }
    double sum = 0;
    for (std::size_t n = need; n < count.size(); ++n) sum += count[n];
    return std::clamp(sum, 0.0, 1.0);
  };
  Cumulated result = each.front();
  result.at_offset = enough([](const Cumulated& law) { return law.at_offset; });
  for (std::size_t k = 0; k < cell_count; ++k) {
    result.at_upper[k] = enough([k](const Cumulated& law) { return law.at_upper[k]; });
  }
  return result.to_law(offset);
}

TimeLaw TimeLaw::largest_of(double count) const {
  if (is_endless() || count == 1 || masses_.empty()) return *this;
  Cumulated result(*this);
  result.at_offset = std::pow(result.at_offset, count);
  for (double& p : result.at_upper) p = std::pow(p, count);
  return result.to_law(offset_);
}

/// The same law with its constant part made smaller: the difference goes onto the grid.
TimeLaw TimeLaw::with_offset(double offset) const {
  const double added = offset_ - offset;
  assert(added >= 0);
  if (added <= 0) return *this;
  TimeLaw law;
  law.offset_ = offset;
  law.at_offset_ = 0;
  law.masses_.assign(cell_count, 0.0);
  law.last_ = cell_count;
  law.add_mass(added, at_offset_);
  for (std::size_t k = first_; k < last_; ++k) law.add_mass(added + grid().middle[k], masses_[k]);
  law.trim();
  law.mean_ = mean_;
  law.variance_ = variance_;
  return law;
}

/// Between the two nearest cells, so that the mean is kept.
void TimeLaw::add_mass(double seconds, double mass) {
  if (seconds < smallest) {
    at_offset_ += mass;
    return;
  }
  const std::size_t k = cell_of(seconds * (1 + 1e-12));
  if (k + 1 >= cell_count) {
    masses_[cell_count - 1] += mass;
    return;
  }
  const double low = grid().middle[k];
  const double share = std::clamp((seconds - low) / (grid().middle[k + 1] - low), 0.0, 1.0);
  masses_[k] += mass * (1 - share);
  masses_[k + 1] += mass * share;
}

void TimeLaw::trim() {
  while (last_ > first_ && masses_[last_ - 1] < negligible) --last_;
  while (first_ < last_ && masses_[first_] < negligible) ++first_;
  if (first_ < last_) return;
  masses_.clear();
  first_ = last_ = 0;
}

double TimeLaw::grid_mean() const {
  double sum = 0;
  for (std::size_t k = first_; k < last_; ++k) sum += masses_[k] * grid().middle[k];
  return offset_ + sum;
}

double TimeLaw::grid_variance() const {
  const double centre = grid_mean() - offset_;
  double sum = at_offset_ * centre * centre;
  for (std::size_t k = first_; k < last_; ++k) {
    const double distance = grid().middle[k] - centre;
    sum += masses_[k] * distance * distance;
  }
  return sum;
}

void TimeLaw::measure() {
  mean_ = grid_mean();
  variance_ = grid_variance();
}

}  // namespace windtunnel::queueing
