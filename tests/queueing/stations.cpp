// Closed forms of single stations, to the twelve digits of tests/oracles/queueing.csv.
#include "queueing/stations.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "queueing/oracles.hpp"

namespace windtunnel::queueing {
namespace {

struct Percentile {
  const char* name;
  double q;
};
constexpr Percentile percentiles[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}};

struct MMcCase {
  const char* oracle;
  MMc station;
};
constexpr MMcCase mmc_cases[] = {
    {"mm1-l5-m10", {5, 0.1, 1}},  {"mm1-l8-m10", {8, 0.1, 1}},  {"mm1-l300-m1000", {300, 0.001, 1}},
    {"mmc-c2-a1.6", {1.6, 1, 2}}, {"mmc-c4-a3.2", {3.2, 1, 4}}, {"mmc-c100-a90.0", {90, 1, 100}},
};

TEST_CASE("M/M/c: means and percentiles of wait and response") {
  for (const auto& [name, station] : mmc_cases) {
    const std::string id = name;
    const bool single = station.servers == 1;
    check_oracle(id, "utilization", station.utilization());
    check_oracle(id, single ? "prob_wait" : "prob_wait_erlang_c", station.probability_of_wait());
    check_oracle(id, "mean_wait_s", station.mean_wait());
    check_oracle(id, "mean_response_s", station.mean_sojourn());
    check_oracle(id, "mean_queue_len", station.mean_wait() * station.arrivals_per_second);
    check_oracle(id, "mean_in_system", station.mean_sojourn() * station.arrivals_per_second);
    for (const auto& [percentile, q] : percentiles) {
      if (single || std::string(percentile) != "p95") {
        check_oracle(id, std::string("wait_") + percentile + "_s", station.wait_quantile(q));
      }
      check_oracle(id, std::string("response_") + percentile + "_s", station.sojourn_quantile(q));
    }
  }
}

TEST_CASE("M/M/c where waiting and serving have the same rate: the limit, not a division by zero") {
  const MMc station{1, 1, 2};  // 2μ - λ = μ
  const double waits = station.probability_of_wait();
  CHECK(station.sojourn_tail(1.5) == doctest::Approx(std::exp(-1.5) * (1 + waits * 1.5)).epsilon(1e-12));
}

TEST_CASE("An overloaded queue has no mean") {
  const MMc station{11, 0.1, 1};
  CHECK(std::isinf(station.mean_wait()));
  CHECK(std::isinf(station.sojourn_quantile(0.5)));
  CHECK(erlang_c(1, 1.1) == 1);
}

TEST_CASE("Erlang B: loss without a queue") {
  const struct {
    const char* oracle;
    int servers;
    double load;
  } cases[] = {
      {"erlb-c1-a1", 1, 1}, {"erlb-c5-a5", 5, 5}, {"erlb-c10-a10", 10, 10}, {"erlb-c100-a120", 100, 120}};
  for (const auto& one : cases) {
    const double lost = erlang_b(one.servers, one.load);
    check_oracle(one.oracle, "blocking_prob", lost);
    check_oracle(one.oracle, "carried_load", one.load * (1 - lost));
  }
  CHECK(erlang_b(3, 0) == 0);
  CHECK(erlang_b(100'000, 90'000) >= 0);  // beyond any factorial
}

TEST_CASE("M/M/c/K: what a full queue turns away, and how long the others wait") {
  const struct {
    const char* oracle;
    double arrivals;
    int servers, capacity;
  } cases[] = {{"mmck-l8-c1-K5", 8, 1, 5}, {"mmck-l9-c1-K20", 9, 1, 20}, {"mmck-l38-c4-K12", 38, 4, 12}};
  for (const auto& one : cases) {
    const BoundedQueue queue = bounded_queue(one.arrivals, 0.1, one.servers, one.capacity);
    check_oracle(one.oracle, "blocking_prob", queue.blocked);
    check_oracle(one.oracle, "throughput_per_s", queue.throughput_per_second);
    check_oracle(one.oracle, "mean_in_system", queue.mean_present);
    check_oracle(one.oracle, "mean_wait_accepted_s", queue.mean_wait);
    check_oracle(one.oracle, "utilization", queue.utilization);
    if (one.servers > 1) continue;
    for (const Percentile& p : {percentiles[0], percentiles[1], percentiles[3]}) {
      check_oracle(one.oracle, std::string("response_accepted_") + p.name + "_s",
                   single_server_bounded_quantile(queue, 0.1, p.q));
    }
  }
  CHECK(bounded_queue(1e6, 1, 5, 500).blocked == doctest::Approx(1 - 5e-6).epsilon(1e-9));  // no overflow
}

TEST_CASE("Erlang A: callers who lose patience in the queue") {
  const struct {
    const char* oracle;
    double arrivals, service;
    int servers;
    double patience;
  } cases[] = {{"erlangA-l95-c100-th0.5", 95, 1, 100, 2},
               {"erlangA-l9-c10-th0.2", 9, 1, 10, 5},
               {"erlangA-l15-c1-th2", 15, 0.1, 1, 0.5}};
  for (const auto& one : cases) {
    const Impatient result = erlang_a(one.arrivals, one.service, one.servers, one.patience);
    check_oracle(one.oracle, "prob_abandon", result.abandoned);
    check_oracle(one.oracle, "prob_wait", result.probability_of_wait);
    check_oracle(one.oracle, "mean_queue_len", result.mean_queue);
    check_oracle(one.oracle, "mean_wait_all_s", result.mean_wait);
    check_oracle(one.oracle, "throughput_per_s", result.throughput_per_second);
  }
}

TEST_CASE("M/M/1 with a deadline in the queue") {
  const struct {
    const char* oracle;
    double arrivals, patience;
  } cases[] = {{"mm1D-l8-tau0.5", 8, 0.5}, {"mm1D-l20-tau0.3", 20, 0.3}};
  for (const auto& one : cases) {
    const Deadline result = mm1_with_deadline(one.arrivals, 0.1, one.patience);
    check_oracle(one.oracle, "prob_timeout", result.expired);
    check_oracle(one.oracle, "utilization", result.utilization);
    check_oracle(one.oracle, "mean_wait_of_served_s", result.mean_wait_of_served);
  }
  check_oracle("zombie-l8", "prob_timeout", MMc{8, 0.1, 1}.sojourn_tail(0.5));
}

TEST_CASE("M/M/1 with breakdowns") {
  check_oracle("breakdown-l0.5", "mean_in_system", mm1_with_breakdowns_mean_present(0.5, 1, 20, 2));
}

TEST_CASE("M/G/1: Pollaczek and Khinchine") {
  const double h2_third =
      6 * (0.887298334621 / std::pow(1.77459666924, 3) + 0.112701665379 / std::pow(0.225403330759, 3));
  const struct {
    const char* oracle;
    double arrivals, cv2, third_moment;
  } cases[] = {{"mg1-h2-r0.5", 0.5, 4, h2_third},
               {"mg1-e4-r0.7", 0.7, 0.25, 4.0 * 5 * 6 / 64},
               {"mg1-ln1-r0.8", 0.8, 1, 8},
               {"mg1-ln9-r0.6", 0.6, 9, 1000}};
  for (const auto& one : cases) {
    check_oracle(one.oracle, "mean_wait_s", mg1_mean_wait(one.arrivals, 1, one.cv2));
    check_oracle(one.oracle, "wait_variance_s2",
                 mg1_wait_variance(one.arrivals, 1, one.cv2, one.third_moment));
  }
}

TEST_CASE("M/D/1: the whole distribution, where the alternating series fails") {
  const struct {
    const char* oracle;
    double arrivals;
  } cases[] = {{"md1-r0.5", 5}, {"md1-r0.8", 8}};
  for (const auto& one : cases) {
    const MD1 queue(one.arrivals, 0.1);
    check_oracle(one.oracle, "mean_wait_s", mg1_mean_wait(one.arrivals, 0.1, 0));
    check_oracle(one.oracle, "prob_wait", 1 - queue.wait_cdf(0));
    for (const Percentile& p :
         {percentiles[0], percentiles[1], percentiles[2], percentiles[3], percentiles[4]}) {
      check_oracle(one.oracle, std::string("wait_") + p.name + "_s", queue.wait_quantile(p.q), 1e-9);
    }
  }
  // Far out in heavy load the tail is C exp(-η t / D), η the root of ρ (exp(η) - 1) = η (Tijms 2003, section
  // 9.2).
  double eta = 0.1;
  for (int round = 0; round < 2000; ++round) eta = std::log1p(eta / 0.95);
  const double factor = (1 - 0.95) / (0.95 * std::exp(eta) - 1);
  CHECK(MD1(9.5, 0.1).wait_quantile(0.999999) ==
        doctest::Approx(0.1 * std::log(factor / 1e-6) / eta).epsilon(1e-6));
}

TEST_CASE("M/D/c by Cosmetatos: exact at one server, half of M/M/c in heavy traffic") {
  CHECK(mdc_mean_wait(8, 0.1, 1) == doctest::Approx(0.2));
  CHECK(mdc_mean_wait(99.9, 0.1, 10) / MMc{99.9, 0.1, 10}.mean_wait() == doctest::Approx(0.5).epsilon(0.01));
}

TEST_CASE("Renewal arrivals: Kingman, Allen and Cunneen, GI/M/1") {
  check_oracle("dm1", "kingman_vut_approx_mean_wait_s", kingman_mean_wait(0.8, 0, 1, 1));
  check_oracle("dm1", "kingman_bound_mean_wait_s", kingman_bound(0.8, 0, 1, 1));
  const double sigma = gim1_sigma(1, [](double s) { return std::exp(-1.25 * s); });
  check_oracle("dm1", "prob_wait", sigma);
  check_oracle("dm1", "mean_wait_s", sigma / (1 - sigma));
  check_oracle("dm1", "response_p99_s", -std::log(0.01) / (1 - sigma));
  // Exact for the two cases that it joins.
  CHECK(allen_cunneen_mean_wait({8, 0.1, 1}, 1, 0.25) == doctest::Approx(mg1_mean_wait(8, 0.1, 0.25)));
  CHECK(allen_cunneen_mean_wait({3.2, 1, 4}, 1, 1) == doctest::Approx(MMc{3.2, 1, 4}.mean_wait()));
}

TEST_CASE("Processor sharing: the mean does not see the law of service") {
  check_oracle("mm1ps-r0.5", "mean_response_s", ps_mean_sojourn(0.5, 1));
  check_oracle("mm1ps-r0.5", "response_variance_s2", mm1_ps_variance(0.5, 1));
  check_oracle("mg1ps-deterministic", "mean_response_s", ps_mean_sojourn(0.7, 1));
}

TEST_CASE("Priorities: Cobham, with and without preemption, at one and at several servers") {
  const std::vector<PriorityClass> classes = {{0.3, 1, 1}, {0.4, 1, 1}};
  check_oracle("prio-a", "nonpreemptive_wait_class1_s", priority_waits(classes)[0]);
  check_oracle("prio-a", "nonpreemptive_wait_class2_s", priority_waits(classes)[1]);
  check_oracle("prio-a", "preemptive_resume_response_class1_s", preemptive_sojourns(classes)[0]);
  check_oracle("prio-a", "preemptive_resume_response_class2_s", preemptive_sojourns(classes)[1]);
  const std::vector<double> waits = priority_waits({1.5, 1.7}, 1, 4);
  check_oracle("prio-mmc", "wait_class1_s", waits[0]);
  check_oracle("prio-mmc", "wait_class2_s", waits[1]);
  CHECK(std::isinf(priority_waits({{0.5, 1, 1}, {0.6, 1, 1}})[1]));
}

}  // namespace
}  // namespace windtunnel::queueing
