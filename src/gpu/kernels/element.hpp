#pragma once
// Element types of the kernels, usable on the host and on the device alike.

#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define WINDTUNNEL_BOTH __host__ __device__ __forceinline__
#else
#define WINDTUNNEL_BOTH inline
#endif

namespace windtunnel::calibrate {

/// bfloat16: the upper half of an IEEE-754 binary32.
struct Bf16 {
  std::uint16_t bits;
};

WINDTUNNEL_BOTH float bits_to_float(std::uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

WINDTUNNEL_BOTH std::uint32_t float_to_bits(float value) {
  std::uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

WINDTUNNEL_BOTH float to_float(Bf16 element) {
  return bits_to_float(static_cast<std::uint32_t>(element.bits) << 16);
}

/// Two values rounded to nearest even, the first in the lower half, as the tensor cores want their operands.
WINDTUNNEL_BOTH std::uint32_t pack_bf16(float low, float high) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  std::uint32_t packed;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
  return packed;
#else
  const auto rounded = [](float value) {
    const std::uint32_t bits = float_to_bits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fffu;  // NaN stays NaN
    return (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  };
  return rounded(low) | (rounded(high) << 16);
#endif
}

WINDTUNNEL_BOTH Bf16 to_bf16(float value) {
  return Bf16{static_cast<std::uint16_t>(pack_bf16(value, 0.0f) & 0xffffu)};
}

/// Eight bf16 values: what one thread moves in one 16-byte access.
struct alignas(16) Packed8 {
  std::uint32_t word[4];
};

WINDTUNNEL_BOTH void unpack(const Packed8& packed, float (&values)[8]) {
  for (int i = 0; i < 4; ++i) {
    values[2 * i] = bits_to_float(packed.word[i] << 16);
    values[2 * i + 1] = bits_to_float(packed.word[i] & 0xffff0000u);
  }
}

WINDTUNNEL_BOTH Packed8 pack(const float (&values)[8]) {
  Packed8 packed;
  for (int i = 0; i < 4; ++i) packed.word[i] = pack_bf16(values[2 * i], values[2 * i + 1]);
  return packed;
}

WINDTUNNEL_BOTH Packed8 load8(const Bf16* from) { return *reinterpret_cast<const Packed8*>(from); }
WINDTUNNEL_BOTH void store8(Bf16* to, const Packed8& packed) { *reinterpret_cast<Packed8*>(to) = packed; }

/// A well-mixed 32-bit hash of (seed, index): the inputs of checks and measurements, the same on host and
/// device. Source: the finalizer of MurmurHash3 (Appleby, public domain), applied twice.
WINDTUNNEL_BOTH std::uint32_t hash32(std::uint32_t seed, std::uint32_t index) {
  std::uint32_t h = seed * 0x9e3779b9u + index;
  for (int round = 0; round < 2; ++round) {
    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    h *= 0xc2b2ae35u;
    h ^= h >> 16;
  }
  return h;
}

/// Uniform in [-1, 1).
WINDTUNNEL_BOTH float hash_uniform(std::uint32_t seed, std::uint32_t index) {
  return static_cast<float>(hash32(seed, index) >> 8) * (2.0f / 16777216.0f) - 1.0f;
}

}  // namespace windtunnel::calibrate
