// Distribution functions of the laws of a scenario, for closed forms and checks.
#pragma once

#include "language/distribution.hpp"

namespace windtunnel {

/// P(X <= x), x in base units. Empirical laws must be loaded.
double cdf(const Distribution& distribution, double x);

/// The smallest x with P(X <= x) >= q, 0 < q < 1; relative error below 1e-9.
double quantile(const Distribution& distribution, double q);

}  // namespace windtunnel
