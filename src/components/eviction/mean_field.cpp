// Hit ratios of policies in which a key passes several stages, each for a time that is the same for all keys
// and follows from the stage's capacity: for each key a renewal process, for each stage one equation.

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "components/eviction/occupancy_laws.hpp"
#include "kernel/elementary.hpp"

namespace windtunnel::eviction {

namespace {

constexpr int kMostSteps = 400;
constexpr double kPrecision = 1e-7;
constexpr double kLongestLog = 60;    // a stage that never fills
constexpr double kOldShare = 0.02;    // of SIEVE's evictions; see sieve_occupancy
constexpr double kLargestRate = 150;  // e^(4x) must stay finite

/// A stay that lasts `certain` for sure and then ends exponentially, `mean` in all; or ends at the first
/// request after the entry's expiry. An expired entry that nobody asks for is evicted after `certain` more.
struct Stay {
  double fresh;     ///< expected time before the expiry
  double resident;  ///< expected time in all
  double outlived;  ///< probability that the expiry ended it
};

Stay cut_by_age(double certain, double mean, double ttl, double p) {
  const double beyond = std::max(mean - certain, 0.0);
  const double left = std::max(ttl - certain, 0.0);
  const double expires = left > 0 && beyond > 0 ? elementary::exp(-left / beyond) : left > 0 ? 0 : 1;
  const double fresh = std::min(certain, ttl) + beyond * (1 - expires);
  const double asked_for = expires * lru_law(p * (ttl < certain ? certain - ttl : certain));
  return {fresh, fresh + asked_for / p, asked_for};
}

/// For policies of one stage: `stay_of(p, time)` is the stay of a key, the time such that all fit.
template <class StayOf>
Occupancy occupancy_of_stays(const StayOf& stay_of, const Popularity& popularity, double capacity) {
  const auto cycle = [](const Stay& stay, double p) { return stay.resident + (1 - stay.outlived) / p; };
  const auto items = [&](double time) {
    double sum = 0;
    for (const auto& [p, count] : popularity.groups) {
      const Stay stay = stay_of(p, time);
      sum += count * stay.resident / cycle(stay, p);
    }
    return sum;
  };
  const double time = time_that_fills(items, capacity);
  Occupancy fresh;
  for (const auto& group : popularity.groups) {
    const Stay stay = stay_of(group.probability, time);
    fresh.push_back(stay.fresh / cycle(stay, group.probability));
  }
  return fresh;
}

/// What a key does from one fill in a cache without memory of it to the next such fill, in requests.
struct Life {
  double probation, ghost, main, fresh, unknown;
  double cycle() const { return probation + ghost + main + unknown; }
};

/// S3-FIFO and 2Q: a key enters a FIFO for the time `probation`; leaves it for the main part (`promotion` of
/// x = requests for it meanwhile) or is remembered for the time `ghost`, in which a request brings it to the
/// main part; stays there for a while and is forgotten. An expired key starts over when it is asked for.
struct ProbationPolicy {
  double probation_share, ghost_share;  // of the capacity
  double (*promotion)(double x);        // probability, by requests expected during probation
  double (*main_laps)(double x);        // mean stay in the main part in units of its time, by x = p * time
};

struct Times {
  double probation, ghost, main;
};

Life life_of(const ProbationPolicy& policy, double p, const Times& times, double ttl) {
  const double mean_stay = times.main * policy.main_laps(std::min(p * times.main, kLargestRate));
  const Stay probation = cut_by_age(times.probation, times.probation, ttl, p);
  const double passed = 1 - probation.outlived;
  const double promoted = passed * policy.promotion(p * probation.fresh);
  const double remembered = (passed - promoted) * lru_law(p * times.ghost);
  const Stay same_fill = cut_by_age(times.main, mean_stay, std::max(ttl - times.probation, 0.0), p);
  const Stay new_fill = cut_by_age(times.main, mean_stay, ttl, p);
  return {.probation = probation.resident,
          .ghost = remembered / p,
          .main = promoted * same_fill.resident + remembered * new_fill.resident,
          .fresh = probation.fresh + promoted * same_fill.fresh + remembered * new_fill.fresh,
          .unknown = (passed - promoted * same_fill.outlived - remembered * new_fill.outlived) / p};
}

/// Moves a time so that its stage holds what it can; the occupancy grows at most about linearly with it.
bool adjust(double& log_time, double wanted, double held) {
  const double step = std::clamp(0.7 * elementary::log(wanted / held), -1.0, 1.0);
  log_time = std::min(log_time + step, kLongestLog);
  return std::abs(step) < kPrecision || log_time == kLongestLog;
}

Occupancy probation_occupancy(const ProbationPolicy& policy, const Popularity& popularity, double capacity,
                              double ttl) {
  const double start = elementary::log(time_to_fill(fifo_law, popularity, capacity));
  std::array<double, 3> logs = {start - 2, start, start};
  Occupancy fresh(popularity.groups.size());
  for (int step = 0; step < kMostSteps; ++step) {
    const Times times{elementary::exp(logs[0]), elementary::exp(logs[1]), elementary::exp(logs[2])};
    double in_probation = 0, in_ghosts = 0, in_main = 0;
    for (std::size_t i = 0; i < popularity.groups.size(); ++i) {
      const auto& [probability, count] = popularity.groups[i];
      const Life life = life_of(policy, probability, times, ttl);
      const double per_time = count / life.cycle();
      in_probation += life.probation * per_time;
      in_ghosts += life.ghost * per_time;
      in_main += life.main * per_time;
      fresh[i] = life.fresh / life.cycle();
    }
    const bool probation_done = adjust(logs[0], policy.probation_share * capacity, in_probation);
    const bool ghosts_done = adjust(logs[1], policy.ghost_share * capacity, in_ghosts);
    const bool main_done = adjust(logs[2], (1 - policy.probation_share) * capacity, in_main);
    if (probation_done && ghosts_done && main_done) break;
  }
  return fresh;
}

/// Expected laps of an entry that starts with a count of 0 in a FIFO where it starts over, one count less,
/// while it has any; counts stop at 3. With P_k the probability of k requests in a lap (P_3: 3 or more):
///   E_0 = 1 + P_1 E_0 + P_2 E_1 + P_3 E_2
///   E_1 = 1 + P_0 E_0 + P_1 E_1 + (P_2 + P_3) E_2
///   E_2 = 1 + P_0 E_1 + (1 - P_0) E_2
double s3_laps(double x) {
  const double p0 = elementary::exp(-x);
  const double p2 = x * x / 2 * p0;
  const double two_or_more = 1 - p0 - x * p0;
  const double above = 1 / p0 + two_or_more / (p0 * p0);  // E_1 - E_0
  return (1 + two_or_more * above + (two_or_more - p2) / p0) / p0;
}

/// Twice or more during probation.
double s3_promotion(double x) { return 1 - elementary::exp(-x) * (1 + x); }

double never(double) { return 0; }

/// LRU: until the first gap between requests longer than the time, in units of it: (e^x - 1) / x.
double lru_stay(double x) { return x < 1e-6 ? 1 : (elementary::exp(x) - 1) / x; }

}  // namespace

Occupancy s3_fifo_occupancy(const Popularity& popularity, double capacity, double ttl) {
  return probation_occupancy({0.1, 0.9, s3_promotion, s3_laps}, popularity, capacity, ttl);
}

Occupancy two_queue_occupancy(const Popularity& popularity, double capacity, double ttl) {
  return probation_occupancy({0.25, 0.5, never, lru_stay}, popularity, capacity, ttl);
}

/// The hand needs the time T from end to end, and of it the time r T for entries that it has seen before, at
/// the old end. A new entry is met for the first time after a time uniform on [0, r T], then every T, and
/// stays if it was asked for in between. r is the share of evictions that hit entries seen before. Its own
/// equation has a solution near 0, where the hand would wait at the young end for ever and which caches of
/// finite size do not reach; constant here, the one number in this file that comes from simulations.
Occupancy sieve_occupancy(const Popularity& popularity, double capacity, double ttl) {
  const auto stay_of = [&](double p, double time) {
    const double x = std::min(p * time, kLargestRate);
    const double y = x * kOldShare;
    const double survives = y < 1e-6 ? y / 2 : 1 - lru_law(y) / y;
    const double first = time * kOldShare / 2;
    return cut_by_age(first, first + time * survives * elementary::exp(x), ttl, p);
  };
  return occupancy_of_stays(stay_of, popularity, capacity);
}

/// An entry stays for as many laps as it was asked for in every one, e^x of them in the mean.
Occupancy clock_occupancy(const Popularity& popularity, double capacity, double ttl) {
  const auto stay_of = [&](double p, double time) {
    return cut_by_age(time, time * elementary::exp(std::min(p * time, kLargestRate)), ttl, p);
  };
  return occupancy_of_stays(stay_of, popularity, capacity);
}

}  // namespace windtunnel::eviction
