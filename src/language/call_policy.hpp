// How a caller treats a call: how long it waits, what it tries again, when it gives up.
#pragma once

#include <optional>
#include <vector>

#include "language/fields.hpp"

namespace windtunnel {

/// How a call can end besides ok.
enum class ErrorKind { timeout, refused, unreachable, failed };
const Choices<ErrorKind>& choices(ErrorKind);

enum class Jitter { none, full, equal, decorrelated };
const Choices<Jitter>& choices(Jitter);

struct Retry {
  int attempts = 0;  ///< in all, the first included
  Duration backoff;  ///< before the second attempt; doubles from then on
  Duration cap;
  Jitter jitter{};
  std::optional<Ratio> budget;  ///< retries as a share of recent calls
  Rate budget_floor;            ///< retries that are always allowed, per second
  std::vector<ErrorKind> on;
};
void describe(Fields<Retry>&);

/// A time, or a percentile of the latencies seen so far.
struct HedgeDelay {
  std::optional<Duration> time;
  double percentile = 0;  ///< 0.95 for p95, where `time` is absent
};
template <>
struct ValueType<HedgeDelay> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, HedgeDelay&);
  static void measure(const HedgeDelay&, std::vector<double>&) {}
};

struct Hedge {
  HedgeDelay after;
  int copies = 0;               ///< further requests at most
  std::optional<Ratio> budget;  ///< hedges as a share of calls
};
void describe(Fields<Hedge>&);

struct Breaker {
  int window = 0;  ///< calls looked back upon
  Ratio failures;  ///< opens from this share on
  Duration open_for;
  int probes = 0;  ///< calls let through half-open
};
void describe(Fields<Breaker>&);

enum class TlsVersion { none, tls12, tls13 };
const Choices<TlsVersion>& choices(TlsVersion);

enum class Protocol { grpc, rest, http2, http3, tcp };
const Choices<Protocol>& choices(Protocol);

struct CallPolicy {
  std::optional<Duration> timeout;
  bool cancel = false;  ///< a call that nobody waits for any more stops its work
  std::optional<Retry> retry;
  std::optional<Hedge> hedge;
  std::optional<Breaker> breaker;
  std::optional<int> bulkhead;     ///< concurrent calls per calling replica
  std::optional<double> throttle;  ///< K of adaptive client throttling
  Protocol protocol{};
  TlsVersion tls{};
  bool keep_alive = false;  ///< connections are reused
  Duration overhead;        ///< serialization and protocol work of one call, both sides together
};
void describe(Fields<CallPolicy>&);

}  // namespace windtunnel
