#pragma once

#include <vector>

namespace windtunnel {

// Tests of hypotheses, for comparing simulations with measurements and with each other.

struct TestResult {
  double statistic = 0;
  double p_value = 1;  ///< probability of a statistic at least this large if the hypothesis holds
};

/// P(X > x) of the chi-square distribution with `degrees` > 0 degrees of freedom. DLMF 8.2.4.
double chi_square_tail(double x, double degrees);

/// Pearson's test of counts against expected counts > 0 (best at least 5 each); `estimated` parameters were
/// fitted to the same data.
TestResult chi_square_test(const std::vector<double>& observed, const std::vector<double>& expected,
                           int estimated = 0);

/// P(K > x) of Kolmogorov's limit distribution. Kolmogorov 1933; Smirnov 1948, Ann. Math. Statist. 19(2).
double kolmogorov_tail(double x);

/// Do two samples of independent values come from the same continuous distribution? The greatest distance
/// between their empirical distribution functions, with the asymptotic p-value corrected for small samples
/// (Stephens 1970, J. Royal Statistical Society B 32(1)); good from about four values each. Ties are handled,
/// and make the p-value conservative. Neither sample may be empty.
TestResult kolmogorov_smirnov_test(std::vector<double> a, std::vector<double> b);

}  // namespace windtunnel
