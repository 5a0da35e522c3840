#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <limits>
#include <vector>

#include "stats/estimate.hpp"

namespace windtunnel {

/// Counts of non-negative int64 values in buckets that are linear within an octave and double from one octave
/// to the next (the layout of HdrHistogram, hdrhistogram.org). With kBits bits, values below 2^(kBits + 1)
/// are counted exactly and a larger one is known to within 2^-kBits of itself. Count, sum, mean, min and max
/// are exact. An octave takes its 2^kBits counters only once a value falls into it.
template <int kBits>
class LogHistogram {
 public:
  static constexpr double kRelativeError = 1.0 / (1 << kBits);  ///< greatest error of any quantile

  /// Counts one value, value >= 0. A few nanoseconds.
  void record(std::int64_t value) { record(value, 1); }

  /// Counts a value `times` times.
  void record(std::int64_t value, std::int64_t times) {
    assert(value >= 0 && times >= 0);
    const std::size_t bucket = bucket_of(value);
    std::size_t page = page_of_octave_[bucket >> kBits];
    if (page == kAbsent) [[unlikely]]
      page = add_page(bucket >> kBits);
    counts_[(page << kBits) | (bucket & (kOctaveSize - 1))] += times;
    count_ += times;
    sum_ += static_cast<__int128>(value) * times;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  /// Adds all that another histogram counted.
  void merge(const LogHistogram& other);

  std::int64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  double sum() const { return static_cast<double>(sum_); }
  double mean() const { return empty() ? Estimate::kNone : sum() / static_cast<double>(count_); }
  std::int64_t min() const { return empty() ? 0 : min_; }
  std::int64_t max() const { return empty() ? 0 : max_; }

  /// The k-th smallest value, 1 <= k <= count(), where k may be fractional: linear between neighbours. Within
  /// a bucket the values are taken to be evenly spread.
  double order_statistic(double k) const;

  /// The value below which a share q of the values lies, 0 <= q <= 1: the order statistic q * count() + 1/2
  /// (Hazen; type 5 of Hyndman and Fan 1996). NaN when empty.
  double quantile(double q) const;

  /// How many values are at most `value`, counting the whole of the bucket that holds it: exact where `value`
  /// is one returned by bucket_end().
  std::int64_t count_up_to(std::int64_t value) const;

  /// The greatest value in the bucket that holds `value`.
  static std::int64_t bucket_end(std::int64_t value);

  /// quantile(q) with a distribution-free interval, for *independent* values (see quantile_ranks in
  /// interval.hpp); the values of one run are correlated: use BatchQuantiles for them.
  Estimate quantile_estimate(double q, double confidence = kConfidence) const;

  /// Bytes held on the heap.
  std::size_t memory_bytes() const { return counts_.capacity() * sizeof(counts_[0]); }

  friend bool operator==(const LogHistogram& a, const LogHistogram& b) { return a.equals(b); }

 private:
  static constexpr std::uint64_t kOctaveSize = std::uint64_t{1} << kBits;
  static constexpr std::size_t kOctaves = 64 - kBits;  // of the buckets of values up to 2^63 - 1
  static constexpr std::uint8_t kAbsent = 0xFF;
  using Pages = std::array<std::uint8_t, kOctaves>;

  static constexpr Pages no_pages() {
    Pages pages{};
    pages.fill(kAbsent);
    return pages;
  }
  /// Width of the buckets around a value, as a power of two.
  static unsigned shift_of(std::int64_t value) {
    return static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(value) | kOctaveSize)) -
           (kBits + 1);
  }
  static std::size_t bucket_of(std::int64_t value) {
    const unsigned shift = shift_of(value);
    return (std::size_t{shift} << kBits) + (static_cast<std::uint64_t>(value) >> shift);
  }
  std::size_t add_page(std::size_t octave);
  bool equals(const LogHistogram& other) const;
  const std::int64_t* octave_counts(std::size_t octave) const;
  double whole_order_statistic(std::int64_t k) const;

  Pages page_of_octave_ = no_pages();  // position of an octave's counters in counts_, in pages of kOctaveSize
  std::vector<std::int64_t> counts_;
  std::int64_t count_ = 0;
  __int128 sum_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = std::numeric_limits<std::int64_t>::min();
};

extern template class LogHistogram<8>;
extern template class LogHistogram<7>;
extern template class LogHistogram<5>;

/// For the percentiles that are printed: error at most 1/256 = 0.39%; 2 KiB per octave in use.
using LatencyHistogram = LogHistogram<8>;

/// For percentiles per step of a chart: error at most 1/32 = 3.1%; 256 bytes per octave in use.
using CoarseHistogram = LogHistogram<5>;

}  // namespace windtunnel
