// Kernel times from profiles and from data sheets, held against the measured points of the shipped profiles.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "catalog/catalog.hpp"
#include "gpu/accelerator.hpp"

using namespace windtunnel;

namespace {

const Catalog& catalog() {
  static const Catalog the_catalog;
  return the_catalog;
}

Accelerator with_profile(const char* gpu) {
  return Accelerator(*catalog().find_gpu(gpu), find_profile(gpu, "no such folder").profile);
}

Accelerator from_data_sheet(const char* gpu) { return Accelerator(*catalog().find_gpu(gpu)); }

/// Median of the absolute relative errors.
double median_error(std::vector<double> errors) {
  for (double& e : errors) e = std::abs(e);
  std::sort(errors.begin(), errors.end());
  return errors[errors.size() / 2];
}

/// Points of Llama-3-8B's heads: 32 on 8, 128 dimensions.
constexpr AttentionShape kLlama8b{32, 8, 128, 4096};

}  // namespace

TEST_CASE("a measured product is given back as it was measured") {
  const Accelerator h100 = with_profile("h100-sxm");
  const ProfileCurve* gemm = h100.profile()->find("gemm");
  for (std::size_t i = 0; i < gemm->points.size(); i += 97) {
    const auto& p = gemm->points[i];
    CHECK(h100.gemm().seconds({}, p[0], p[1], p[2]) == doctest::Approx(p[3]).epsilon(0.005));
  }
}

TEST_CASE("a shape that was not measured: within a few percent of one that was, left out") {
  const Accelerator h100 = with_profile("h100-sxm");
  std::vector<double> errors;
  for (const auto& [n, k] : {std::pair{6144.0, 4096.0},
                             {4096.0, 4096.0},
                             {8192.0, 7168.0},
                             {10240.0, 8192.0},
                             {2560.0, 8192.0},
                             {5120.0, 2048.0}}) {
    GpuProfile without = *h100.profile();
    std::vector<std::vector<double>> left_out;
    for (ProfileCurve& curve : without.curves) {
      if (curve.name != "gemm") continue;
      const auto is_shape = [&](const auto& p) { return p[1] == n && p[2] == k; };
      std::copy_if(curve.points.begin(), curve.points.end(), std::back_inserter(left_out), is_shape);
      std::erase_if(curve.points, is_shape);
    }
    REQUIRE(left_out.size() > 15);
    const Accelerator partial(h100.gpu(), without);
    for (const auto& p : left_out) errors.push_back(partial.gemm().seconds({}, p[0], n, k) / p[3] - 1);
  }
  CHECK(median_error(errors) < 0.06);
}

TEST_CASE("the roofline with fixed efficiencies against what was measured") {
  struct {
    std::string gpu;
    double gemm, decode, prefill;  // largest median error; docs/gpu.md states them
  } const cases[] = {{"h100-sxm", 0.10, 0.15, 0.20}, {"a100-sxm-80gb", 0.20, 0.35, 0.20}};
  for (const auto& c : cases) {
    CAPTURE(c.gpu);
    const Accelerator measured = with_profile(c.gpu.c_str());
    const Accelerator roofline = from_data_sheet(c.gpu.c_str());
    std::vector<double> gemm, decode, prefill;
    for (const auto& p : measured.profile()->find("gemm")->points)
      if (p[1] >= 1024 && p[2] >= 1024)
        gemm.push_back(roofline.gemm().seconds({}, p[0], p[1], p[2]) / p[3] - 1);
    const auto decode_model = roofline.decode_attention(kLlama8b);
    for (const auto& p : measured.profile()->find("decode_attention")->points)
      if (p[2] == 32 && p[3] == 8) decode.push_back(decode_model.seconds(p[0], p[0] * p[1]) / p[5] - 1);
    const auto prefill_model = roofline.prefill_attention(kLlama8b);
    for (const auto& p : measured.profile()->find("prefill_attention")->points)
      if (p[3] == 32 && p[4] == 8)
        prefill.push_back(prefill_model.seconds(p[0] * p[1], p[0] * p[1] * p[1] / 2) / p[6] - 1);
    MESSAGE(c.gpu << ": gemm " << median_error(gemm) << " decode " << median_error(decode) << " prefill "
                  << median_error(prefill));
    CHECK(median_error(gemm) < c.gemm);
    CHECK(median_error(decode) < c.decode);
    CHECK(median_error(prefill) < c.prefill);
  }
}

TEST_CASE("no product is faster than the data sheet, for any GPU and type") {
  for (const Gpu& gpu : catalog().gpus()) {
    CAPTURE(gpu.name);
    const Accelerator accelerator(gpu, find_profile(gpu.name, "no such folder").profile);
    for (const Precision type : {Precision::kBf16, Precision::kFp8, Precision::kInt8})
      for (const double m : {1.0, 7.0, 300.0, 5000.0, 100000.0}) {
        const double n = 5000;
        const double k = 3000;
        const double seconds = accelerator.gemm().seconds({type, type}, m, n, k);
        CHECK(2 * m * n * k / seconds <= peak_flops(gpu, type) * (1 + 1e-9));
        CHECK((n * k + m * k) * bytes_of(type) / seconds <= gpu.memory_bytes_per_second);
      }
  }
}

TEST_CASE("smaller weights are read faster, computed at the rate of the activations") {
  const Accelerator h100 = with_profile("h100-sxm");
  const auto seconds = [&](Precision weights, Precision activations, double m) {
    return h100.gemm().seconds({weights, activations}, m, 28672, 8192);
  };
  const double bf16 = seconds(Precision::kBf16, Precision::kBf16, 1);
  CHECK(seconds(Precision::kInt4, Precision::kBf16, 1) == doctest::Approx(bf16 / 4 * 1.03).epsilon(0.02));
  CHECK(seconds(Precision::kFp8, Precision::kFp8, 1) == doctest::Approx(bf16 / 2).epsilon(0.02));
  CHECK(seconds(Precision::kInt4, Precision::kBf16, 8192) ==
        doctest::Approx(seconds(Precision::kBf16, Precision::kBf16, 8192)).epsilon(0.02));
}

TEST_CASE("decode attention: measured points, sequences for heads, bandwidth beyond the table") {
  const Accelerator h100 = with_profile("h100-sxm");
  const auto attention = h100.decode_attention(kLlama8b);
  for (const auto& p : h100.profile()->find("decode_attention")->points)
    if (p[2] == 32 && p[3] == 8 && p[0] * p[1] > 1e5)
      CHECK(attention.seconds(p[0], p[0] * p[1]) == doctest::Approx(p[5]).epsilon(0.001));
  CHECK(attention.seconds(0, 0) == 0);
  // An fp8 cache of twice the tokens is the same number of bytes.
  const auto fp8 = h100.decode_attention({32, 8, 128, 2048});
  CHECK(fp8.seconds(64, 64 * 8192.0) == doctest::Approx(attention.seconds(64, 64 * 4096.0)).epsilon(0.001));
  // A very long context keeps the bandwidth of the longest that was measured.
  const double million = attention.seconds(64, 64e6);
  CHECK(attention.seconds(64, 128e6) == doctest::Approx(2 * million).epsilon(0.001));
  CHECK(128e6 * 4096 / attention.seconds(64, 128e6) < h100.gpu().memory_bytes_per_second);
}

TEST_CASE("prefill attention: floor, tokens and pairs fit the measured chunks") {
  for (const char* gpu : {"h100-sxm", "a100-sxm-80gb"}) {
    const Accelerator accelerator = with_profile(gpu);
    const auto attention = accelerator.prefill_attention(kLlama8b);
    std::vector<double> errors;
    for (const auto& p : accelerator.profile()->find("prefill_attention")->points)
      if (p[3] == 32 && p[4] == 8)
        errors.push_back(attention.seconds(p[0] * p[1], p[0] * p[1] * p[1] / 2) / p[6] - 1);
    CHECK(median_error(errors) < 0.05);
  }
}

TEST_CASE("all-reduce: measured sizes; a ring where nothing was measured") {
  const Accelerator h100 = with_profile("h100-sxm");
  CHECK(h100.all_reduce_seconds(1, 1e6) == 0);
  for (const auto& p : h100.profile()->find("all_reduce")->points)
    CHECK(h100.all_reduce_seconds(static_cast<int>(p[0]), p[1]) == doctest::Approx(p[2]));
  // 2·7/8 of 1 GB over 450 GB/s · 0.75 each way.
  CHECK(from_data_sheet("h100-sxm").all_reduce_seconds(8, 1e9) == doctest::Approx(5e-6 + 1.75 / 337.5));
  CHECK(from_data_sheet("h100-sxm").all_reduce_seconds(8, 1e9) ==
        doctest::Approx(h100.all_reduce_seconds(8, 1e9)).epsilon(0.25));
}

TEST_CASE("reports say where the times come from") {
  CHECK(from_data_sheet("l4").basis() == "data sheet");
  CHECK(with_profile("h100-sxm").basis().rfind("public tables (ai-dynamo/aiconfigurator", 0) == 0);
}
