// Stations with Poisson or renewal arrivals: M/M/c and its kin. Rates per second, times in seconds.
//
// λ arrivals per second, S the service time, c servers, a = λ E[S] the offered load in servers,
// ρ = a / c the utilization. Functions of an infinite queue give infinity where ρ >= 1.
#pragma once

#include <functional>
#include <vector>

namespace windtunnel::queueing {

/// Share of arrivals lost at c servers without a queue, for any law of service (Erlang 1917). a >= 0.
double erlang_b(int servers, double offered_load);

/// Share of arrivals that wait at an M/M/c (Erlang 1917); 1 where ρ >= 1.
double erlang_c(int servers, double offered_load);

/// M/M/c, first come first served (Kleinrock, Queueing Systems I, 1975, section 3.5).
struct MMc {
  double arrivals_per_second = 0;
  double service_seconds = 0;  ///< mean
  int servers = 1;

  double utilization() const { return arrivals_per_second * service_seconds / servers; }
  double probability_of_wait() const;
  double mean_wait() const;
  double mean_sojourn() const { return mean_wait() + service_seconds; }
  /// P(wait > t), t >= 0: C exp(-(cμ - λ) t).
  double wait_tail(double t) const;
  /// P(wait + service > t): the exact convolution, also where cμ - λ equals μ.
  double sojourn_tail(double t) const;
  double wait_quantile(double q) const;
  double sojourn_quantile(double q) const;
};

/// M/M/c/K: at most `capacity` calls inside (waiting and served), further ones are turned away.
struct BoundedQueue {
  double blocked = 0;  ///< share of arrivals turned away
  double utilization = 0;
  double throughput_per_second = 0;
  double mean_present = 0;
  double mean_wait = 0;                  ///< of those let in
  double probability_of_wait = 0;        ///< of those let in
  std::vector<double> seen_by_accepted;  ///< P(an arrival that is let in finds n inside)
};
/// By balance of births and deaths; any load, capacity >= servers.
BoundedQueue bounded_queue(double arrivals_per_second, double service_seconds, int servers, int capacity);
/// The response's quantile at one server: Erlang laws mixed by what an arrival finds.
double single_server_bounded_quantile(const BoundedQueue& queue, double service_seconds, double q);

/// M/M/c+M: callers in the queue leave at rate 1/patience (Palm 1957; Erlang A).
struct Impatient {
  double probability_of_wait = 0;
  double abandoned = 0;  ///< share of arrivals
  double mean_queue = 0;
  double mean_wait = 0;  ///< of all arrivals
  double throughput_per_second = 0;
};
Impatient erlang_a(double arrivals_per_second, double service_seconds, int servers, double patience_seconds);

/// M/M/1 whose callers leave the queue after exactly `patience` (Barrer 1957; density of the virtual wait).
struct Deadline {
  double expired = 0;  ///< share of arrivals
  double utilization = 0;
  double mean_wait_of_served = 0;
};
Deadline mm1_with_deadline(double arrivals_per_second, double service_seconds, double patience_seconds);

/// Calls in an M/M/1 whose server breaks and is mended at random, busy or not; its work is kept
/// (White and Christie, Operations Research 6(1) 1958).
double mm1_with_breakdowns_mean_present(double arrivals_per_second, double service_seconds,
                                        double mean_up_seconds, double mean_down_seconds);

/// Mean wait of M/G/1 (Pollaczek 1930, Khinchine 1932): ρ (1 + cv²) E[S] / (2 (1 - ρ)).
double mg1_mean_wait(double arrivals_per_second, double service_seconds, double service_cv2);
/// Variance of that wait: E[W]² + λ E[S³] / (3 (1 - ρ)) (Kleinrock I, eq. 5.114).
double mg1_wait_variance(double arrivals_per_second, double service_seconds, double service_cv2,
                         double third_moment);

/// M/D/1: the wait's distribution with positive terms only, where the alternating series of Crommelin (1932)
/// loses all digits (Franx, Operations Research Letters 29(5) 2001, with the stable recursion of Ramaswami,
/// Stochastic Models 4(1) 1988, for the states). ρ < 0.999.
class MD1 {
 public:
  MD1(double arrivals_per_second, double service_seconds);
  double wait_cdf(double t) const;
  double wait_quantile(double q) const;

 private:
  double arrivals_;
  double service_;
  std::vector<double> at_most_;  // P(at most n calls inside)
};

/// Mean wait of M/D/c by Cosmetatos (European J. Operational Research 1975), within 2% of exact.
double mdc_mean_wait(double arrivals_per_second, double service_seconds, int servers);

/// Kingman's formula for one server (VUT, Hopp and Spearman, Factory Physics): ρ/(1-ρ) (ca² + cs²)/2 E[S].
double kingman_mean_wait(double utilization, double arrival_cv2, double service_seconds, double service_cv2);
/// Kingman's bound (1962): λ (σa² + σs²) / (2 (1 - ρ)), never below the mean wait of a GI/G/1.
double kingman_bound(double arrivals_per_second, double arrival_cv2, double service_seconds,
                     double service_cv2);

/// Mean wait of G/G/c (Allen, Probability, Statistics and Queueing Theory, 1990, after Cunneen): the M/M/c's
/// times (ca² + cs²) / 2. Exact for M/M/c and M/G/1.
double allen_cunneen_mean_wait(const MMc& station, double arrival_cv2, double service_cv2);

/// GI/M/1: the root σ in (0, 1) of σ = A*(μ (1 - σ)), A* the Laplace transform of the gaps; an arrival waits
/// with probability σ and its response is exponential with rate μ (1 - σ) (Kleinrock I, section 6.4).
double gim1_sigma(double service_seconds, const std::function<double(double)>& transform_of_gaps);

/// Processor sharing at one server: mean response E[S] / (1 - ρ) whatever the law of service.
double ps_mean_sojourn(double arrivals_per_second, double service_seconds);
/// Variance for exponential service (Coffman, Muntz, Trotter, J. ACM 17(1) 1970).
double mm1_ps_variance(double arrivals_per_second, double service_seconds);

/// Classes of one priority queue, the most urgent first.
struct PriorityClass {
  double arrivals_per_second = 0;
  double service_seconds = 0;
  double service_cv2 = 1;
};
/// Mean waits at one server without preemption (Cobham, Operations Research 2(1) 1954).
std::vector<double> priority_waits(const std::vector<PriorityClass>& classes);
/// The same at c servers, all classes exponential with one mean.
std::vector<double> priority_waits(const std::vector<double>& arrivals_per_second, double service_seconds,
                                   int servers);
/// Mean responses at one server with preemption, work being resumed (Kleinrock II, 1976, section 3.6).
std::vector<double> preemptive_sojourns(const std::vector<PriorityClass>& classes);

}  // namespace windtunnel::queueing
