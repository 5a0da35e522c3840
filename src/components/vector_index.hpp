#pragma once
#include <optional>
#include <variant>

#include "language/fields.hpp"

namespace windtunnel {

/// `flat`: every vector is compared.
struct FlatIndex {
  std::optional<Bytes> code;
};
/// `ivf(lists=4096 nprobe=16)`: the vectors of the nearest lists are compared.
struct IvfIndex {
  int lists = 0;
  int nprobe = 0;
  std::optional<Bytes> code;
};
/// `hnsw(m=32 ef=128)`: a walk over a graph of near neighbours.
struct HnswIndex {
  int m = 32;
  int ef = 128;
};
void describe(Fields<FlatIndex>& f);
void describe(Fields<IvfIndex>& f);
void describe(Fields<HnswIndex>& f);

using VectorIndex = std::variant<HnswIndex, IvfIndex, FlatIndex>;

/// Memory that an index takes for each vector of `dims` 32-bit numbers: flat 4d, HNSW 4d + 8m, IVF 4d + 8,
/// and with product quantization the code instead of 4d (Faiss wiki, Guidelines to choose an index).
double bytes_per_vector(const VectorIndex& index, int dims);

/// Vectors that a search of an index of `vectors` compares with the query, when `top` results are wanted.
/// Flat: all. IVF: lists + nprobe * vectors / lists (balanced lists). HNSW: ef * m, with ef at least `top`:
/// each of the ef nodes that the search expands has up to 2m neighbours on the base layer, of which about
/// half have been seen before; the layers above are left out. An assumption that orders of magnitude bear
/// out, see docs/components/vector_store.md.
double distance_computations(const VectorIndex& index, double vectors, double top);

/// Time of one search on one core. A comparison reads its vector from memory: in sequence for flat and IVF at
/// 20 GiB/s, with a random access of 20 ns before for HNSW (catalog machine/memory-sequential and -random).
double search_seconds(const VectorIndex& index, double vectors, int dims, double top);

/// Share of the true nearest neighbour that a search finds. Flat 1; HNSW 0.95 (m = 16, ef = 128 measured
/// 0.944 on 10M x 96 and 0.985 on 1M x 1536; qdrant-benchmarks in the catalog). IVF: from Faiss's SIFT1M log
/// (Titan X, recall 1@1 of IVF16384,Flat, with a code of IVF4096,PQ64), by the share of the lists that is
/// probed, straight in its logarithm.
double recall(const VectorIndex& index);

}  // namespace windtunnel
