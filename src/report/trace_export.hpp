#pragma once

#include <cstdint>
#include <string>

#include "simulation/result.hpp"

/// The traced requests of a run in formats that other tools read. The same result gives the same bytes.
namespace windtunnel {

/// Trace Event Format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: one process per request,
/// calls as slices in as many threads as it takes for slices to nest. Times are simulated microseconds.
std::string chrome_trace(const Result& result);

/// OpenTelemetry's OTLP in JSON (ExportTraceServiceRequest), for Jaeger, Tempo and the Collector: a service
/// per component, a client span per request above its calls. Simulated time 0 is `origin_unix_seconds`;
/// backends that drop old spans need one that is recent.
std::string otlp_trace(const Result& result, std::int64_t origin_unix_seconds = 0);

}  // namespace windtunnel
