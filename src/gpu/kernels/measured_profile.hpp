#pragma once
// What a calibration finds out, and its JSON text. docs/calibrate.md describes the format.

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace windtunnel::calibrate {

constexpr int kProfileFormat = 1;

/// Median and quartiles of repeated measurements of one operation, in seconds.
struct Spread {
  double median = 0;
  double low = 0;   ///< 25th percentile
  double high = 0;  ///< 75th percentile
};

struct Point {
  std::vector<double> arguments;  ///< in the order of the curve's argument names
  Spread seconds;
  double flops = 0;  ///< floating-point (or integer) operations of one run; 0 where none are counted
  double bytes = 0;  ///< the fewest bytes that one run must move through memory or over the link
};

struct Curve {
  std::string name;    ///< what was done: "gemm", "decode_attention", …
  std::string dtype;   ///< element type, or empty
  std::string kernel;  ///< which implementation
  std::vector<std::string> argument_names;
  std::vector<Point> points;
};

/// A kernel held against its CPU reference before it was timed.
struct Check {
  std::string kernel;
  double relative_error = 0;
  bool passed = false;
};

struct Clocks {
  int sm_mhz = 0, memory_mhz = 0, temperature_c = 0;
  double power_w = 0;
};

struct MeasuredProfile {
  std::string gpu;  ///< name by which scenarios call it
  std::string device, compute_capability, driver, cuda_runtime, cublaslt, program_version, date_utc, options;
  double memory_bytes = 0, l2_bytes = 0;
  int multiprocessors = 0, devices = 0;
  double wall_seconds = 0;
  Clocks before, after;
  std::vector<std::string> notes;
  std::vector<Check> checks;
  std::vector<Curve> curves;
};

/// Writes JSON text piece by piece: commas and quotes in one place, no document tree.
class JsonWriter {
 public:
  JsonWriter& open(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_ += bracket;
    first_ = false;
    return *this;
  }
  JsonWriter& key(const std::string& name) {
    value(name);
    text_ += ": ";
    first_ = true;  // the value that follows needs no comma
    return *this;
  }
  JsonWriter& value(const std::string& string) {
    separate();
    text_ += '"';
    for (const char c : string) append_escaped(c);
    text_ += '"';
    return *this;
  }
  JsonWriter& value(const char* string) { return value(std::string(string)); }
  /// Seven significant digits; what is not finite becomes null, since JSON has no such numbers.
  JsonWriter& value(double number) {
    separate();
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.7g", number);
    text_ += std::isfinite(number) ? digits : "null";
    return *this;
  }
  JsonWriter& boolean(bool truth) {
    separate();
    text_ += truth ? "true" : "false";
    return *this;
  }
  JsonWriter& new_line() {
    separate();
    text_ += '\n';
    first_ = true;  // the comma stands before the line break
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  void separate() {
    if (!first_) text_ += ", ";
    first_ = false;
  }
  void append_escaped(char c) {
    if (c == '"' || c == '\\') text_ += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) text_ += c;
  }

  std::string text_;
  bool first_ = true;
};

inline void write_clocks(JsonWriter& json, const char* name, const Clocks& clocks) {
  json.key(name).open('{');
  json.key("sm_mhz").value(clocks.sm_mhz).key("memory_mhz").value(clocks.memory_mhz);
  json.key("temperature_c").value(clocks.temperature_c).key("power_w").value(clocks.power_w).close('}');
}

inline void write_curve(JsonWriter& json, const Curve& curve) {
  json.new_line().open('{').key("name").value(curve.name);
  if (!curve.dtype.empty()) json.key("dtype").value(curve.dtype);
  json.key("kernel").value(curve.kernel).key("columns").open('[');
  for (const std::string& name : curve.argument_names) json.value(name);
  for (const char* name : {"seconds", "low", "high", "flops_per_second", "bytes_per_second"})
    json.value(name);
  json.close(']').key("points").open('[');
  for (const Point& point : curve.points) {
    json.new_line().open('[');
    for (const double argument : point.arguments) json.value(argument);
    json.value(point.seconds.median).value(point.seconds.low).value(point.seconds.high);
    json.value(point.flops / point.seconds.median).value(point.bytes / point.seconds.median).close(']');
  }
  json.close(']').close('}');
}

inline std::string to_json(const MeasuredProfile& p) {
  JsonWriter json;
  json.open('{').key("windtunnel_profile").value(kProfileFormat).new_line().key("gpu").value(p.gpu);
  json.new_line().key("provenance").open('{').key("kind").value("measured");
  json.key("program").value("windtunnel-calibrate " + p.program_version).key("options").value(p.options);
  json.key("date_utc").value(p.date_utc).key("device").value(p.device);
  json.key("compute_capability").value(p.compute_capability).key("driver").value(p.driver);
  json.key("cuda_runtime").value(p.cuda_runtime).key("cublaslt").value(p.cublaslt);
  json.key("wall_seconds").value(p.wall_seconds);
  write_clocks(json, "clocks_before", p.before);
  write_clocks(json, "clocks_after", p.after);
  json.key("notes").open('[');
  for (const std::string& note : p.notes) json.value(note);
  json.close(']').close('}');
  json.new_line().key("device").open('{').key("memory_bytes").value(p.memory_bytes);
  json.key("l2_bytes").value(p.l2_bytes).key("multiprocessors").value(p.multiprocessors);
  json.key("devices").value(p.devices).close('}');
  json.new_line().key("checks").open('[');
  for (const Check& check : p.checks) {
    json.open('{').key("kernel").value(check.kernel).key("relative_error").value(check.relative_error);
    json.key("passed").boolean(check.passed).close('}');
  }
  json.close(']').new_line().key("curves").open('[');
  for (const Curve& curve : p.curves) write_curve(json, curve);
  json.close(']').close('}');
  return json.text() + "\n";
}

/// The name under which scenarios know a device: "NVIDIA H100 80GB HBM3" is "h100-sxm". A device that is not
/// in the table keeps its own name in lower case with dashes.
inline std::string profile_name(const std::string& device) {
  static constexpr const char* kKnown[][2] = {
      {"H100 80GB HBM3", "h100-sxm"},
      {"H100 PCIe", "h100-pcie"},
      {"GH200", "gh200"},
      {"H200 NVL", "h200-nvl"},
      {"H200", "h200-sxm"},
      {"A100-SXM4-80GB", "a100-sxm-80gb"},
      {"A100-SXM4-40GB", "a100-sxm-40gb"},
      {"A100 80GB PCIe", "a100-pcie-80gb"},
      {"B200", "b200-sxm"},
      {"B300", "b300-sxm"},
      {"RTX PRO 6000", "rtx-pro-6000"},
      {"RTX 4090", "rtx-4090"},
  };
  for (const auto& [part, name] : kKnown)
    if (device.find(part) != std::string::npos) return name;
  std::string name;
  for (const char c : device.rfind("NVIDIA ", 0) == 0 ? device.substr(7) : device) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (plain)
      name += lower;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name;
}

}  // namespace windtunnel::calibrate
