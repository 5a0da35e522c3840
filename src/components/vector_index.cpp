#include "components/vector_index.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace windtunnel {
namespace {

constexpr double sequential_bytes_per_second = 20.0 * 1024 * 1024 * 1024;
constexpr double random_access_seconds = 20e-9;
constexpr double hnsw_recall = 0.95;

// facebookresearch/faiss, benchs/README.md: recall 1@1 at nprobe 1, 2, 4, … 512, 10,000 queries.
constexpr double flat_lists = 16384;
constexpr double flat_recall[] = {0.4084, 0.5235, 0.6332, 0.7358, 0.8273,
                                  0.8957, 0.9477, 0.976,  0.9866, 0.9907};
constexpr double coded_lists = 4096;
constexpr double coded_recall[] = {0.3909, 0.5041, 0.6048, 0.6879, 0.7534,
                                   0.7957, 0.8125, 0.8205, 0.8227, 0.8228};

double interpolate(std::span<const double> table, double position) {
  const double last = static_cast<double>(table.size()) - 1;
  const double clamped = std::clamp(position, 0.0, last);
  const auto below = static_cast<std::size_t>(std::min(clamped, last - 1));
  const double part = clamped - static_cast<double>(below);
  return table[below] + part * (table[below + 1] - table[below]);
}

double stored_bytes(const std::optional<Bytes>& code, int dims) { return code ? code->bytes : 4.0 * dims; }

struct BytesPerVector {
  int dims;
  double operator()(const FlatIndex& index) const { return stored_bytes(index.code, dims); }
  double operator()(const IvfIndex& index) const { return stored_bytes(index.code, dims) + 8; }
  double operator()(const HnswIndex& index) const { return 4.0 * dims + 8.0 * index.m; }
};

struct Computations {
  double vectors;
  double top;
  double operator()(const FlatIndex&) const { return vectors; }
  double operator()(const IvfIndex& index) const {
    return index.lists + index.nprobe * vectors / index.lists;
  }
  double operator()(const HnswIndex& index) const {
    return std::min(vectors, std::max<double>(index.ef, top) * index.m);
  }
};

struct BytesRead {
  int dims;
  double operator()(const FlatIndex& index) const { return stored_bytes(index.code, dims); }
  double operator()(const IvfIndex& index) const { return stored_bytes(index.code, dims); }
  double operator()(const HnswIndex&) const { return 4.0 * dims; }
};

}  // namespace

void describe(Fields<FlatIndex>& f) {
  f.about("flat", "No index: every vector is compared with the query.");
  f.add("code", &FlatIndex::code)
      .absent("vectors are kept whole")
      .more_than("0B")
      .doc("Bytes of a quantized vector.");
}

void describe(Fields<IvfIndex>& f) {
  f.about("ivf", "Inverted lists: the vectors of the lists nearest to the query are compared.");
  f.add("lists", &IvfIndex::lists)
      .required()
      .at_least("1")
      .doc("Lists into which the vectors of a shard are split.");
  f.add("nprobe", &IvfIndex::nprobe)
      .fallback("16", "a usual setting")
      .at_least("1")
      .doc("Lists that a search visits.");
  f.add("code", &IvfIndex::code)
      .absent("vectors are kept whole")
      .more_than("0B")
      .doc("Bytes of a vector under product quantization.");
  f.check([](const IvfIndex& index, ObjectCheck& check) {
    if (index.nprobe > index.lists) check.error("nprobe", "more than there are lists");
  });
}

void describe(Fields<HnswIndex>& f) {
  f.about("hnsw", "A graph of near neighbours (Malkov and Yashunin 2018).");
  f.add("m", &HnswIndex::m)
      .fallback("32", "Faiss's usual choice")
      .at_least("2")
      .at_most("1k")
      .doc("Neighbours of a vector.");
  f.add("ef", &HnswIndex::ef)
      .fallback("128", "as in the vector database benchmarks of the catalog")
      .at_least("1")
      .doc("Candidates that a search keeps; at least as many as results are wanted.");
}

double bytes_per_vector(const VectorIndex& index, int dims) {
  return std::visit(BytesPerVector{dims}, index);
}

double distance_computations(const VectorIndex& index, double vectors, double top) {
  return std::visit(Computations{vectors, top}, index);
}

double search_seconds(const VectorIndex& index, double vectors, int dims, double top) {
  const double access = std::holds_alternative<HnswIndex>(index) ? random_access_seconds : 0;
  const double comparison = access + std::visit(BytesRead{dims}, index) / sequential_bytes_per_second;
  double seconds = distance_computations(index, vectors, top) * comparison;
  if (const auto* ivf = std::get_if<IvfIndex>(&index); ivf && ivf->code) {
    // The lists' centres are whole vectors.
    seconds += ivf->lists * (4.0 * dims - ivf->code->bytes) / sequential_bytes_per_second;
  }
  return seconds;
}

double recall(const VectorIndex& index) {
  if (std::holds_alternative<HnswIndex>(index)) return hnsw_recall;
  const auto* ivf = std::get_if<IvfIndex>(&index);
  if (!ivf) return 1;
  const double lists = ivf->code ? coded_lists : flat_lists;
  const double probed = static_cast<double>(ivf->nprobe) / ivf->lists * lists;
  if (ivf->nprobe == ivf->lists && !ivf->code) return 1;
  return interpolate(ivf->code ? std::span<const double>(coded_recall) : flat_recall, std::log2(probed));
}

}  // namespace windtunnel
