#pragma once

// Distribution functions that the intervals and tests of this room need. Accurate to about 1e-12 relative for
// parameters up to 1e4 and 1e-8 up to 1e7, which is far beyond what a sample can show.

namespace windtunnel {

/// ln Γ(x), x > 0. Stirling's series, DLMF 5.11.1. Unlike std::lgamma it writes no global (signgam).
double log_gamma(double x);

/// Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1. DLMF 8.17.22 (continued fraction).
double incomplete_beta(double a, double b, double x);

/// Regularised upper incomplete gamma function Q(a, x), a > 0, x >= 0. DLMF 8.11.4 (series), 8.9.2
/// (fraction).
double upper_incomplete_gamma(double a, double x);

double normal_cdf(double x);

/// The x with normal_cdf(x) = p, 0 < p < 1: Newton's method on the logarithm of the tail.
double normal_quantile(double p);

/// P(T <= t) of Student's t with `degrees` > 0 degrees of freedom. Abramowitz and Stegun 26.7.1.
double student_t_cdf(double t, double degrees);

/// The t with student_t_cdf(t, degrees) = p, 0 < p < 1.
double student_t_quantile(double p, double degrees);

}  // namespace windtunnel
