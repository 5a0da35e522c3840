#include "stats/tests.hpp"

#include <doctest/doctest.h>

#include "stats/random.hpp"

using namespace windtunnel;

TEST_CASE("chi-square of a fair and of a loaded die") {
  const std::vector<double> expected(6, 100);
  // 4 + 4 over 100, twice, gives 0.16 by hand.
  CHECK(chi_square_test({102, 98, 102, 98, 100, 100}, expected).statistic == doctest::Approx(0.16));
  CHECK(chi_square_test({102, 98, 102, 98, 100, 100}, expected).p_value > 0.99);
  CHECK(chi_square_test({150, 90, 90, 90, 90, 90}, expected).p_value < 0.001);
}

TEST_CASE("the Kolmogorov-Smirnov distance by hand") {
  // F_a is 1/3, 2/3, 1 from 1, 2, 3; F_b is 1/2, 1 from 2.5, 4: farthest apart just before 2.5.
  CHECK(kolmogorov_smirnov_test({3, 1, 2}, {4, 2.5}).statistic == doctest::Approx(2.0 / 3));
  CHECK(kolmogorov_smirnov_test({1, 1, 2}, {1, 1, 2}).statistic == 0);
  CHECK(kolmogorov_smirnov_test({1, 2}, {3, 4}).statistic == 1);
}

TEST_CASE("the Kolmogorov-Smirnov test rejects equal distributions as often as it says") {
  int rejected = 0;
  const int trials = 2'000;
  Random random(7);
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> a(60);
    std::vector<double> b(90);
    for (double& x : a) x = random.exponential();
    for (double& x : b) x = random.exponential();
    rejected += kolmogorov_smirnov_test(a, b).p_value < 0.05;
  }
  // 5% with a standard error of 0.5%.
  CHECK(rejected > trials * 0.033);
  CHECK(rejected < trials * 0.067);
}

TEST_CASE("the Kolmogorov-Smirnov test tells distributions apart") {
  Random random(8);
  std::vector<double> a(500);
  std::vector<double> b(500);
  for (double& x : a) x = random.exponential();
  for (double& x : b) x = 1.4 * random.exponential();
  CHECK(kolmogorov_smirnov_test(a, b).p_value < 0.01);
}
