#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/table.hpp"

namespace windtunnel {

/// A published latency or rate of something that a component may stand for. A prior, not a promise: read the
/// conditions. Seconds; absent where the source gives none.
struct LatencyFigure {
  std::string name;  ///< "storage/gp3-read"
  std::string what;
  std::optional<double> p50_seconds;
  std::optional<double> p99_seconds;
  std::optional<double> typical_seconds;  ///< a mean or a rounded rule
  std::optional<double> low_seconds;
  std::optional<double> high_seconds;
  std::optional<double> bytes_per_second;
  std::optional<double> operations_per_second;
  std::string conditions;
  Origin origin;
  std::string notes;

  /// Median if published, else the typical value, else the middle of the range, else nothing.
  std::optional<double> middle_seconds() const;
};

/// How long something takes until it can serve.
struct StartupTime {
  std::string name;  ///< "container", "vm", "lambda/java21", "weights/s3"
  std::string what;
  std::optional<double> p50_seconds;
  std::optional<double> p99_seconds;
  std::optional<double> typical_seconds;
  std::optional<double> low_seconds;
  std::optional<double> high_seconds;
  std::optional<double> bytes_per_second;  ///< when the time grows with what is loaded
  std::string conditions;
  Origin origin;
  std::string notes;

  /// As above; where only a 99th percentile or a bound is published, that.
  std::optional<double> middle_seconds() const;
};

/// Round trips that a protocol needs before the first byte of a request can leave.
struct Handshake {
  std::string name;  ///< "tcp", "tls1.3", "quic", "tcp+tls1.3"
  std::string what;
  double round_trips = 0;
  Origin origin;
};

std::vector<LatencyFigure> read_latencies(TableReader& rows);
std::vector<StartupTime> read_startup_times(TableReader& rows);
std::vector<Handshake> read_handshakes(TableReader& rows);

}  // namespace windtunnel
