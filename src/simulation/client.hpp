#pragma once
#include <memory>
#include <string>
#include <vector>

#include "components/caller.hpp"
#include "components/environment.hpp"
#include "components/program.hpp"
#include "kernel/event_queue.hpp"
#include "language/workload.hpp"
#include "simulation/arrival_process.hpp"
#include "simulation/measurements.hpp"

namespace windtunnel {

/// The clients of one workload: they send requests as its arrivals say and note what becomes of each.
class Client {
 public:
  /// `index` is the workload's among the scenario's; `places` are the zones from which it calls, with the
  /// share of each cumulated.
  Client(Environment& environment, const std::string& name, const Workload& workload, int index,
         RunData& data, std::vector<std::pair<double, PlaceId>> places);
  ~Client();

  /// Looks up the component called; a trace that cannot be read gives its reason.
  std::string connect();
  /// Sends from now until `until`.
  void start(Nanoseconds until);
  /// Sends no more.
  void stop();
  /// Requests sent and not yet answered or given up.
  std::size_t waiting() const { return waiting_; }
  void set_max_in_flight(std::size_t limit) { max_in_flight_ = limit; }

 private:
  struct Next;

  void schedule_next();
  void arrive();
  RequestRef make_request(const Arrival& arrival);
  Task<> issue(RequestRef request, float request_bytes, float response_bytes);
  Task<> user(Nanoseconds think_first);
  Task<Reply> ask(RequestRef request, float request_bytes, float response_bytes);
  WorkloadPeriod& period_of(Nanoseconds sent);
  PlaceId draw_place();

  Environment& environment_;
  std::string name_;
  const Workload& workload_;
  int index_;
  RunData& data_;
  std::vector<std::pair<double, PlaceId>> places_;
  std::unique_ptr<Caller> caller_;
  std::unique_ptr<ArrivalProcess> process_;
  std::unique_ptr<Next> next_;
  std::vector<KeyColumns::value_type> trace_keys_;
  Sampler request_law_, response_law_, prompt_law_, output_law_, think_law_;
  RandomStream size_stream_, place_stream_, think_stream_, operation_stream_;
  std::vector<RandomStream> key_streams_;  // by key space, so that none changes another's keys
  int key_space_ = -1;
  Nanoseconds until_ = 0;
  std::size_t waiting_ = 0;
  std::size_t max_in_flight_ = SIZE_MAX;
  std::uint64_t requests_ = 0;
};

}  // namespace windtunnel
