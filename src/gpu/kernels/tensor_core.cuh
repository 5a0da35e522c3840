#pragma once
// The two tensor-core instructions that prefill attention uses (PTX ISA 8.x, sections
// "mma.sync.aligned.m16n8k16" and "ldmatrix"); every NVIDIA GPU since compute capability 8.0 has them.

#include "gpu/kernels/language.cuh"

#if defined(__CUDACC__)
namespace windtunnel::calibrate {

/// d += a · b for a 16×16 tile a and a 16×8 tile b of bf16, spread over the warp in the order of the PTX ISA.
__device__ __forceinline__ void multiply_add_tile(float (&d)[4], const std::uint32_t (&a)[4],
                                                  std::uint32_t b0, std::uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/// Four 8×8 matrices from shared memory; lane i gives the address of row i % 8 of matrix i / 8. Lane i
/// receives elements 2·(i % 4) and 2·(i % 4) + 1 of row i / 4 of each matrix.
__device__ __forceinline__ void load_tiles(std::uint32_t (&to)[4], const Bf16* row) {
  const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(address)
               : "memory");
}

/// The same, each matrix transposed on its way.
__device__ __forceinline__ void load_tiles_transposed(std::uint32_t (&to)[4], const Bf16* row) {
  const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(address)
               : "memory");
}

}  // namespace windtunnel::calibrate
#endif
