// The CPU references of the calibration kernels, against cases small enough to work out by hand.

#include <doctest/doctest.h>

#include "gpu/kernels/cases.hpp"

using namespace windtunnel::calibrate;

namespace {

std::vector<Bf16> bf16(const std::vector<float>& values) {
  std::vector<Bf16> out;
  for (const float v : values) out.push_back(to_bf16(v));
  return out;
}

doctest::Approx about(double value) { return doctest::Approx(value).epsilon(1e-9); }

}  // namespace

TEST_CASE("bf16 keeps the upper half of a float and rounds to nearest even") {
  struct {
    float value;
    std::uint16_t bits;
  } const cases[] = {
      {1.0f, 0x3f80},        {-2.0f, 0xc000},
      {1.00390625f, 0x3f80},                     // 1 + 2⁻⁸, half way: to the even neighbour below
      {1.01171875f, 0x3f82},                     // 1 + 3·2⁻⁸, half way: to the even neighbour above
      {3.0e38f, 0x7f62},     {3.4e38f, 0x7f80},  // beyond the largest: infinity
  };
  for (const auto& c : cases) CHECK(to_bf16(c.value).bits == c.bits);
  CHECK(std::isnan(to_float(to_bf16(std::nanf("")))));
}

TEST_CASE("eight packed values come back in order") {
  const auto values = bf16({1, -2, 3, -4, 5, -6, 7, -8});
  alignas(16) Bf16 aligned[8];
  std::copy(values.begin(), values.end(), aligned);
  float unpacked[8];
  unpack(load8(aligned), unpacked);
  for (int i = 0; i < 8; ++i) CHECK(unpacked[i] == (i % 2 ? -1.0f : 1.0f) * static_cast<float>(i + 1));
  CHECK(pack(unpacked).word[3] == load8(aligned).word[3]);
}

TEST_CASE("attention weighs values by the softmax of scaled scores") {
  // Scores 0 and ln 3 after the division by sqrt(4): weights 1/4 and 3/4.
  const auto query = bf16({2, 0, 0, 0});
  const float log3 = to_float(to_bf16(std::log(3.0f)));
  const auto keys = bf16({0, 0, 0, 0, log3, 0, 0, 0});
  const auto values = bf16({4, 0, 8, 1, 0, 4, 8, 1});
  const auto out = reference::attend(
      query.data(), 2, 4, [&](int i) { return keys.data() + 4 * i; },
      [&](int i) { return values.data() + 4 * i; });
  const double w = 1.0 / (1.0 + std::exp(static_cast<double>(log3)));
  CHECK(w == doctest::Approx(0.25).epsilon(0.005));
  CHECK(out[0] == about(4 * w));
  CHECK(out[1] == about(4 * (1 - w)));
  CHECK(out[2] == about(8));
  CHECK(out[3] == about(1));
}

TEST_CASE("normalizations of (3, 4)") {
  // mean of squares 12.5; mean 3.5, variance 0.25
  const auto rms = reference::rms_norm({3, 4}, {1, 2}, 0);
  CHECK(rms[0] == about(3 / std::sqrt(12.5)));
  CHECK(rms[1] == about(8 / std::sqrt(12.5)));
  const auto layer = reference::layer_norm({3, 4}, {1, 2}, {10, 20}, 0);
  CHECK(layer[0] == about(9));
  CHECK(layer[1] == about(22));
}

TEST_CASE("SiLU, rotary, top-k") {
  CHECK(reference::silu_mul(0, 5) == 0);
  CHECK(reference::silu_mul(std::log(3.0), 4) == about(3 * std::log(3.0)));  // sigmoid(ln 3) = 3/4
  const auto turned = reference::rotary({1, 0, 0, 1}, 2, 10000.0);  // pair 0 turns by 2, pair 1 by 2/100
  CHECK(turned[0] == about(std::cos(2.0)));
  CHECK(turned[2] == about(std::sin(2.0)));
  CHECK(turned[1] == about(-std::sin(0.02)));
  CHECK(turned[3] == about(std::cos(0.02)));
  CHECK(reference::top_k({3, -1, 7, 7, 0}, 3) == std::vector<float>{7, 7, 3});
  CHECK(reference::top_k({1}, 3) == std::vector<float>{1});
}

TEST_CASE("bilinear resize: halves average, enlarging holds the edge") {
  // A 2×2 picture, channel 0 = 0, 255 / 255, 0.
  const std::uint8_t picture[] = {0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0};
  CHECK(reference::resized(picture, 2, 2, 1, 0, 0, 0) == about(0.5));
  CHECK(reference::resized(picture, 2, 2, 4, 0, 0, 0) == about(0.0));
  CHECK(reference::resized(picture, 2, 2, 4, 0, 1, 0) == about(0.25));  // centre at 0.25
  CHECK(reference::resized(picture, 2, 2, 4, 0, 3, 0) == about(1.0));
  CHECK(reference::resized(picture, 2, 2, 4, 0, 3, 1) == about(0.0));
}

TEST_CASE("an error that is not a number passes no check") {
  const std::vector<double> expected{1, 2};
  CHECK(reference::relative_error(std::vector<double>{1, 2}, expected) == 0);
  CHECK(reference::relative_error(std::vector<double>{1, 3}, expected) == about(1 / std::sqrt(5.0)));
  CHECK_FALSE(reference::relative_error(std::vector<double>{1, std::nan("")}, expected) <=
              kLargestRelativeError);
  CHECK_FALSE(reference::relative_error(std::vector<double>{1}, expected) <= kLargestRelativeError);
}
