#pragma once

#include <cstdint>
#include <span>

#include "stats/estimate.hpp"

namespace windtunnel {

/// The mean of independent, identically distributed values (one per replication, say) with Student's t
/// interval (Law, Simulation Modeling and Analysis, 5th ed., eq. 4.12). No interval from fewer than two.
Estimate mean_estimate(std::span<const double> values, double confidence = kConfidence);

/// The mean of b[i] - a[i], where a[i] and b[i] are two designs under the same random numbers (replication i
/// of both): the paired t interval (Law, section 10.2.1). Sizes must be equal.
Estimate paired_difference(std::span<const double> a, std::span<const double> b,
                           double confidence = kConfidence);

/// sum(numerators) / sum(denominators) over independent pairs: replications, or batches of one run. The
/// classical ratio estimator with its linearised variance (Cochran, Sampling Techniques, 3rd ed., chapter 6).
/// Its bias is of order 1/n. For mean latency per batch: (sum of latencies, completions).
Estimate ratio_estimate(std::span<const double> numerators, std::span<const double> denominators,
                        double confidence = kConfidence);

/// A share of *independent* trials with Wilson's score interval (Wilson 1927, JASA 22; recommended by Brown,
/// Cai and DasGupta 2001, Statistical Science 16). 0 <= successes <= trials. Correlated trials (errors of one
/// run come in bursts): ratio_estimate over batches.
Estimate proportion_estimate(std::int64_t successes, std::int64_t trials, double confidence = kConfidence);

/// Fractional ranks 1 <= low <= high <= n of the order statistics that enclose a quantile.
struct RankInterval {
  double low = Estimate::kNone;
  double high = Estimate::kNone;
};

/// The ranks whose order statistics enclose the q-quantile of n independent values with the given confidence,
/// whatever their distribution: the binomial interval with fractional order statistics (Hutson 1999, J.
/// Applied Statistics 26(3)), whose coverage is close to nominal where whole ranks overshoot. n may be
/// fractional (an effective sample size). NaN where the sample is too small to enclose it.
RankInterval quantile_ranks(double q, double n, double confidence = kConfidence);

/// Whether n values can carry their q-quantile at all: at least ten of them are expected beyond it, on the
/// side where they are fewer. With ten, the 95% interval of a p99 reaches from p98.4 to p99.6 of the sample;
/// with fewer its upper end soon is the maximum, which says nothing. p99 needs 1,000 values, p99.9 needs
/// 10,000.
bool enough_samples(double q, double n);

/// The fewest values for which enough_samples(q, n) holds.
std::int64_t samples_needed(double q);

}  // namespace windtunnel
