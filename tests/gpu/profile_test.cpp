// Profiles: what is read of them, what is refused, and that those which are shipped can be relied on.

#include "gpu/profile.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "catalog/catalog.hpp"
#include "gpu/interpolation.hpp"
#include "gpu/kernels/measured_profile.hpp"
#include "gpu/precision.hpp"

using namespace windtunnel;

TEST_CASE("a profile as windtunnel-calibrate writes it is read with its provenance") {
  calibrate::MeasuredProfile measured;
  measured.gpu = "test-gpu";
  measured.device = "Test GPU";
  measured.driver = "580.1";
  measured.date_utc = "2026-01-02T03:04:05Z";
  measured.curves = {
      {"gemm", "bf16", "cuBLASLt", {"m", "n", "k"}, {{{1, 64, 32}, {2e-6, 1e-6, 4e-6}, 4096, 0}}}};
  const auto read = parse_profile(calibrate::to_json(measured));
  REQUIRE(read.profile);
  CHECK(read.profile->kind == GpuProfile::Kind::kMeasured);
  CHECK(read.profile->origin == "Test GPU, driver 580.1, 2026-01-02T03:04:05Z");
  const ProfileCurve* gemm = read.profile->find("gemm", "bf16");
  REQUIRE(gemm);
  CHECK(gemm->points[0][*gemm->column("seconds")] == 2e-6);
  CHECK(read.profile->find("gemm", "fp8") == nullptr);
}

TEST_CASE("what is no profile is refused with a reason") {
  const char* const cases[] = {
      "",
      "{",
      "[]",
      R"({"windtunnel_profile": 2})",
      R"({"windtunnel_profile": 1, "gpu": "x", "provenance": {"kind": "public", "sources": []}})",
      R"({"windtunnel_profile": 1, "gpu": "x", "provenance": {"kind": "public", "sources": []},
          "curves": [{"name": "gemm", "columns": ["m"], "points": [[1]]}]})",
      R"({"windtunnel_profile": 1, "gpu": "x", "provenance": {"kind": "public", "sources": []},
          "curves": [{"name": "gemm", "columns": ["m", "seconds"], "points": [[1]]}]})",
      R"({"windtunnel_profile": 1, "gpu": "x", "provenance": {"kind": "public", "sources": []},
          "curves": [{"name": "gemm", "columns": ["m", "seconds"], "points": [[1, 0]]}]})",
  };
  for (const char* text : cases) {
    const auto read = parse_profile(text);
    CHECK_FALSE(read.profile);
    CHECK_FALSE(read.problem.empty());
  }
}

TEST_CASE("shipped profiles belong to GPUs of the catalog, name their sources, and break no data sheet") {
  const Catalog catalog;
  for (const char* name : {"h100-sxm", "a100-sxm-80gb", "rtx-4090"}) {
    CAPTURE(name);
    const auto found = find_profile(name, "no such folder");
    REQUIRE(found.profile);
    CHECK(found.profile->gpu == name);
    CHECK(found.profile->origin.size() > 10);
    const Gpu* gpu = catalog.find_gpu(name);
    REQUIRE(gpu);
    const ProfileCurve* gemm = found.profile->find("gemm", "bf16");
    REQUIRE(gemm);
    double best = 0;
    for (const auto& point : gemm->points)
      best = std::max(best, 2 * point[0] * point[1] * point[2] / point[3]);
    CHECK(best > 0.7 * peak_flops(*gpu, Precision::kBf16));
    CHECK(best < 1.01 * peak_flops(*gpu, Precision::kBf16));  // a card that boosts above its nominal clock
  }
  CHECK_FALSE(find_profile("v100-sxm-16gb").profile);
  CHECK(find_profile("v100-sxm-16gb").problem.empty());
}

TEST_CASE("a profile in the folder goes before the one in the binary, and a broken one is not passed over") {
  const auto folder = std::filesystem::temp_directory_path() / "windtunnel_profile_test";
  std::filesystem::create_directories(folder);
  calibrate::MeasuredProfile measured;
  measured.gpu = "h100-sxm";
  const calibrate::Point point{{1, 2048, 0, 32, 8, 128}, {1, 1, 1}, 0, 0};
  measured.curves = {
      {"prefill_attention",
       "bf16",
       "windtunnel prefill_attention",
       {"sequences", "chunk", "past", "heads", "kv_heads", "head_dim"},
       {point}},
      {"gemm", "bf16", "cuBLASLt", {"m", "n", "k"}, {{{1, 64, 32}, {2e-6, 1e-6, 4e-6}, 4096, 0}}}};
  std::ofstream(folder / "h100-sxm.json") << calibrate::to_json(measured);
  const auto found = find_profile("h100-sxm", folder.string());
  REQUIRE(found.profile);
  CHECK(found.profile->kind == GpuProfile::Kind::kMeasured);
  CHECK(found.profile->find("gemm")->points.size() == 1);
  CHECK(found.profile->find("prefill_attention")->kernel == "vLLM 0.24.0");  // faster than the own kernel
  std::ofstream(folder / "h100-sxm.json") << "{";
  CHECK_FALSE(find_profile("h100-sxm", folder.string()).profile);
  CHECK(find_profile("h100-sxm", folder.string()).problem.find("h100-sxm.json") != std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("tables are linear between points and level outside") {
  const LinearTable table({{4, 40}, {1, 10}, {2, 30}, {2, 20}});
  struct {
    double x, y;
  } const cases[] = {{0, 10}, {1, 10}, {1.5, 15}, {2, 20}, {3, 30}, {4, 40}, {9, 40}};
  for (const auto& c : cases) CHECK(table.at(c.x) == doctest::Approx(c.y));
}
