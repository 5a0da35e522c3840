#pragma once
#include <cstdint>

#include "components/call.hpp"
#include "kernel/waiting.hpp"

namespace windtunnel {

/// The answers of the shards to one call for many keys, waited for together. An error of one part is the
/// error of the whole.
class Gathering {
 public:
  Gathering(Simulator& simulator, int parts) : join(simulator, parts) {}

  void add(const Reply& reply) {
    if (reply.ok()) {
      count_ += reply.count;
      quality_ += reply.quality * static_cast<float>(reply.count);
      stale_ = stale_ || reply.stale;
    } else {
      outcome_ = reply.outcome;
    }
    join.arrive();
  }
  Reply reply() const {
    if (outcome_ != Outcome::ok) return Reply::error(outcome_);
    return {Outcome::ok, stale_, count_ > 0 ? quality_ / static_cast<float>(count_) : 1, count_};
  }

  Join join;

 private:
  Outcome outcome_ = Outcome::ok;
  std::uint32_t count_ = 0;
  float quality_ = 0;
  bool stale_ = false;
};

/// What `part` of the `whole` number of keys has of a call's bytes.
inline float share_of_bytes(float bytes, std::uint32_t part, std::uint32_t whole) {
  return bytes * static_cast<float>(part) / static_cast<float>(whole);
}

}  // namespace windtunnel
