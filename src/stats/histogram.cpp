#include "stats/histogram.hpp"

#include <cmath>

#include "stats/interval.hpp"

namespace windtunnel {

template <int kBits>
std::size_t LogHistogram<kBits>::add_page(std::size_t octave) {
  const std::size_t page = counts_.size() >> kBits;
  counts_.resize(counts_.size() + kOctaveSize);
  page_of_octave_[octave] = static_cast<std::uint8_t>(page);
  return page;
}

template <int kBits>
const std::int64_t* LogHistogram<kBits>::octave_counts(std::size_t octave) const {
  const std::size_t page = page_of_octave_[octave];
  return page == kAbsent ? nullptr : counts_.data() + (page << kBits);
}

template <int kBits>
void LogHistogram<kBits>::merge(const LogHistogram& other) {
  for (std::size_t octave = 0; octave < kOctaves; ++octave) {
    const std::int64_t* theirs = other.octave_counts(octave);
    if (theirs == nullptr) continue;
    const std::size_t page =
        page_of_octave_[octave] == kAbsent ? add_page(octave) : std::size_t{page_of_octave_[octave]};
    std::int64_t* ours = counts_.data() + (page << kBits);
    for (std::size_t i = 0; i < kOctaveSize; ++i) ours[i] += theirs[i];
  }
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

template <int kBits>
bool LogHistogram<kBits>::equals(const LogHistogram& other) const {
  if (count_ != other.count_ || sum_ != other.sum_ || min_ != other.min_ || max_ != other.max_) return false;
  for (std::size_t octave = 0; octave < kOctaves; ++octave) {
    const std::int64_t* ours = octave_counts(octave);
    const std::int64_t* theirs = other.octave_counts(octave);
    for (std::size_t i = 0; i < kOctaveSize; ++i)
      if ((ours ? ours[i] : 0) != (theirs ? theirs[i] : 0)) return false;
  }
  return true;
}

template <int kBits>
double LogHistogram<kBits>::whole_order_statistic(std::int64_t k) const {
  if (k <= 1) return static_cast<double>(min_);
  if (k >= count_) return static_cast<double>(max_);
  std::int64_t below = 0;
  for (std::size_t octave = 0; octave < kOctaves; ++octave) {
    const std::int64_t* counts = octave_counts(octave);
    if (counts == nullptr) continue;
    for (std::size_t i = 0; i < kOctaveSize; ++i) {
      if (below + counts[i] < k) {
        below += counts[i];
        continue;
      }
      const std::size_t shift = octave == 0 ? 0 : octave - 1;
      const auto first = static_cast<double>((octave == 0 ? i : kOctaveSize + i) << shift);
      const auto span = static_cast<double>((std::uint64_t{1} << shift) - 1);
      const double place = (static_cast<double>(k - below) - 0.5) / static_cast<double>(counts[i]);
      return std::clamp(first + span * place, static_cast<double>(min_), static_cast<double>(max_));
    }
  }
  return static_cast<double>(max_);
}

template <int kBits>
double LogHistogram<kBits>::order_statistic(double k) const {
  if (empty()) return Estimate::kNone;
  const double rank = std::clamp(k, 1.0, static_cast<double>(count_));
  const double floor = std::floor(rank);
  const double lower = whole_order_statistic(static_cast<std::int64_t>(floor));
  if (rank == floor) return lower;
  const double upper = whole_order_statistic(static_cast<std::int64_t>(floor) + 1);
  return lower + (rank - floor) * (upper - lower);
}

template <int kBits>
double LogHistogram<kBits>::quantile(double q) const {
  assert(q >= 0 && q <= 1);
  return order_statistic(q * static_cast<double>(count_) + 0.5);
}

template <int kBits>
std::int64_t LogHistogram<kBits>::bucket_end(std::int64_t value) {
  const unsigned shift = shift_of(value);
  return static_cast<std::int64_t>((((static_cast<std::uint64_t>(value) >> shift) + 1) << shift) - 1);
}

template <int kBits>
std::int64_t LogHistogram<kBits>::count_up_to(std::int64_t value) const {
  if (value < 0) return 0;
  const std::size_t last = bucket_of(value);
  std::int64_t total = 0;
  for (std::size_t octave = 0; octave <= last >> kBits; ++octave) {
    const std::int64_t* counts = octave_counts(octave);
    if (counts == nullptr) continue;
    const std::size_t size = octave == last >> kBits ? (last & (kOctaveSize - 1)) + 1 : kOctaveSize;
    for (std::size_t i = 0; i < size; ++i) total += counts[i];
  }
  return total;
}

template <int kBits>
Estimate LogHistogram<kBits>::quantile_estimate(double q, double confidence) const {
  const auto n = static_cast<double>(count_);
  if (!enough_samples(q, n)) return {};
  const RankInterval ranks = quantile_ranks(q, n, confidence);
  return {quantile(q), order_statistic(ranks.low), order_statistic(ranks.high)};
}

template class LogHistogram<8>;
template class LogHistogram<7>;
template class LogHistogram<5>;

}  // namespace windtunnel
