#include "language/call_policy.hpp"

#include <fmt/format.h>

#include <charconv>

namespace windtunnel {

const Choices<ErrorKind>& choices(ErrorKind) {
  static const Choices<ErrorKind> words = {
      {"timeout", ErrorKind::timeout, "the caller stopped waiting"},
      {"refused", ErrorKind::refused, "queue full, rate limit, load shed, breaker open"},
      {"unreachable", ErrorKind::unreachable, "no route, or nobody there: partition, crash"},
      {"failed", ErrorKind::failed, "the callee answered with an error"}};
  return words;
}

const Choices<Jitter>& choices(Jitter) {
  static const Choices<Jitter> words = {
      {"none", Jitter::none, "exactly the backoff"},
      {"full", Jitter::full, "uniform between zero and the backoff"},
      {"equal", Jitter::equal, "half the backoff and a uniform share of the other half"},
      {"decorrelated", Jitter::decorrelated, "uniform between the base and three times the last pause"}};
  return words;
}

const Choices<TlsVersion>& choices(TlsVersion) {
  static const Choices<TlsVersion> words = {{"none", TlsVersion::none, "plain text"},
                                            {"1.2", TlsVersion::tls12, "two round trips more at opening"},
                                            {"1.3", TlsVersion::tls13, "one round trip more at opening"}};
  return words;
}

const Choices<Protocol>& choices(Protocol) {
  static const Choices<Protocol> words = {{"grpc", Protocol::grpc, "Protocol Buffers over HTTP/2"},
                                          {"rest", Protocol::rest, "JSON over HTTP/1.1"},
                                          {"http2", Protocol::http2, "JSON over HTTP/2"},
                                          {"http3", Protocol::http3, "JSON over HTTP/3"},
                                          {"tcp", Protocol::tcp, "a binary protocol over TCP"}};
  return words;
}

void describe(Fields<Retry>& f) {
  f.about("retry", "What a caller tries again, how often, and after which pause.");
  f.add("attempts", &Retry::attempts)
      .fallback("2", "Envoy retries once by default")
      .at_least("1")
      .at_most("100")
      .doc("Attempts in all, the first included.");
  f.add("backoff", &Retry::backoff)
      .fallback("25ms", "Envoy's base interval")
      .doc("Pause before the second attempt; it doubles with each further one.");
  f.add("cap", &Retry::cap).fallback("250ms", "Envoy: ten times the base interval").doc("Longest pause.");
  f.add("jitter", &Retry::jitter)
      .fallback("full", "Envoy; Brooker, Exponential Backoff And Jitter, 2015")
      .doc("How chance spreads the pauses.");
  f.add("budget", &Retry::budget)
      .absent("retries are not limited")
      .at_most("100%")
      .doc("Retries at most, as a share of the calls (Finagle's RetryBudget, gRPC's throttling).");
  f.add("budget_floor", &Retry::budget_floor)
      .fallback("10/s", "Finagle's RetryBudget, minRetriesPerSec")
      .doc("Retries that the budget always allows.");
  f.add("when", &Retry::on)
      .fallback("[timeout, refused, unreachable, failed]", "every kind of error")
      .doc("Kinds of errors that are tried again.");
  f.shorthand("attempts");
}

ValueInfo ValueType<HedgeDelay>::info() {
  return {ValueKind::custom,
          "a duration, such as 20ms, or a percentile of the latencies so far, such as p95"};
}

bool ValueType<HedgeDelay>::read(const Node& node, Reader& reader, HedgeDelay& out) {
  if (node.is_scalar() && node.text.size() > 1 && node.text.starts_with('p')) {
    int digits = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [at, failed] = std::from_chars(node.text.data() + 1, end, digits);
    if (failed == std::errc() && at == end && digits > 0) {
      out.percentile = digits;  // p99 is 0.99, p999 is 0.999
      while (out.percentile >= 1) out.percentile /= 10;
      return true;
    }
  }
  Duration time;
  if (!ValueType<Duration>::read(node, reader, time)) return false;
  return out.time = time, true;
}

void describe(Fields<Hedge>& f) {
  f.about("hedge", "A second request to another replica when the first is slow; the first answer counts.");
  f.add("after", &Hedge::after)
      .fallback("p95", "Dean and Barroso, The Tail at Scale, CACM 2013")
      .doc("How long the first request may take before the second is sent.");
  f.add("copies", &Hedge::copies)
      .fallback("1", "one hedge")
      .at_least("1")
      .at_most("10")
      .doc("Further requests at most.");
  f.add("budget", &Hedge::budget)
      .absent("hedges are not limited")
      .at_most("100%")
      .doc("Hedges at most, as a share of the calls.");
  f.shorthand("after");
}

void describe(Fields<Breaker>& f) {
  const std::string source = "resilience4j's CircuitBreakerConfig";
  f.about("breaker", "A circuit breaker: refuses calls at once while too many of the last ones failed.");
  f.add("window", &Breaker::window)
      .fallback("100", source)
      .at_least("1")
      .doc("Calls that it looks back upon.");
  f.add("failures", &Breaker::failures)
      .fallback("50%", source)
      .more_than("0%")
      .at_most("100%")
      .doc("Share of failed calls from which it opens.");
  f.add("open_for", &Breaker::open_for)
      .fallback("60s", source)
      .more_than("0s")
      .doc("Time until it tries again.");
  f.add("probes", &Breaker::probes)
      .fallback("10", source)
      .at_least("1")
      .doc("Calls let through to find out.");
}

void describe(Fields<CallPolicy>& f) {
  f.about("call policy", "How a caller treats a call.");
  f.add("timeout", &CallPolicy::timeout)
      .absent("waits for ever")
      .more_than("0s")
      .doc("How long the caller waits for one attempt.");
  f.add("cancel", &CallPolicy::cancel)
      .fallback("false", "a timeout stops the waiting, not the work")
      .doc("Whether a call that nobody waits for any more stops its work.");
  f.add("retry", &CallPolicy::retry).absent("errors are passed on").doc("What is tried again.");
  f.add("hedge", &CallPolicy::hedge)
      .absent("one request per attempt")
      .doc("Second requests against slow replicas.");
  f.add("breaker", &CallPolicy::breaker)
      .absent("calls are made whatever happened before")
      .doc("Circuit breaker.");
  f.add("bulkhead", &CallPolicy::bulkhead)
      .absent("no limit")
      .at_least("1")
      .doc("Calls under way at once from one calling replica; further ones are refused.");
  f.add("throttle", &CallPolicy::throttle)
      .absent("no throttling")
      .at_least("1")
      .doc("K of adaptive client-side throttling (Google SRE book, Handling Overload).");
  f.add("protocol", &CallPolicy::protocol)
      .fallback("grpc", "usual between services")
      .doc("What the call costs on the wire.");
  f.add("tls", &CallPolicy::tls).fallback("1.3", "RFC 8446, the current version").doc("How connections are encrypted; counts where each call opens one.");
  f.add("keep_alive", &CallPolicy::keep_alive)
      .fallback("true", "pooled connections are usual")
      .doc("Whether connections are reused; else each call opens one.");
  f.add("overhead", &CallPolicy::overhead)
      .fallback("0ms", "no trustworthy figure by protocol: studies differ by more than the protocols do")
      .doc("Time that a call takes for serialization and protocol work, both sides together.");
  // Read and checked, so that files may carry them; said, so that nobody counts on them.
  f.check([](const CallPolicy&, ObjectCheck& check) {
    for (const char* field : {"hedge", "breaker", "bulkhead", "throttle"}) {
      if (check.given(field)) check.warning(field, fmt::format("`{}` is not simulated yet and has no effect", field));
    }
  });
}

}  // namespace windtunnel
