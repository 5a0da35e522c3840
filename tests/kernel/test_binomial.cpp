#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "kernel/binomial.hpp"

namespace windtunnel {
namespace {

/// P(k successes), by the recurrence of the binomial coefficients in logarithms.
std::vector<double> exact(std::uint32_t n, double p) {
  std::vector<double> chance(n + 1);
  for (std::uint32_t k = 0; k <= n; ++k) {
    chance[k] = std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                         k * std::log(p) + (n - k) * std::log1p(-p));
  }
  return chance;
}

/// Pearson's statistic over cells of at least 20 expected, less its degrees of freedom, in deviations.
double misfit(std::uint32_t n, double p, int draws) {
  RandomStream stream(7, 0, "binomial");
  std::vector<double> seen(n + 1);
  for (int i = 0; i < draws; ++i) ++seen[binomial(n, p, stream)];
  double statistic = 0, expected = 0, observed = 0;
  int cells = 0;
  for (std::uint32_t k = 0; k <= n; ++k) {
    expected += draws * exact(n, p)[k];
    observed += seen[k];
    if (expected < 20 && k < n) continue;
    if (expected > 0) statistic += (observed - expected) * (observed - expected) / expected;
    ++cells;
    expected = observed = 0;
  }
  return (statistic - (cells - 1)) / std::sqrt(2.0 * std::max(cells - 1, 1));
}

}  // namespace

TEST_CASE("binomial draws follow the binomial law") {
  struct Case {
    std::uint32_t n;
    double p;
  };
  // On both sides of the border between the methods, and mirrored above one half.
  for (const Case& c : {Case{1, 0.3}, Case{5, 0.5}, Case{40, 0.05}, Case{40, 0.95}, Case{100, 0.0999},
                        Case{100, 0.11}, Case{500, 1.0 / 12}, Case{500, 0.5}, Case{500, 0.8}}) {
    CAPTURE(c.n);
    CAPTURE(c.p);
    CHECK(std::abs(misfit(c.n, c.p, 200'000)) < 4.5);
  }
}

TEST_CASE("binomial draws at the edges") {
  RandomStream stream(1, 0, "edges");
  CHECK(binomial(0, 0.5, stream) == 0);
  CHECK(binomial(10, 0.0, stream) == 0);
  CHECK(binomial(10, 1.0, stream) == 10);
  CHECK(binomial(10, -0.1, stream) == 0);
  CHECK(binomial(10, 1.1, stream) == 10);
}

}  // namespace windtunnel
