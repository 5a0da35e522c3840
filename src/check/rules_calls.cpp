// One call: how long it waits, what it tries again.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "check/rule.hpp"
#include "components/service.hpp"

namespace windtunnel {
namespace {

double backoff_before(const Retry& retry, int attempt) {
  return std::min(retry.cap.seconds, retry.backoff.seconds * std::pow(2, attempt - 2));
}

/// The longest that a call can take with all of its attempts; nothing where it waits for ever.
std::optional<double> longest_seconds(const CallPolicy& policy) {
  if (!policy.timeout) return std::nullopt;
  double total = policy.timeout->seconds;
  for (int attempt = 2; policy.retry && attempt <= policy.retry->attempts; ++attempt) {
    total += policy.timeout->seconds + backoff_before(*policy.retry, attempt);
  }
  return total;
}

std::string text(double seconds) { return to_text(Duration{std::round(seconds * 1e6) / 1e6}); }

bool retries(const CallSite& call) {
  return call.policy && call.policy->retry && call.policy->retry->attempts > 1;
}

/// The calls that the component which answers `call` makes while the caller waits.
std::vector<const CallSite*> inner_calls(const Design& design, const CallSite& call) {
  std::vector<const CallSite*> found;
  for (const ComponentSpec* callee : design.behind_passage(*call.callee)) {
    for (const CallSite* inner : design.calls_of(callee->name)) {
      if (inner->policy && !inner->after_reply) found.push_back(inner);
    }
  }
  return found;
}

void missing_timeout(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!call.policy || call.policy->timeout || call.is_fallback) continue;
    report.add(call.caller,
               fmt::format("`{}` waits for `{}` without a timeout", call.caller, call.callee->name), call);
  }
}

void timeout_inversion(const Design& design, Report& report) {
  for (const CallSite& outer : design.calls) {
    if (!outer.policy || !outer.policy->timeout) continue;
    for (const CallSite* inner : inner_calls(design, outer)) {
      if (!inner->policy->timeout || *inner->policy->timeout < *outer.policy->timeout) continue;
      report.add(inner->caller,
                 fmt::format("`{}` waits {} for `{}`, but its own caller `{}` gives up after {}",
                             inner->caller, to_text(*inner->policy->timeout), inner->callee->name,
                             outer.caller, to_text(*outer.policy->timeout)),
                 *inner);
    }
  }
}

void retries_outlive_caller(const Design& design, Report& report) {
  for (const CallSite& outer : design.calls) {
    if (!outer.policy || !outer.policy->timeout) continue;
    for (const CallSite* inner : inner_calls(design, outer)) {
      const auto longest = longest_seconds(*inner->policy);
      const bool first_fits = inner->policy->timeout && *inner->policy->timeout < *outer.policy->timeout;
      if (!retries(*inner) || !longest || !first_fits || *longest <= outer.policy->timeout->seconds) continue;
      report.add(inner->caller,
                 fmt::format("{} attempts of `{}` take up to {}, but `{}` gives up after {}",
                             inner->policy->retry->attempts, inner->name(), text(*longest), outer.caller,
                             to_text(*outer.policy->timeout)),
                 *inner);
    }
  }
}

class Amplification {
 public:
  Amplification(const Design& design, Report& report) : design_(design), report_(report) {}
  void follow(const CallSite& call, double attempts, int layers, const std::string& way) {
    if (way_.size() > 64 || way_.contains(&call)) return;
    const bool counts = retries(call) && !call.policy->retry->budget;
    const double product = counts ? attempts * call.policy->retry->attempts : attempts;
    const int depth = layers + (counts ? 1 : 0);
    const std::string here = counts ? way + fmt::format("{}{} ×{}", way.empty() ? "" : ", ", call.name(),
                                                        call.policy->retry->attempts)
                                    : way;
    if (counts && depth >= 2 && said_.insert(&call).second) {
      report_.add(
          call.caller,
          fmt::format("one request can become {:.0f} calls of `{}`: {}", product, call.callee->name, here),
          call);
    }
    way_.insert(&call);
    for (const CallSite* inner : design_.calls_of(call.callee->name)) follow(*inner, product, depth, here);
    way_.erase(&call);
  }

 private:
  const Design& design_;
  Report& report_;
  std::set<const CallSite*> way_;   // membership only
  std::set<const CallSite*> said_;  // membership only
};

void retry_amplification(const Design& design, Report& report) {
  Amplification amplification(design, report);
  for (const CallSite& call : design.calls) {
    if (call.from_workload) amplification.follow(call, 1, 0, "");
  }
}

void retry_without_backoff(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!retries(call) || call.policy->retry->backoff.seconds > 0) continue;
    report.add(call.caller, fmt::format("`{}` is tried again at once", call.name()), call);
  }
}

void retry_without_jitter(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!retries(call) || call.policy->retry->jitter != Jitter::none ||
        call.policy->retry->backoff.seconds <= 0)
      continue;
    report.add(call.caller, fmt::format("the pauses of `{}` have no jitter", call.name()), call);
  }
}

void retry_without_budget(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!retries(call) || call.policy->retry->budget || call.policy->breaker || call.policy->throttle)
      continue;
    report.add(call.caller,
               fmt::format("when `{}` is down, `{}` sends it {} times its load", call.callee->name,
                           call.caller, call.policy->retry->attempts),
               call);
  }
}

void retried_write(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!retries(call) || !call.write) continue;
    const auto& on = call.policy->retry->on;
    if (std::find(on.begin(), on.end(), ErrorKind::timeout) == on.end()) continue;
    report.add(call.caller, fmt::format("the write `{}` is tried again after a timeout", call.name()), call);
  }
}

void hedge_without_brakes(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!call.policy || !call.policy->hedge) continue;
    const bool cancels = call.policy->cancel;
    const bool budget = call.policy->hedge->budget.has_value();
    if (cancels && budget) continue;
    const char* what = cancels  ? "without a budget"
                       : budget ? "without `cancel: true`"
                                : "without a budget and without `cancel: true`";
    report.add(call.caller, fmt::format("`{}` is hedged {}", call.name(), what), call);
  }
}

void hedge_of_single(const Design& design, Report& report) {
  for (const CallSite& call : design.calls) {
    if (!call.policy || !call.policy->hedge) continue;
    int servers = 0;
    for (const ComponentSpec* callee : design.behind_passage(*call.callee))
      servers += Design::copies_of(*callee);
    if (servers > 1) continue;
    report.add(call.caller,
               fmt::format("`{}` is hedged, but `{}` has one replica only", call.name(), call.callee->name),
               call);
  }
}

constexpr Rule rules[] = {
    {"WT001", "missing timeout", Severity::warning,
     "A callee that hangs takes its caller's threads with it, and theirs, up to the user.",
     "give the call a `timeout` a little above the callee's p99.9", missing_timeout},
    {"WT002", "timeout inversion", Severity::warning,
     "The work goes on for an answer that nobody waits for any more, and its fallback is never used.",
     "make timeouts shorter from layer to layer", timeout_inversion},
    {"WT003", "retries outlive the caller", Severity::warning,
     "Later attempts load the callee for a caller that has already given up.",
     "lower `timeout` or `attempts` until all of them fit into the caller's timeout", retries_outlive_caller},
    {"WT004", "retry amplification", Severity::warning,
     "Retries multiply from layer to layer: a short disturbance becomes an overload that keeps itself alive "
     "(Google "
     "SRE Book, Addressing Cascading Failures).",
     "retry in one layer only, or give each layer a retry `budget` of 10%", retry_amplification},
    {"WT005", "retry without backoff", Severity::warning,
     "A callee in trouble gets the same request again before it can have recovered.",
     "give `retry` a `backoff` of about the callee's median latency", retry_without_backoff},
    {"WT006", "retry without jitter", Severity::warning,
     "Callers that failed together come back together (Brooker, Exponential Backoff And Jitter, 2015).",
     "leave `jitter` at its default `full`", retry_without_jitter},
    {"WT007", "retries without a brake", Severity::warning,
     "Without a budget, a breaker or throttling, retries multiply the load just when the callee cannot bear "
     "it.",
     "add `budget: 10%` to `retry`, or a `breaker`", retry_without_budget},
    {"WT008", "retried write", Severity::info,
     "A write that timed out may have happened: the second one happens again.",
     "make the write idempotent (a request id), or retry `when: [refused, unreachable]` only", retried_write},
    {"WT009", "hedging without brakes", Severity::warning,
     "When everything is slow, every request is hedged: the load doubles, and losers go on working.",
     "add `budget: 5%` to `hedge`, and `cancel: true` to the call", hedge_without_brakes},
    {"WT010", "hedge to the same server", Severity::warning,
     "The second request queues behind the first at the only replica there is.",
     "add replicas, or leave out `hedge`", hedge_of_single},
};

}  // namespace

std::span<const Rule> call_rules() { return rules; }

}  // namespace windtunnel
