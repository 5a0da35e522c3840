#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace windtunnel {

/// Times of one kernel over its arguments, as a profile holds them (docs/calibrate.md).
struct ProfileCurve {
  std::string name;    ///< "gemm", "decode_attention", …
  std::string dtype;   ///< "bf16"; may be empty
  std::string kernel;  ///< which implementation was timed
  std::vector<std::string> columns;
  std::vector<std::vector<double>> points;  ///< one value per column

  /// Where a column stands; nothing if there is no such column.
  std::optional<std::size_t> column(std::string_view name) const;
};

/// What is known of a GPU's kernels from measurements.
struct GpuProfile {
  enum class Kind {
    kMeasured,  ///< by windtunnel-calibrate
    kPublic,    ///< converted from published tables
  };
  std::string gpu;  ///< name in the catalog
  Kind kind = Kind::kMeasured;
  std::string origin;  ///< device, driver and date, or the published sources
  std::vector<ProfileCurve> curves;

  const ProfileCurve* find(std::string_view name, std::string_view dtype = {}) const;
};

/// A profile, or why the text is none.
struct ProfileOrProblem {
  std::optional<GpuProfile> profile;
  std::string problem;
};

ProfileOrProblem parse_profile(std::string_view json);

/// The profile of a GPU: `folder`/<name>.json where that file exists (what windtunnel-calibrate wrote), else
/// the one that the binary carries. Neither profile nor problem if there is none.
ProfileOrProblem find_profile(std::string_view gpu, const std::string& folder = "models/profiles");

}  // namespace windtunnel
