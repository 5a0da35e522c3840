#include "queueing/batches.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <vector>

namespace windtunnel::queueing {
namespace {

/// P(n arrivals during a batch): Poisson for a constant time, geometric for an exponential one. The few
/// numbers around its mean that carry all but 1e-15 of it.
struct ArrivalsDuringBatch {
  std::size_t first = 0;
  std::vector<double> probability;
};

ArrivalsDuringBatch arrivals_during(double mean, bool exponential) {
  ArrivalsDuringBatch law;
  if (exponential) {
    const double ratio = mean / (1 + mean);
    for (double p = 1 / (1 + mean); p > 1e-16; p *= ratio) law.probability.push_back(p);
    return law;
  }
  const double spread = 9 * std::sqrt(mean) + 12;
  law.first = static_cast<std::size_t>(std::max(0.0, std::floor(mean - spread)));
  const auto last = static_cast<std::size_t>(mean + spread);
  for (std::size_t n = law.first; n <= last; ++n) {
    const auto x = static_cast<double>(n);
    law.probability.push_back(std::exp(x * std::log(mean) - mean - std::lgamma(x + 1)));
  }
  return law;
}

/// Stationary probabilities of the queue's length at the ends of batches, by iterating the chain.
std::vector<double> queue_after_batches(const std::vector<ArrivalsDuringBatch>& arrivals,
                                        const BatchServer& server, std::size_t states) {
  const auto least = static_cast<std::size_t>(server.least);
  const auto most = static_cast<std::size_t>(server.most);
  std::vector<double> now(states, 0.0);
  std::vector<double> next(states);
  now[0] = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::fill(next.begin(), next.end(), 0.0);
    for (std::size_t n = 0; n < states; ++n) {
      if (now[n] < 1e-18) continue;
      const std::size_t taken = std::min(std::max(n, least), most);
      const std::size_t left = n > taken ? n - taken : 0;
      const ArrivalsDuringBatch& law = arrivals[taken];
      for (std::size_t i = 0; i < law.probability.size(); ++i) {
        next[std::min(left + law.first + i, states - 1)] += now[n] * law.probability[i];
      }
    }
    double total = 0;
    for (const double p : next) total += p;
    double change = 0;
    for (std::size_t n = 0; n < states; ++n) {
      next[n] /= total;
      change += std::abs(next[n] - now[n]);
    }
    now.swap(next);
    if (change < 1e-12) break;
  }
  return now;
}

}  // namespace

BatchEstimate batch_server(const BatchServer& server) {
  assert(server.least >= 1 && server.most >= server.least);
  BatchEstimate result;
  const double lambda = server.arrivals_per_second;
  const double load = lambda * server.service_seconds(server.most) / server.most;
  if (load >= 1) {
    result.stable = false;
    return result;
  }
  if (lambda == 0) {
    result.mean_batch = server.least;
    result.mean_service_seconds = server.service_seconds(server.least);
    result.mean_service_squared = result.mean_service_seconds * result.mean_service_seconds;
    return result;
  }
  std::vector<ArrivalsDuringBatch> arrivals(1);
  for (int k = 1; k <= server.most; ++k) {
    arrivals.push_back(arrivals_during(lambda * server.service_seconds(k), server.exponential));
  }
  const double reach = 40 / (1 - load) + 4 * static_cast<double>(arrivals.back().probability.size());
  const auto states = static_cast<std::size_t>(std::min(4000.0, reach + 4.0 * server.most));
  const std::vector<double> queue = queue_after_batches(arrivals, server, states);

  double cycle = 0;    // mean time from the end of a batch to the end of the next
  double waiting = 0;  // integral of the queue over it
  double busy = 0, calls = 0, service = 0, service_squared = 0;
  for (std::size_t n = 0; n < states; ++n) {
    const int present = static_cast<int>(n);
    const int taken = std::min(std::max(present, server.least), server.most);
    const double seconds = server.service_seconds(taken);
    const double squared = seconds * seconds * (server.exponential ? 2 : 1);
    const double left = std::max(0, present - taken);
    const double idle = std::max(0, server.least - present) / lambda;
    for (int j = present; j < server.least; ++j) waiting += queue[n] * j / lambda;
    waiting += queue[n] * (left * seconds + lambda * squared / 2);
    cycle += queue[n] * (idle + seconds);
    busy += queue[n] * seconds;
    calls += queue[n] * taken;
    service += queue[n] * taken * seconds;
    service_squared += queue[n] * taken * squared;
  }
  result.mean_wait_seconds = waiting / cycle / lambda;
  result.mean_batch = calls;
  result.mean_service_seconds = service / calls;
  result.mean_service_squared = service_squared / calls;
  result.busy = busy / cycle;
  return result;
}

}  // namespace windtunnel::queueing
