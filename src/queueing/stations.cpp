#include "queueing/stations.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "queueing/root.hpp"

namespace windtunnel::queueing {
namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

/// By 1/B(k) = 1 + k/(a B(k-1)): sums of positive terms, no factorials.
double erlang_b(int servers, double offered_load) {
  assert(servers >= 0 && offered_load >= 0);
  if (offered_load == 0) return servers == 0 ? 1 : 0;
  double inverse = 1;
  for (int k = 1; k <= servers; ++k) inverse = 1 + inverse * k / offered_load;
  return 1 / inverse;
}

double erlang_c(int servers, double offered_load) {
  const double utilization = offered_load / servers;
  if (utilization >= 1) return 1;
  const double lost = erlang_b(servers, offered_load);
  return lost / (1 - utilization * (1 - lost));
}

double MMc::probability_of_wait() const { return erlang_c(servers, arrivals_per_second * service_seconds); }

double MMc::mean_wait() const {
  if (utilization() >= 1) return infinity;
  return probability_of_wait() * service_seconds / (servers * (1 - utilization()));
}

double MMc::wait_tail(double t) const {
  if (utilization() >= 1) return 1;
  return probability_of_wait() * std::exp(-servers * (1 - utilization()) * t / service_seconds);
}

double MMc::sojourn_tail(double t) const {
  if (utilization() >= 1) return 1;
  const double rate = 1 / service_seconds;
  const double drain = servers * (1 - utilization()) * rate;
  const double waits = probability_of_wait();
  // C P(D + S > t) + (1 - C) P(S > t), D exponential with rate `drain`. expm1 keeps the limit drain -> rate.
  const double gap = drain - rate;
  const double both = std::abs(gap * t) < 1e-12 ? rate * t * std::exp(-rate * t)
                                                : -std::exp(-rate * t) * rate * std::expm1(-gap * t) / gap;
  return std::exp(-rate * t) + waits * both;
}

double MMc::wait_quantile(double q) const {
  if (utilization() >= 1) return infinity;
  const double waits = probability_of_wait();
  if (1 - q >= waits) return 0;
  return std::log(waits / (1 - q)) * service_seconds / (servers * (1 - utilization()));
}

double MMc::sojourn_quantile(double q) const {
  if (utilization() >= 1) return infinity;
  return where_tail_falls_to([this](double t) { return sojourn_tail(t); }, 1 - q, service_seconds);
}

BoundedQueue bounded_queue(double arrivals_per_second, double service_seconds, int servers, int capacity) {
  assert(capacity >= servers && servers >= 1);
  // Probabilities relative to the largest so far: neither overflows nor loses the small ones that matter.
  std::vector<double> states(static_cast<std::size_t>(capacity) + 1);
  states[0] = 1;
  for (int n = 1; n <= capacity; ++n) {
    const auto at = static_cast<std::size_t>(n);
    states[at] = states[at - 1] * arrivals_per_second * service_seconds / std::min(n, servers);
    if (states[at] > 1e200) {
      for (std::size_t i = 0; i <= at; ++i) states[i] *= 1e-200;
    }
  }
  double total = 0;
  for (const double state : states) total += state;

  BoundedQueue result;
  double waiting = 0;
  double busy = 0;
  double queue = 0;
  for (int n = 0; n <= capacity; ++n) {
    const double probability = states[static_cast<std::size_t>(n)] / total;
    result.mean_present += n * probability;
    busy += std::min(n, servers) * probability;
    queue += std::max(0, n - servers) * probability;
    if (n == capacity) result.blocked = probability;
    if (n >= servers && n < capacity) waiting += probability;
    if (n < capacity) result.seen_by_accepted.push_back(probability);
  }
  const double accepted = 1 - result.blocked;
  for (double& probability : result.seen_by_accepted) probability /= accepted;
  result.utilization = busy / servers;
  result.throughput_per_second = arrivals_per_second * accepted;
  result.probability_of_wait = waiting / accepted;
  result.mean_wait = arrivals_per_second > 0 ? queue / result.throughput_per_second : 0;
  return result;
}

double single_server_bounded_quantile(const BoundedQueue& queue, double service_seconds, double q) {
  const auto tail = [&](double t) {
    const double x = t / service_seconds;
    double poisson = std::exp(-x);  // P(N = n), N Poisson(x); an Erlang(n + 1) exceeds t when N <= n
    double at_most = poisson;
    double sum = 0;
    for (std::size_t n = 0; n < queue.seen_by_accepted.size(); ++n) {
      sum += queue.seen_by_accepted[n] * at_most;
      poisson *= x / static_cast<double>(n + 1);
      at_most += poisson;
    }
    return sum;
  };
  return where_tail_falls_to(tail, 1 - q, service_seconds);
}

Impatient erlang_a(double arrivals_per_second, double service_seconds, int servers, double patience_seconds) {
  const double rate = 1 / service_seconds;
  const double leaving = 1 / patience_seconds;
  double probability = 1;
  double total = 1;
  double waiting = 0;
  double queue = 0;
  double busy = 0;
  for (int n = 1;; ++n) {
    const int queued = std::max(0, n - servers);
    probability *= arrivals_per_second / (std::min(n, servers) * rate + queued * leaving);
    total += probability;
    if (n >= servers) waiting += probability;
    queue += queued * probability;
    busy += std::min(n, servers) * probability;
    if (queued > 0 && probability < 1e-18 * total) break;
    if (total > 1e200) {
      for (double* sum : {&probability, &total, &waiting, &queue, &busy}) *sum *= 1e-200;
    }
  }
  Impatient result;
  result.probability_of_wait = waiting / total;
  result.mean_queue = queue / total;
  result.abandoned = leaving * result.mean_queue / arrivals_per_second;
  result.mean_wait = result.mean_queue / arrivals_per_second;
  result.throughput_per_second = busy / total * rate;
  return result;
}

Deadline mm1_with_deadline(double arrivals_per_second, double service_seconds, double patience_seconds) {
  const double lambda = arrivals_per_second;
  const double drain = 1 / service_seconds - lambda;
  const double tau = patience_seconds;
  // Integrals of exp(-drain x) and x exp(-drain x) over (0, τ); drain may be of either sign.
  const double x = drain * tau;
  const double decay = std::exp(-x);
  const double area = std::abs(x) < 1e-9 ? tau : -std::expm1(-x) / drain;
  const double moment = std::abs(x) < 1e-5 ? tau * tau / 2 : (-std::expm1(-x) - x * decay) / (drain * drain);
  const double beyond = lambda * decay * service_seconds;
  const double empty = 1 / (1 + lambda * area + beyond);
  Deadline result;
  result.expired = empty * beyond;
  result.utilization = lambda * service_seconds * (1 - result.expired);
  result.mean_wait_of_served = empty * lambda * moment / (1 - result.expired);
  return result;
}

double mm1_with_breakdowns_mean_present(double arrivals_per_second, double service_seconds,
                                        double mean_up_seconds, double mean_down_seconds) {
  const double lambda = arrivals_per_second;
  const double mu = 1 / service_seconds;
  const double breaks = 1 / mean_up_seconds;
  const double mends = 1 / mean_down_seconds;
  const double spare = mends * (mu - lambda) - breaks * lambda;
  if (spare <= 0) return infinity;
  const double both = breaks + mends;
  return lambda * (both * both + mu * breaks) / (both * spare);
}

double mg1_mean_wait(double arrivals_per_second, double service_seconds, double service_cv2) {
  const double utilization = arrivals_per_second * service_seconds;
  if (utilization >= 1) return infinity;
  return utilization * (1 + service_cv2) * service_seconds / (2 * (1 - utilization));
}

double mg1_wait_variance(double arrivals_per_second, double service_seconds, double service_cv2,
                         double third_moment) {
  const double utilization = arrivals_per_second * service_seconds;
  if (utilization >= 1) return infinity;
  const double wait = mg1_mean_wait(arrivals_per_second, service_seconds, service_cv2);
  return wait * wait + arrivals_per_second * third_moment / (3 * (1 - utilization));
}

MD1::MD1(double arrivals_per_second, double service_seconds)
    : arrivals_(arrivals_per_second), service_(service_seconds) {
  const double load = arrivals_ * service_;
  assert(load < 1);
  // tail[j]: P(at least j arrivals during one service).
  std::vector<double> arrivals{std::exp(-load)};
  while (arrivals.back() > 1e-30 || static_cast<double>(arrivals.size()) < load + 2) {
    arrivals.push_back(arrivals.back() * load / static_cast<double>(arrivals.size()));
  }
  std::vector<double> tail(arrivals.size() + 1, 0.0);
  for (std::size_t j = arrivals.size(); j-- > 0;) tail[j] = tail[j + 1] + arrivals[j];
  const auto tail_of = [&](std::size_t j) { return j < tail.size() ? tail[j] : 0.0; };

  std::vector<double> states{1 - load};
  double left = load;
  for (std::size_t n = 1; left > 1e-15 && n < 200'000; ++n) {
    double sum = states[0] * tail_of(n);
    for (std::size_t i = n > tail.size() ? n - tail.size() : 1; i < n; ++i)
      sum += states[i] * tail_of(n + 1 - i);
    states.push_back(sum / (1 - tail_of(1)));
    left -= states.back();
    if (states.back() < 1e-18) break;
  }
  double sum = 0;
  for (const double state : states) at_most_.push_back(sum += state);
}

double MD1::wait_cdf(double t) const {
  if (t < 0) return 0;
  // Franx: for (k-1) D <= t < kD the sum over j < k of P(at most k - j calls inside) Poisson(j; λ (kD - t)).
  const double k = std::floor(t / service_) + 1;
  const double mean = arrivals_ * (k * service_ - t);
  double poisson = std::exp(-mean);
  double sum = 0;
  const auto terms = static_cast<std::size_t>(k);
  for (std::size_t j = 0; j < terms && poisson > 0; ++j) {
    sum += poisson * at_most_[std::min(terms - j, at_most_.size() - 1)];
    poisson *= mean / static_cast<double>(j + 1);
  }
  return std::min(sum, 1.0);
}

double MD1::wait_quantile(double q) const {
  if (wait_cdf(0) >= q) return 0;
  return where_tail_falls_to([this](double t) { return 1 - wait_cdf(t); }, 1 - q, service_);
}

double mdc_mean_wait(double arrivals_per_second, double service_seconds, int servers) {
  const MMc station{arrivals_per_second, service_seconds, servers};
  const double rho = station.utilization();
  if (rho >= 1) return infinity;
  if (rho == 0) return 0;
  const double c = servers;
  const double correction = (1 - rho) * (c - 1) * (std::sqrt(4 + 5 * c) - 2) / (16 * rho * c);
  return (1 + correction) / 2 * station.mean_wait();
}

double kingman_mean_wait(double utilization, double arrival_cv2, double service_seconds, double service_cv2) {
  if (utilization >= 1) return infinity;
  return utilization / (1 - utilization) * (arrival_cv2 + service_cv2) / 2 * service_seconds;
}

double kingman_bound(double arrivals_per_second, double arrival_cv2, double service_seconds,
                     double service_cv2) {
  const double utilization = arrivals_per_second * service_seconds;
  if (utilization >= 1) return infinity;
  const double gaps_variance = arrival_cv2 / (arrivals_per_second * arrivals_per_second);
  const double service_variance = service_cv2 * service_seconds * service_seconds;
  return arrivals_per_second * (gaps_variance + service_variance) / (2 * (1 - utilization));
}

double allen_cunneen_mean_wait(const MMc& station, double arrival_cv2, double service_cv2) {
  return station.mean_wait() * (arrival_cv2 + service_cv2) / 2;
}

double gim1_sigma(double service_seconds, const std::function<double(double)>& transform_of_gaps) {
  // The map is increasing and convex with the root 1 besides: iterating from 0 climbs to the smaller root.
  double sigma = 0;
  for (int round = 0; round < 100'000; ++round) {
    const double next = transform_of_gaps((1 - sigma) / service_seconds);
    if (next - sigma < 1e-16) return next;
    sigma = next;
  }
  return sigma;
}

double ps_mean_sojourn(double arrivals_per_second, double service_seconds) {
  const double utilization = arrivals_per_second * service_seconds;
  return utilization >= 1 ? infinity : service_seconds / (1 - utilization);
}

double mm1_ps_variance(double arrivals_per_second, double service_seconds) {
  const double rho = arrivals_per_second * service_seconds;
  if (rho >= 1) return infinity;
  const double mean = service_seconds / (1 - rho);
  return mean * mean * (2 + rho) / (2 - rho);
}

std::vector<double> priority_waits(const std::vector<PriorityClass>& classes) {
  double residual = 0;
  for (const PriorityClass& one : classes) {
    residual +=
        one.arrivals_per_second * one.service_seconds * one.service_seconds * (1 + one.service_cv2) / 2;
  }
  std::vector<double> waits;
  double more_urgent = 0;
  for (const PriorityClass& one : classes) {
    const double load = more_urgent + one.arrivals_per_second * one.service_seconds;
    waits.push_back(load >= 1 ? infinity : residual / ((1 - more_urgent) * (1 - load)));
    more_urgent = load;
  }
  return waits;
}

std::vector<double> priority_waits(const std::vector<double>& arrivals_per_second, double service_seconds,
                                   int servers) {
  double total = 0;
  for (const double rate : arrivals_per_second) total += rate;
  const double residual = erlang_c(servers, total * service_seconds) * service_seconds / servers;
  std::vector<double> waits;
  double more_urgent = 0;
  for (const double rate : arrivals_per_second) {
    const double load = more_urgent + rate * service_seconds / servers;
    waits.push_back(load >= 1 ? infinity : residual / ((1 - more_urgent) * (1 - load)));
    more_urgent = load;
  }
  return waits;
}

std::vector<double> preemptive_sojourns(const std::vector<PriorityClass>& classes) {
  std::vector<double> sojourns;
  double more_urgent = 0;
  double residual = 0;
  for (const PriorityClass& one : classes) {
    const double load = more_urgent + one.arrivals_per_second * one.service_seconds;
    residual +=
        one.arrivals_per_second * one.service_seconds * one.service_seconds * (1 + one.service_cv2) / 2;
    sojourns.push_back(load >= 1 ? infinity
                                 : one.service_seconds / (1 - more_urgent) +
                                       residual / ((1 - more_urgent) * (1 - load)));
    more_urgent = load;
  }
  return sojourns;
}

}  // namespace windtunnel::queueing
