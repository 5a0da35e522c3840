#pragma once
#include "kernel/event_queue.hpp"
#include "kernel/random.hpp"
#include "kernel/simulator.hpp"

namespace windtunnel {

struct HealthCheckOptions {
  Nanoseconds interval = 5'000'000'000;
  Nanoseconds timeout = 1'000'000'000;  ///< until an unanswered check counts as failed
  int fall = 3;                         ///< failed checks in a row until a backend is taken out
  int rise = 2;                         ///< good checks in a row until it is taken in again
};

/// Active health checks of one backend, at a fixed interval with a phase of their own: what is believed of
/// it, which lags behind what is true. A crash is noticed after (fall - 1) intervals and a uniform share of
/// one, a backend that does not answer (cut off) a timeout later; measured at HAProxy 2.6. A slow backend
/// passes its checks (gray failure).
///
/// Checks that would only confirm the belief are not simulated: whoever knows that something has happened
/// calls `look`.
class HealthCheck : Event {
 public:
  HealthCheck(Simulator& simulator, const HealthCheckOptions& options)
      : Event(&HealthCheck::happen), simulator_(simulator), options_(options) {}

  bool healthy() const { return healthy_; }
  /// Something has happened to the backend or on the way to it; `phases` gives the phase of its checks, once.
  void look(RandomStream& phases);

 protected:
  enum class Answer { good, refused, none };
  ~HealthCheck() = default;
  /// What a check sent now meets with.
  virtual Answer probe() const = 0;
  /// The belief has changed.
  virtual void health_changed() = 0;

 private:
  static void happen(Event& event);
  void send();
  void note(bool good);
  void plan();

  Simulator& simulator_;
  const HealthCheckOptions& options_;
  Nanoseconds phase_ = -1;  // of its checks within the interval; below 0: not drawn yet
  bool healthy_ = true;
  bool unanswered_ = false;  // a check has been sent that will run into its timeout
  int contradictions_ = 0;   // checks in a row that speak against the belief
};

}  // namespace windtunnel
