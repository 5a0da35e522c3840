#include "stats/probability.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "stats/tests.hpp"

using namespace windtunnel;

TEST_CASE("normal quantiles agree with the table") {
  // Abramowitz and Stegun, Table 26.5 (quantiles) and 26.1 (P(1) and P(3)).
  CHECK(normal_quantile(0.5) == 0);
  CHECK(normal_quantile(0.9) == doctest::Approx(1.28155'15655).epsilon(1e-10));
  CHECK(normal_quantile(0.975) == doctest::Approx(1.95996'39845).epsilon(1e-10));
  CHECK(normal_quantile(0.995) == doctest::Approx(2.57582'93035).epsilon(1e-10));
  CHECK(normal_quantile(0.9995) == doctest::Approx(3.29052'67315).epsilon(1e-10));
  CHECK(normal_quantile(0.025) == doctest::Approx(-normal_quantile(0.975)).epsilon(1e-14));
  CHECK(normal_cdf(1) == doctest::Approx(0.84134'47460'68543).epsilon(1e-14));
  CHECK(normal_cdf(-3) == doctest::Approx(0.00134'98980'31630).epsilon(1e-12));
}

TEST_CASE("Student's t quantiles agree with the table") {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: upper critical values of Student's t.
  struct Row {
    double degrees, t_90, t_95, t_975, t_99, t_995, t_999;
  };
  const Row table[] = {
      {1, 3.078, 6.314, 12.706, 31.821, 63.657, 318.313}, {2, 1.886, 2.920, 4.303, 6.965, 9.925, 22.327},
      {3, 1.638, 2.353, 3.182, 4.541, 5.841, 10.215},     {4, 1.533, 2.132, 2.776, 3.747, 4.604, 7.173},
      {9, 1.383, 1.833, 2.262, 2.821, 3.250, 4.297},      {19, 1.328, 1.729, 2.093, 2.539, 2.861, 3.579},
      {30, 1.310, 1.697, 2.042, 2.457, 2.750, 3.385},     {100, 1.290, 1.660, 1.984, 2.364, 2.626, 3.174},
  };
  for (const Row& row : table) {
    CAPTURE(row.degrees);
    CHECK(student_t_quantile(0.90, row.degrees) == doctest::Approx(row.t_90).epsilon(5e-4));
    CHECK(student_t_quantile(0.95, row.degrees) == doctest::Approx(row.t_95).epsilon(5e-4));
    CHECK(student_t_quantile(0.975, row.degrees) == doctest::Approx(row.t_975).epsilon(3e-4));
    CHECK(student_t_quantile(0.99, row.degrees) == doctest::Approx(row.t_99).epsilon(3e-4));
    CHECK(student_t_quantile(0.995, row.degrees) == doctest::Approx(row.t_995).epsilon(3e-4));
    CHECK(student_t_quantile(0.999, row.degrees) == doctest::Approx(row.t_999).epsilon(3e-4));
    CHECK(student_t_quantile(0.01, row.degrees) == doctest::Approx(-row.t_99).epsilon(3e-4));
  }
}

TEST_CASE("Student's t has closed forms with one and two degrees of freedom") {
  for (const double p : {0.6, 0.9, 0.99, 0.9999, 0.999999}) {
    const double cauchy = std::tan(3.14159'26535'89793 * (p - 0.5));
    const double two = (2 * p - 1) / std::sqrt(2 * p * (1 - p));
    CHECK(student_t_quantile(p, 1) == doctest::Approx(cauchy).epsilon(1e-9));
    CHECK(student_t_quantile(p, 2) == doctest::Approx(two).epsilon(1e-9));
    CHECK(student_t_cdf(two, 2) == doctest::Approx(p).epsilon(1e-12));
  }
  CHECK(student_t_quantile(0.975, 1e9) == doctest::Approx(1.95996'39845).epsilon(1e-8));
}

TEST_CASE("the incomplete beta function is the tail of the binomial distribution") {
  // P(Bin(n, p) >= k) = I_p(k, n - k + 1), DLMF 8.17.5.
  double tail = 0;
  double term = std::pow(0.7, 12);  // P(Bin(12, 0.3) = 0)
  for (int k = 1; k <= 12; ++k) {
    term *= (12.0 - k + 1) / k * 0.3 / 0.7;
    if (k >= 5) tail += term;
  }
  CHECK(incomplete_beta(5, 8, 0.3) == doctest::Approx(tail).epsilon(1e-12));
  CHECK(incomplete_beta(3, 3, 0.5) == doctest::Approx(0.5).epsilon(1e-13));
  CHECK(incomplete_beta(2, 3, 0) == 0);
  CHECK(incomplete_beta(2, 3, 1) == 1);
}

TEST_CASE("chi-square tails agree with the table") {
  // NIST/SEMATECH e-Handbook, 1.3.6.7.4: upper critical values of the chi-square distribution.
  CHECK(chi_square_tail(3.841, 1) == doctest::Approx(0.05).epsilon(1e-3));
  CHECK(chi_square_tail(18.307, 10) == doctest::Approx(0.05).epsilon(1e-3));
  CHECK(chi_square_tail(29.588, 10) == doctest::Approx(0.001).epsilon(1e-3));
  CHECK(chi_square_tail(135.807, 100) == doctest::Approx(0.01).epsilon(1e-3));
  CHECK(chi_square_tail(3, 2) == doctest::Approx(std::exp(-1.5)).epsilon(1e-13));
  CHECK(chi_square_tail(0, 5) == 1);
}

TEST_CASE("Kolmogorov's distribution agrees with the table") {
  // Smirnov 1948, Annals of Mathematical Statistics 19(2): L(1.36) = 0.950514, L(1.63) = 0.990154 and below.
  CHECK(kolmogorov_tail(0.50) == doctest::Approx(1 - 0.036055).epsilon(1e-6));
  CHECK(kolmogorov_tail(1.00) == doctest::Approx(1 - 0.730000).epsilon(2e-6));
  CHECK(kolmogorov_tail(1.36) == doctest::Approx(1 - 0.950514).epsilon(1e-5));
  CHECK(kolmogorov_tail(1.63) == doctest::Approx(1 - 0.990154).epsilon(1e-4));
  CHECK(kolmogorov_tail(0) == 1);
}
