#pragma once
#include <cstdint>
#include <vector>

#include "components/call.hpp"
#include "kernel/time.hpp"

namespace windtunnel {

/// One call as its caller saw it, with the times at which it passed on to its next stage.
struct Span {
  std::uint16_t component = 0;
  std::uint16_t replica = 0;
  std::uint32_t parent = no_span;
  Nanoseconds sent = 0;      ///< the caller sent it
  Nanoseconds arrived = 0;   ///< it reached the replica
  Nanoseconds waited = 0;    ///< time in the replica's queues, in total
  Nanoseconds left = 0;      ///< the replica answered
  Nanoseconds returned = 0;  ///< the answer reached the caller (or the caller gave up)
  Outcome outcome = Outcome::ok;
  bool finished = false;
};

/// The spans of one traced request, in the order in which they were sent.
class Trace {
 public:
  std::uint32_t open(std::uint16_t component, std::uint32_t parent, Nanoseconds now) {
    spans.push_back({.component = component, .parent = parent, .sent = now});
    return static_cast<std::uint32_t>(spans.size() - 1);
  }
  std::vector<Span> spans;
};

}  // namespace windtunnel
