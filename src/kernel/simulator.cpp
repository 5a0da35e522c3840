#include "kernel/simulator.hpp"

namespace windtunnel {

void Simulator::run_until(Nanoseconds limit) {
  while (step(limit)) {
  }
  if (limit > now_) now_ = limit;
}

TimeoutLane& Simulator::timeouts(Nanoseconds length) {
  for (const auto& lane : lanes_) {
    if (lane->length() == length) return *lane;
  }
  lanes_.push_back(std::make_unique<TimeoutLane>(*this, length));
  return *lanes_.back();
}

}  // namespace windtunnel
