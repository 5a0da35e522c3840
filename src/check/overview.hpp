#pragma once

#include <string>
#include <vector>

namespace windtunnel {

class Design;
struct CallSite;

/// The way of a workload's requests, as the graph of calls shows it.
struct Overview {
  std::string workload;
  double idle_seconds = 0;                 ///< until the answer, without any load (medians)
  std::vector<std::string> critical_path;  ///< the slowest chain of components
  double peak_per_second = 0;              ///< 0: not known
  double most_per_second = 0;  ///< what gets through at most; infinite where nothing known limits it
  std::vector<std::string> limited_by;
  std::vector<std::string> single_points;  ///< needed by every request, with a single replica
};

std::vector<Overview> overview_of(const Design& design);

/// The slowest chain of components below a call.
std::vector<std::string> critical_chain(const Design& design, const CallSite& call);

}  // namespace windtunnel
