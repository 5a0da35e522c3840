#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "components/call.hpp"
#include "kernel/random.hpp"
#include "kernel/time.hpp"
#include "language/workload.hpp"

namespace windtunnel {

/// One request to come. What a trace does not say is drawn by the workload's own laws.
struct Arrival {
  Nanoseconds time = 0;
  std::array<std::uint64_t, key_spaces_max> keys{};
  std::uint32_t keys_given = 0;  ///< bit k: keys[k] comes from the trace
  double request_bytes = -1;     ///< below 0: not given; so are all below
  double response_bytes = -1;
  double service_seconds = -1;
  std::int64_t tokens_in = -1;
  std::int64_t tokens_out = -1;
};

/// When requests come, in order of time. Open loop: it does not depend on what becomes of them.
class ArrivalProcess {
 public:
  virtual ~ArrivalProcess() = default;
  /// The next arrival; false where there is none any more.
  virtual bool next(Arrival& arrival) = 0;
};

/// Places of the trace's key columns among the request's keys.
using KeyColumns = std::vector<std::pair<std::string, int>>;

/// The process of any open-loop law; null for `closed`, whose users decide by themselves.
/// `problem` says what is wrong with a trace file that cannot be opened; its name is relative to `directory`.
std::unique_ptr<ArrivalProcess> make_arrival_process(const Arrivals& arrivals, RandomStream stream,
                                                     const KeyColumns& keys, const std::string& directory,
                                                     std::string& problem);

}  // namespace windtunnel
