#pragma once

/// Exponential, logarithm and square root as plain series, for filling constant tables at compile time.
/// Correct to the last bit or two of long double; much too slow for anything else.
namespace windtunnel::constant_series {

/// log x for x > 0: halve or double into [2/3, 4/3], then 2 atanh((x-1)/(x+1)).
constexpr long double log(long double x) {
  constexpr long double ln2 = 0.693147180559945309417232121458176568L;
  int e = 0;
  for (; x > 4.0L / 3; x /= 2) ++e;
  for (; x < 2.0L / 3; x *= 2) --e;
  const long double z = (x - 1) / (x + 1);
  long double power = z;
  long double sum = 0;
  for (int k = 1; k < 40; k += 2, power *= z * z) sum += power / static_cast<long double>(k);
  return 2 * sum + static_cast<long double>(e) * ln2;
}

/// e^x by the Taylor series of e^(x/2^10), squared ten times on e^x - 1 to keep the digits.
constexpr long double exp(long double x) {
  const long double small = x / 1024;
  long double term = small;
  long double less_one = 0;
  for (int k = 2; k < 20; ++k) {
    less_one += term;
    term *= small / static_cast<long double>(k);
  }
  for (int i = 0; i < 10; ++i) less_one = less_one * (2 + less_one);
  return 1 + less_one;
}

/// Square root of x > 0 by Newton's method.
constexpr long double sqrt(long double x) {
  long double root = x > 1 ? x : 1;
  for (int i = 0; i < 60; ++i) root = (root + x / root) / 2;
  return root;
}

}  // namespace windtunnel::constant_series
