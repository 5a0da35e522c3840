// Servers that take several calls at once (dynamic batching).
#pragma once

#include <functional>

namespace windtunnel::queueing {

/// One server with Poisson arrivals that takes min(queue, most) calls when it is free and at least `least`
/// wait; all calls of a batch are answered together.
struct BatchServer {
  double arrivals_per_second = 0;
  int least = 1;
  int most = 1;
  std::function<double(int)> service_seconds;  ///< mean time of a batch of k calls
  bool exponential = false;                    ///< law of that time; else it is constant
};

struct BatchEstimate {
  bool stable = true;  ///< false where the largest batches cannot keep up; then the rest has no meaning
  double mean_wait_seconds = 0;
  double mean_batch = 0;
  double mean_service_seconds = 0;  ///< of the batch that a call is in
  double mean_service_squared = 0;
  double busy = 0;  ///< share of time
};

/// Exactly, by the Markov chain embedded at the ends of batches (Bailey, J. Royal Statistical Society B 16
/// 1954; Neuts 1967) and Little's law. Time grows with most²; above a load of 0.97 the chain is cut at a
/// queue of 4,000 calls.
BatchEstimate batch_server(const BatchServer& server);

}  // namespace windtunnel::queueing
