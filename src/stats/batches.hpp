#pragma once

#include <cassert>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "stats/estimate.hpp"
#include "stats/histogram.hpp"

namespace windtunnel {

// Successive values of one run are correlated, so that intervals for independent values would be far too
// narrow. Averages over long batches hardly are: a run is cut into batches of equal length, and the intervals
// follow from how the batches differ. 16 to 32 batches: fewer make the t quantile wide, more make them
// shorter and hence more correlated (Schmeiser 1982, Operations Research 30(3), advises 10 to 30).

constexpr std::size_t kMaxBatches = 32;  ///< kept at once; even
constexpr std::size_t kMinBatches = 10;  ///< fewer give no interval

/// The batches of a run whose length need not be known: when a batch ends and kMaxBatches are closed already,
/// neighbours merge, and the present batch goes on to twice its length. T has merge(const T&).
template <typename T>
class Batches {
 public:
  T& current() { return current_; }
  const T& current() const { return current_; }

  /// Closed batches, in the order of time, all of the same length.
  std::span<const T> closed() const { return closed_; }

  /// The present batch has its length: closes it and returns true; or doubles all lengths and returns false.
  bool end_batch() {
    if (closed_.size() < kMaxBatches) {
      closed_.push_back(std::exchange(current_, T{}));
      return true;
    }
    for (std::size_t i = 0; i < kMaxBatches; i += 2) {
      closed_[i].merge(closed_[i + 1]);
      if (i > 0) closed_[i / 2] = std::move(closed_[i]);
    }
    closed_.resize(kMaxBatches / 2);
    return false;
  }

  /// All that was counted from closed batch `first` on, the present batch included.
  T total(std::size_t first = 0) const {
    T all = current_;
    for (std::size_t i = first; i < closed_.size(); ++i) all.merge(closed_[i]);
    return all;
  }

 private:
  std::vector<T> closed_;
  T current_{};
};

/// Tells when batches by time end, for Batches that are all ended by the same clock: latencies, errors and
/// integrals over the same stretches of a run, so that a warm-up can be cut from all of them alike. Times in
/// nanoseconds.
class BatchClock {
 public:
  BatchClock(std::int64_t start, std::int64_t length) : start_(start), length_(length) { assert(length > 0); }

  std::int64_t length() const { return length_; }
  std::int64_t next_end() const { return start_ + length_ * (closed_ + 1); }

  /// To be called at next_end(), when all Batches have been told end_batch().
  void advance() {
    if (++closed_ <= static_cast<std::int64_t>(kMaxBatches)) return;
    closed_ = kMaxBatches / 2;
    length_ *= 2;
  }

 private:
  std::int64_t start_;
  std::int64_t length_;
  std::int64_t closed_ = 0;
};

/// Merges the periods of one run (sums, or T with merge(const T&)) into kMaxBatches batches or fewer, all of
/// the same number of periods but the last, which takes the remainder.
template <typename T>
std::vector<T> into_batches(std::span<const T> periods) {
  const std::size_t size = (periods.size() + kMaxBatches - 1) / kMaxBatches;
  std::vector<T> batches;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (i % size == 0 && periods.size() - i >= size)
      batches.push_back(periods[i]);
    else if constexpr (std::is_arithmetic_v<T>)
      batches.back() += periods[i];
    else
      batches.back().merge(periods[i]);
  }
  return batches;
}

/// sum(numerators) / sum(denominators) over the batches of one run, in the order of time: ratio_estimate, but
/// widened where neighbouring batches are still correlated (the run is too short for its memory): by
/// sqrt((1 + r) / (1 - r)), where r is their lag-1 correlation if that is significant at 5% (as Skart does:
/// Tafazoli, Wilson, Lada and Steiger 2011, INFORMS J. on Computing 23(2)). No interval from fewer than
/// kMinBatches.
Estimate batch_ratio_estimate(std::span<const double> numerators, std::span<const double> denominators,
                              double confidence = kConfidence);

/// A percentile of all values of the parts with its interval. Parts are the batches of one run in the order
/// of time, or of several replications one after the other. The variance of the share of values below the
/// percentile comes from the differences between parts; the independent sample with the same variance gives
/// the ranks that enclose the percentile; its value at those ranks is the interval (Woodruff 1952, JASA
/// 47(260); effective sample size with degrees of freedom: Korn and Graubard 1998, Survey Methodology 24(2);
/// ranks: quantile_ranks). Distribution-free, asymmetric like the tail, unbiased by short batches, and with
/// independent values the same as order statistics.
/// No value where enough_samples() denies one; a value without an interval where it denies one to the
/// effective sample, or where there are fewer than two parts.
/// Defined for the LogHistograms of histogram.hpp.
template <int kBits>
Estimate quantile_estimate(std::span<const LogHistogram<kBits>> parts, double q,
                           double confidence = kConfidence);
template <int kBits>
Estimate quantile_estimate(const std::vector<LogHistogram<kBits>>& parts, double q,
                           double confidence = kConfidence) {
  return quantile_estimate(std::span<const LogHistogram<kBits>>(parts), q, confidence);
}

/// The number of independent values that would tell as much about the q-quantile as the correlated ones in
/// `parts` do; more than their count where they are spread more evenly than independent ones. NaN with fewer
/// than two parts.
template <int kBits>
double effective_samples(std::span<const LogHistogram<kBits>> parts, double q);

/// The mean of the values of one long run.
class BatchMeans {
 public:
  void add(double x) {
    Sum& batch = batches_.current();
    batch.total += x;
    if (++batch.count >= batch_size_) end_batch();
  }

  std::int64_t count() const { return batches_.total().count; }
  std::int64_t batch_size() const { return batch_size_; }
  std::size_t batches() const { return batches_.closed().size(); }

  /// Over all values but the first `skip` (rounded up to whole batches).
  Estimate estimate(double confidence = kConfidence, std::int64_t skip = 0) const;

 private:
  struct Sum {
    double total = 0;
    std::int64_t count = 0;
    void merge(const Sum& other) { total += other.total, count += other.count; }
  };
  void end_batch();

  Batches<Sum> batches_;
  std::int64_t batch_size_ = 4;
};

/// Percentiles of the values (nanoseconds >= 0) of one long run.
class BatchQuantiles {
 public:
  void record(std::int64_t value) {
    batches_.current().record(value);
    if (batches_.current().count() >= batch_size_) end_batch();
  }

  std::int64_t batch_size() const { return batch_size_; }
  std::span<const LatencyHistogram> batches() const { return batches_.closed(); }
  LatencyHistogram total() const { return batches_.total(); }

  /// Over all values but the first `skip` (rounded up to whole batches). See quantile_estimate.
  Estimate estimate(double q, double confidence = kConfidence, std::int64_t skip = 0) const;

 private:
  void end_batch();

  Batches<LatencyHistogram> batches_;
  std::int64_t batch_size_ = 16;
};

}  // namespace windtunnel
