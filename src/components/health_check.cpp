#include "components/health_check.hpp"

namespace windtunnel {

void HealthCheck::look(RandomStream& phases) {
  if (phase_ < 0)
    phase_ = static_cast<Nanoseconds>(phases.uniform() * static_cast<double>(options_.interval));
  if (!scheduled()) plan();
}

/// The next check, if it can tell anything new.
void HealthCheck::plan() {
  if (contradictions_ == 0 && (probe() == Answer::good) == healthy_) return;
  const Nanoseconds since = simulator_.now() - phase_;
  const Nanoseconds passed = since < 0 ? 0 : since / options_.interval + 1;
  simulator_.schedule_at(*this, phase_ + passed * options_.interval);
}

void HealthCheck::happen(Event& event) {
  auto& self = static_cast<HealthCheck&>(event);
  if (self.unanswered_) {
    self.unanswered_ = false;
    self.note(false);
  } else {
    self.send();
  }
}

void HealthCheck::send() {
  const Answer answer = probe();
  if (answer != Answer::none) return note(answer == Answer::good);
  unanswered_ = true;
  simulator_.schedule_after(*this, options_.timeout);
}

void HealthCheck::note(bool good) {
  contradictions_ = good == healthy_ ? 0 : contradictions_ + 1;
  if (contradictions_ >= (healthy_ ? options_.fall : options_.rise)) {
    healthy_ = good;
    contradictions_ = 0;
    health_changed();
  }
  plan();
}

}  // namespace windtunnel
