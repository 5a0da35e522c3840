// The JSON that windtunnel-calibrate writes without a JSON library, read back with one.

#include "gpu/kernels/measured_profile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "gpu/kernels/grids.hpp"

using namespace windtunnel::calibrate;

TEST_CASE("a profile reads back as it was measured") {
  MeasuredProfile profile;
  profile.gpu = "test-gpu";
  profile.device = "Device \"X\"\\1";
  profile.program_version = "0.1.0";
  profile.memory_bytes = 80e9;
  profile.before.sm_mhz = 1980;
  profile.notes = {"one GPU: no all-reduce"};
  profile.checks = {{"top_k", 0, true}, {"broken", std::numeric_limits<double>::quiet_NaN(), false}};
  profile.curves = {
      {"gemm", "bf16", "cuBLASLt", {"m", "n", "k"}, {{{1, 4096, 4096}, {2e-5, 1e-5, 4e-5}, 4e7, 8e7}}},
      {"kernel_launch_wait", "", "empty kernel", {}, {{{}, {5e-6, 4e-6, 6e-6}, 0, 0}}},
      {"nothing", "", "no points", {"x"}, {}}};

  const auto json = nlohmann::json::parse(to_json(profile));
  CHECK(json["windtunnel_profile"] == kProfileFormat);
  CHECK(json["gpu"] == "test-gpu");
  CHECK(json["provenance"]["kind"] == "measured");
  CHECK(json["provenance"]["device"] == profile.device);
  CHECK(json["provenance"]["clocks_before"]["sm_mhz"] == 1980);
  CHECK(json["provenance"]["notes"][0] == profile.notes[0]);
  CHECK(json["device"]["memory_bytes"] == 80e9);
  CHECK(json["checks"][0]["passed"] == true);
  CHECK(json["checks"][1]["relative_error"].is_null());
  const auto& gemm = json["curves"][0];
  CHECK(gemm["columns"] ==
        nlohmann::json{"m", "n", "k", "seconds", "low", "high", "flops_per_second", "bytes_per_second"});
  CHECK(gemm["points"][0] == nlohmann::json{1.0, 4096.0, 4096.0, 2e-5, 1e-5, 4e-5, 2e12, 4e12});
  CHECK(json["curves"][1]["points"][0].size() == 5);
  CHECK_FALSE(json["curves"][1].contains("dtype"));
  CHECK(json["curves"][2]["points"].empty());
}

TEST_CASE("devices get the names by which scenarios call them") {
  const char* const cases[][2] = {
      {"NVIDIA H100 80GB HBM3", "h100-sxm"},
      {"NVIDIA H100 PCIe", "h100-pcie"},
      {"NVIDIA H200", "h200-sxm"},
      {"NVIDIA H200 NVL", "h200-nvl"},
      {"NVIDIA L4", "l4"},
      {"NVIDIA L40S", "l40s"},
      {"NVIDIA A100-SXM4-80GB", "a100-sxm-80gb"},
      {"NVIDIA A10G", "a10g"},
      {"NVIDIA GeForce RTX 4090", "rtx-4090"},
      {"NVIDIA RTX 6000 Ada Generation", "rtx-6000-ada-generation"},
  };
  for (const auto& [device, name] : cases) CHECK(profile_name(device) == name);
}

TEST_CASE("the grids reach from one token to the longest chunk, and a quick run measures a part of each") {
  CHECK(token_grid(false).front() == 1);
  CHECK(token_grid(false).back() == 8192);
  CHECK(gemm_shapes(true).size() < gemm_shapes(false).size());
  const auto all = token_grid(false);
  for (const int tokens : token_grid(true)) CHECK(std::count(all.begin(), all.end(), tokens) == 1);
}
