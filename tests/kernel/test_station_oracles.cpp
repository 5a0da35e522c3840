// Stations in steady state against the closed forms in tests/oracles/stations.csv: 32 independent runs of
// each, a Student interval over them that a correct station leaves once in 10,000 checks.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "kernel/batch_station.hpp"
#include "kernel/samplers.hpp"
#include "kernel/shared_station.hpp"
#include "kernel/simulator.hpp"
#include "kernel/station.hpp"

using namespace windtunnel;

namespace {

constexpr int runs = 32;
constexpr double student_31 = 4.45;  // two-sided 99.99%

// Sanitizers are there for memory: runs so short are biased by their start and are not judged.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool judged = false;
#else
constexpr bool judged = true;
#endif
constexpr std::uint64_t shorter = judged ? 1 : 20;

struct Oracle {
  std::string id;
  std::vector<std::string> station, arrivals, service;  // words
  int servers = 1;
  std::int64_t queue_limit = unbounded;
  std::uint64_t requests = 0;  // in each run
  bool wants_percentiles = false;
  std::vector<std::pair<std::string, double>> expected;
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<Oracle> read_oracles() {
  std::ifstream file(WINDTUNNEL_ROOT "/tests/oracles/stations.csv");
  std::vector<Oracle> oracles;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#' || line.starts_with("id,")) continue;
    const std::vector<std::string> cells = split(line, ',');
    REQUIRE(cells.size() == 9);
    Oracle& oracle = oracles.emplace_back();
    oracle.id = cells[0];
    oracle.station = split(cells[1], ' ');
    oracle.servers = std::stoi(cells[2]);
    if (cells[3] != "-") oracle.queue_limit = std::stoi(cells[3]);
    oracle.arrivals = split(cells[4], ' ');
    oracle.service = split(cells[5], ' ');
    oracle.requests = std::stoul(cells[6]) * 1000 / runs / shorter;
    oracle.wants_percentiles = cells[8].find("_p9") != std::string::npos;
    for (const std::string& pair : split(cells[8], ' ')) {
      const std::size_t equals = pair.find('=');
      oracle.expected.emplace_back(pair.substr(0, equals), std::stod(pair.substr(equals + 1)));
    }
  }
  return oracles;
}

Sampler sampler_of(const std::vector<std::string>& words) {
  const auto parameter = [&](std::size_t i) { return std::stod(words.at(i)); };
  if (words[0] == "constant") return Sampler::constant(parameter(1));
  if (words[0] == "exponential") return Sampler::exponential(parameter(1));
  if (words[0] == "gamma") return Sampler::gamma(parameter(1), parameter(2));
  if (words[0] == "hyperexponential") {
    return Sampler::mixture({parameter(1), 1 - parameter(1)},
                            {Sampler::exponential(parameter(2)), Sampler::exponential(parameter(3))});
  }
  REQUIRE(words[0] == "lognormal_scv");
  const double variance = std::log(1 + parameter(2));
  return Sampler::lognormal(std::log(parameter(1)) - variance / 2, std::sqrt(variance));
}

struct Affine : BatchTimer {
  Affine(double fixed_seconds, double per_item_seconds) : fixed(fixed_seconds), per_item(per_item_seconds) {}
  Nanoseconds service_time(int items) override { return to_nanoseconds(fixed + per_item * items); }
  double fixed, per_item;
};

struct Sampled : BatchTimer {
  Sampled(const Sampler& law, RandomStream& random) : sampler(law), stream(random) {}
  Nanoseconds service_time(int) override { return sampler.sample_ns(stream); }
  const Sampler sampler;
  RandomStream& stream;
};

struct Visit {
  double wait, response, work;
  int priority;
};

// One simulated station with its clients. What a visit costs in coroutines does not matter here.
class Run {
 public:
  Run(const Oracle& oracle, std::uint64_t replication)
      : oracle_(oracle),
        two_classes_(oracle.arrivals[0] == "two_classes"),
        arrivals_(1, replication, oracle.id + "/arrivals"),
        service_(1, replication, oracle.id + "/service") {
    const std::string& kind = oracle.station[0];
    if (kind == "shared") {
      shared_.emplace(simulator_, oracle.servers);
    } else if (kind == "batch") {
      if (oracle.service[0] == "affine") {
        timer_ = std::make_unique<Affine>(std::stod(oracle.service[1]), std::stod(oracle.service[2]));
      } else {
        timer_ = std::make_unique<Sampled>(sampler_of(oracle.service), service_);
      }
      batch_.emplace(simulator_, oracle.servers, BatchRules{.maximum = std::stoi(oracle.station[1])},
                     *timer_);
    } else {
      const std::map<std::string, Discipline> disciplines = {{"fifo", Discipline::fifo},
                                                             {"priority", Discipline::priority},
                                                             {"preemptive", Discipline::preemptive_priority}};
      station_.emplace(simulator_, oracle.servers, disciplines.at(kind), oracle.queue_limit);
    }
    if (oracle.service[0] != "affine") service_law_ = sampler_of(oracle.service);
    if (two_classes_) {
      class_rates_ = {std::stod(oracle.arrivals[1]), std::stod(oracle.arrivals[2])};
      arrival_law_ = Sampler::exponential(1 / (class_rates_[0] + class_rates_[1]));
    } else {
      arrival_law_ = sampler_of(oracle.arrivals);
    }
  }

  // The first tenth of the requests warms the station up.
  std::map<std::string, double> measure() {
    TaskGroup group;
    group.start(arrive(group));
    while (arrived_ < oracle_.requests / 10) simulator_.step(forever);
    visits_.clear();
    refused_ = 0;
    const Nanoseconds start = simulator_.now();
    const double busy = busy_area(), queue = queue_area(), batches = batch_ ? double(batch_->batches()) : 0;
    while (arrived_ < oracle_.requests) simulator_.step(forever);
    const auto time = static_cast<double>(simulator_.now() - start);
    const auto served = static_cast<double>(visits_.size());
    std::map<std::string, double> found;
    found["utilization"] = (busy_area() - busy) / time / oracle_.servers;
    found["mean_queue_len"] = (queue_area() - queue) / time;
    found["mean_in_system"] =
        shared_ ? found["mean_queue_len"] : (queue_area() - queue + busy_area() - busy) / time;
    found["blocking_prob"] = refused_ / (refused_ + served);
    if (batch_) found["mean_batch_size"] = served / (static_cast<double>(batch_->batches()) - batches);
    summarize(found);
    return found;
  }

 private:
  double busy_area() const {
    const Occupancy& busy = station_  ? station_->busy_servers()
                            : shared_ ? shared_->busy_cores()
                                      : batch_->busy_servers();
    return busy.area(simulator_.now());
  }
  double queue_area() const {
    const Occupancy& queue = station_  ? station_->queue_length()
                             : shared_ ? shared_->jobs()
                                       : batch_->queue_length();
    return queue.area(simulator_.now());
  }

  Task<> arrive(TaskGroup& group) {
    for (;;) {
      co_await simulator_.sleep(arrival_law_.sample_ns(arrivals_));
      ++arrived_;
      const bool second =
          two_classes_ && arrivals_.chance(class_rates_[1] / (class_rates_[0] + class_rates_[1]));
      group.start(visit(second ? 1 : 0));
    }
  }

  Task<> visit(int priority) {
    const Nanoseconds arrived = simulator_.now();
    const Nanoseconds work = batch_ ? 0 : service_law_.sample_ns(service_);
    Nanoseconds waited = 0;
    bool admitted = true;
    if (station_) {
      const Station::Admission admission = co_await station_->serve(work, priority);
      admitted = admission.admitted;
      waited = admission.waited;
    } else if (shared_) {
      co_await shared_->serve(work);
    } else {
      const BatchStation::Service service = co_await batch_->serve();
      waited = service.waited;
    }
    if (admitted) {
      visits_.push_back(
          {to_seconds(waited), to_seconds(simulator_.now() - arrived), to_seconds(work), priority});
    } else {
      ++refused_;
    }
  }

  void summarize(std::map<std::string, double>& found) {
    using Value = double (*)(const Visit&);
    const Value wait = [](const Visit& visit) { return visit.wait; };
    const Value response = [](const Visit& visit) { return visit.response; };
    const auto mean = [&](auto value, auto which) {
      double sum = 0, count = 0;
      for (const Visit& visit : visits_) {
        if (!which(visit)) continue;
        sum += value(visit);
        ++count;
      }
      return sum / count;
    };
    const auto all = [](const Visit&) { return true; };
    found["mean_wait_s"] = mean(wait, all);
    found["mean_response_s"] = mean(response, all);
    found["prob_wait"] = mean([](const Visit& visit) { return visit.wait > 0 ? 1.0 : 0.0; }, all);
    const double center = found["mean_response_s"];
    found["response_variance_s2"] =
        mean([&](const Visit& visit) { return (visit.response - center) * (visit.response - center); }, all);
    for (const int priority : {0, 1}) {
      const auto of_class = [=](const Visit& visit) { return visit.priority == priority; };
      found["wait_class" + std::to_string(priority + 1) + "_s"] = mean(wait, of_class);
      found["response_class" + std::to_string(priority + 1) + "_s"] = mean(response, of_class);
    }
    const auto of_size = [&](double size) {
      const auto near = [=](const Visit& visit) { return std::abs(visit.work - size) <= 0.1 * size; };
      return mean([=](const Visit& visit) { return visit.response / visit.work * size; }, near);
    };
    found["response_of_size_half_s"] = of_size(0.5);
    found["response_of_size_three_s"] = of_size(3);
    if (!oracle_.wants_percentiles) return;
    for (const auto& [name, value] : {std::pair("wait", wait), std::pair("response", response)}) {
      std::vector<double> values;
      for (const Visit& visit : visits_) values.push_back(value(visit));
      for (const auto& [suffix, level] : {std::pair("_p50_s", 0.5), std::pair("_p90_s", 0.9),
                                          std::pair("_p99_s", 0.99), std::pair("_p999_s", 0.999)}) {
        const auto at = values.begin() + static_cast<std::ptrdiff_t>(level * double(values.size()));
        std::nth_element(values.begin(), at, values.end());
        found[std::string(name) + suffix] = *at;
      }
    }
  }

  const Oracle& oracle_;
  bool two_classes_;
  std::vector<double> class_rates_;
  Sampler arrival_law_, service_law_;
  RandomStream arrivals_, service_;
  Simulator simulator_;
  std::unique_ptr<BatchTimer> timer_;
  std::optional<Station> station_;
  std::optional<SharedStation> shared_;
  std::optional<BatchStation> batch_;
  std::uint64_t arrived_ = 0;
  double refused_ = 0;
  std::vector<Visit> visits_;
};

}  // namespace

TEST_CASE("stations agree with queueing theory") {
  const std::vector<Oracle> oracles = read_oracles();
  CHECK(oracles.size() == 31);
  for (const Oracle& oracle : oracles) {
    const std::string model = oracle.id + " " + oracle.station[0] + " " + oracle.service[0];
    CAPTURE(model);
    std::map<std::string, std::vector<double>> found;
    for (std::uint64_t replication = 0; replication < runs; ++replication) {
      for (const auto& [metric, value] : Run(oracle, replication).measure()) found[metric].push_back(value);
    }
    for (const auto& [metric, expected] : oracle.expected) {
      CAPTURE(metric);
      const std::vector<double>& values = found.at(metric);
      double mean = 0, square = 0;
      for (const double value : values) mean += value / runs;
      for (const double value : values) square += (value - mean) * (value - mean);
      const double half_width = student_31 * std::sqrt(square / (runs - 1) / runs);
      CAPTURE(mean);
      CAPTURE(half_width);
      if (judged) CHECK(std::abs(mean - expected) <= half_width + 1e-9 * expected);
    }
  }
}
