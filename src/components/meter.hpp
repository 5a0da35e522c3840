#pragma once
#include <array>
#include <cstdint>

#include "components/call.hpp"
#include "kernel/occupancy.hpp"
#include "kernel/time.hpp"
#include "stats/histogram.hpp"

namespace windtunnel {

/// Coarse enough (3%) to keep one per component and measuring period.
using WaitHistogram = LogHistogram<5>;

/// What every component measures of the calls that reach it. Sums run from the start of the run; averages
/// come from their differences, so that the warm-up can be cut off afterwards.
struct Meter {
  std::uint64_t arrivals = 0;
  std::array<std::uint64_t, outcome_count> replies{};
  std::uint64_t turned_away = 0;  ///< calls that found nobody: all replicas down, or this one
  Occupancy present;              ///< calls inside, waiting or in work
  Nanoseconds sojourn_total = 0;  ///< of the calls that have left
  Nanoseconds wait_total = 0;     ///< time in queues, of the calls recorded in `waits`
  WaitHistogram waits;            ///< of the present measuring period; taken out at its end

  void record_wait(Nanoseconds waited) {
    wait_total += waited;
    waits.record(waited);
  }
};

/// One kind of thing that can run out (cores, workers, connections, GPUs), as integrals from the start.
struct ResourceUse {
  const char* name;
  double busy_area;      ///< units in use, times nanoseconds
  double capacity_area;  ///< units there, times nanoseconds
  double queue_area;     ///< calls waiting for it, times nanoseconds
};

}  // namespace windtunnel
