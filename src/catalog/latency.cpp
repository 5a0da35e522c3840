#include "catalog/latency.hpp"

#include <fmt/format.h>

#include "catalog/units_of_tables.hpp"

namespace windtunnel {
namespace {

std::optional<double> seconds_per(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "s") return 1.0;
  return std::nullopt;
}

std::optional<double> bytes_per(const std::string& unit) {
  if (unit == "GiB/s") return kGibibyte;
  if (unit == "GB/s") return kGigabyte;
  if (unit == "MiB/s") return kMebibyte;
  if (unit == "MB/s") return kMegabyte;
  return std::nullopt;
}

template <typename Figure>
std::optional<double> middle(const Figure& figure) {
  if (figure.p50_seconds) return figure.p50_seconds;
  if (figure.typical_seconds) return figure.typical_seconds;
  if (figure.low_seconds && figure.high_seconds) return (*figure.low_seconds + *figure.high_seconds) / 2;
  return std::nullopt;
}

LatencyFigure read_latency(TableReader& rows) {
  LatencyFigure figure;
  figure.name = rows.text("name");
  figure.what = rows.text("what");
  const std::optional<double> values[] = {rows.number_if_any("p50"), rows.number_if_any("p99"),
                                          rows.number_if_any("typical"), rows.number_if_any("low"),
                                          rows.number_if_any("high")};
  const std::string unit = rows.text_or_empty("unit");
  const double factor = seconds_per(unit).value_or(0);
  figure.p50_seconds = scaled(values[0], factor);
  figure.p99_seconds = scaled(values[1], factor);
  figure.typical_seconds = scaled(values[2], factor);
  figure.low_seconds = scaled(values[3], factor);
  figure.high_seconds = scaled(values[4], factor);
  const std::optional<double> rate = rows.number_if_any("rate");
  const std::string rate_unit = rows.text_or_empty("rate_unit");
  if (const auto bytes = bytes_per(rate_unit)) figure.bytes_per_second = scaled(rate, *bytes);
  if (rate_unit == "/s") figure.operations_per_second = rate;
  figure.conditions = rows.text_or_empty("conditions");
  figure.origin = rows.origin();
  figure.notes = rows.text_or_empty("notes");
  const bool timed = values[0] || values[1] || values[2] || values[3] || values[4];
  if (timed && factor == 0) rows.problem(fmt::format("unit '{}' is not a time", unit));
  if (rate && !figure.bytes_per_second && !figure.operations_per_second) {
    rows.problem(fmt::format("unknown rate unit '{}'", rate_unit));
  }
  if (!timed && !rate) rows.problem("neither a time nor a rate");
  return figure;
}

StartupTime read_startup_time(TableReader& rows) {
  StartupTime time;
  time.name = rows.text("name");
  time.what = rows.text("what");
  time.p50_seconds = rows.number_if_any("p50_s");
  time.p99_seconds = rows.number_if_any("p99_s");
  time.typical_seconds = rows.number_if_any("typical_s");
  time.low_seconds = rows.number_if_any("low_s");
  time.high_seconds = rows.number_if_any("high_s");
  const std::optional<double> rate = rows.number_if_any("rate");
  const std::string rate_unit = rows.text_or_empty("rate_unit");
  if (const auto bytes = bytes_per(rate_unit)) time.bytes_per_second = scaled(rate, *bytes);
  if (rate && !time.bytes_per_second) rows.problem(fmt::format("unknown rate unit '{}'", rate_unit));
  time.conditions = rows.text_or_empty("conditions");
  time.origin = rows.origin();
  time.notes = rows.text_or_empty("notes");
  if (!time.middle_seconds()) rows.problem("no time");
  return time;
}

}  // namespace

std::optional<double> LatencyFigure::middle_seconds() const { return middle(*this); }

std::optional<double> StartupTime::middle_seconds() const {
  const std::optional<double> published = middle(*this);
  return published ? published : p99_seconds;
}

std::vector<LatencyFigure> read_latencies(TableReader& rows) {
  std::vector<LatencyFigure> figures;
  while (rows.next()) figures.push_back(read_latency(rows));
  return figures;
}

std::vector<StartupTime> read_startup_times(TableReader& rows) {
  std::vector<StartupTime> times;
  while (rows.next()) times.push_back(read_startup_time(rows));
  return times;
}

std::vector<Handshake> read_handshakes(TableReader& rows) {
  std::vector<Handshake> handshakes;
  while (rows.next()) {
    handshakes.push_back({rows.text("name"), rows.text("what"), rows.number("round_trips"), rows.origin()});
  }
  return handshakes;
}

}  // namespace windtunnel
