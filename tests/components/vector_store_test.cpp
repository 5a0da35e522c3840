#include <doctest/doctest.h>

#include <string>

#include "components/small_world.hpp"
#include "components/vector_index.hpp"

namespace windtunnel {

TEST_CASE("Memory of an index") {
  // Faiss wiki, Guidelines to choose an index.
  struct Case {
    VectorIndex index;
    double vectors;
    int dims;
    double bytes;
  };
  for (const Case& c :
       {Case{FlatIndex{}, 1e6, 128, 512e6}, Case{HnswIndex{32, 128}, 1e7, 768, 33'280e6},
        Case{HnswIndex{32, 128}, 8e6, 1024, 34'816e6}, Case{IvfIndex{4096, 16, Bytes{32}}, 1e6, 128, 40e6},
        Case{IvfIndex{4096, 16, {}}, 1e6, 128, 520e6}, Case{FlatIndex{Bytes{96}}, 1e9, 96, 96'000e6}}) {
    CHECK(bytes_per_vector(c.index, c.dims) * c.vectors == doctest::Approx(c.bytes).epsilon(1e-9));
  }
}

TEST_CASE("Comparisons of a search") {
  // lists + nprobe * N / lists for balanced lists, N = 1M.
  CHECK(distance_computations(IvfIndex{4096, 16, {}}, 1e6, 10) == doctest::Approx(8002.25).epsilon(1e-9));
  CHECK(distance_computations(IvfIndex{16384, 64, {}}, 1e6, 10) == doctest::Approx(20290.25).epsilon(1e-9));
  CHECK(distance_computations(IvfIndex{1000, 1, {}}, 1e6, 10) == doctest::Approx(2000).epsilon(1e-9));
  CHECK(distance_computations(FlatIndex{}, 1e6, 10) == 1e6);
  CHECK(distance_computations(HnswIndex{16, 100}, 1e6, 500) ==
        500 * 16);  // ef is at least the results wanted
}

TEST_CASE("Recall and time both grow with the lists probed") {
  CHECK(recall(IvfIndex{16384, 1, {}}) == doctest::Approx(0.4084));
  CHECK(recall(IvfIndex{16384, 64, {}}) == doctest::Approx(0.9477));
  CHECK(recall(IvfIndex{4096, 16, Bytes{64}}) == doctest::Approx(0.7534));
  CHECK(recall(FlatIndex{}) == 1);
  double last_recall = 0, last_time = 0;
  for (int nprobe = 1; nprobe <= 512; nprobe *= 2) {
    const IvfIndex index{16384, nprobe, {}};
    CHECK(recall(index) > last_recall);
    CHECK(search_seconds(index, 1e6, 128, 10) > last_time);
    last_recall = recall(index);
    last_time = search_seconds(index, 1e6, 128, 10);
  }
}

namespace {

std::string scenario(const std::string& store, const std::string& more = "") {
  return "run: {duration: 100s}\n"
         "workloads: {web: {arrivals: poisson(500/s), calls: index}}\n"
         "components: {index: {type: vector_store, vectors: 10M, dims: 128, cores: 1000, " +
         store + "}}\n" + more;
}

}  // namespace

TEST_CASE("A search waits for the slowest of its shards") {
  // Exponential times of mean 1 ms on 8 shards: 1 + 1/2 + … + 1/8 ms. 20,000 searches.
  SmallWorld world(scenario("search: exp(1ms), shards: 8, copies: 2"));
  world.run_for(40);
  CHECK(world.mean_seconds() * 1e3 == doctest::Approx(2.717857).epsilon(0.012));
  CHECK(world.calls("index") == doctest::Approx(8 * world.requests()).epsilon(0.001));
  CHECK(world.metric("index", "recall_ratio") == doctest::Approx(0.95));
}

TEST_CASE("Shards that do not answer are missing from the result") {
  SmallWorld world(
      scenario("search: 1ms, shards: 4, recall: 90%", "faults: [{at: 0s, crash: \"index[1]\"}]\n"));
  world.run_for(10);
  CHECK(world.outcomes(Outcome::ok) > world.requests() - 10);
  CHECK(world.mean_quality() == doctest::Approx(0.75));
  CHECK(world.metric("index", "recall_ratio") == doctest::Approx(0.9 * 0.75));
  SmallWorld strict(scenario("search: 1ms, shards: 4, need: 4", "faults: [{at: 0s, crash: \"index[1]\"}]\n"));
  strict.run_for(10);
  CHECK(strict.outcomes(Outcome::unreachable) > strict.requests() - 10);
}

TEST_CASE("Best effort takes what has come by then") {
  // Exponential of mean 1 ms, waiting 1 ms: a share 1 - 1/e of the shards has answered.
  SmallWorld world(scenario("search: exp(1ms), shards: 8, best_effort: 1ms"));
  world.run_for(20);
  CHECK(world.mean_quality() == doctest::Approx(0.632).epsilon(0.008));
  CHECK(world.quantile_seconds(0.99) <= 1.01e-3);
}

TEST_CASE("The time of a search by its index") {
  // 10M vectors on 8 shards, hnsw(m=32 ef=128): 4,096 comparisons of 20 ns and 512 bytes at 20 GiB/s.
  SmallWorld world(scenario("index: hnsw(m=32 ef=128), shards: 8"));
  world.run_for(10);
  CHECK(world.mean_seconds() == doctest::Approx(4096 * (20e-9 + 512 / (20.0 * 1073741824))).epsilon(1e-3));
}

TEST_CASE("Vector stores that cannot be are refused") {
  const auto problems = [](const std::string& fields) {
    return problems_of(
        "workloads: {web: {arrivals: poisson(1/s), calls: index}}\n"
        "components: {index: {type: vector_store, " +
        fields + "}}\n");
  };
  CHECK(problems("vectors: 10M, dims: 128, index: hnsw(m=32 ef=128)") == "");
  CHECK(problems("vectors: 10M, dims: 128, index: flat") == "");
  CHECK(problems("vectors: 10M, dims: 128, index: \"ivf(lists=10 nprobe=11)\"").find("more than") !=
        std::string::npos);
  CHECK(problems("vectors: 10M, index: flat").find("dims") != std::string::npos);
  CHECK(problems("vectors: 10M, dims: 128, index: tree(3)") != "");
}

}  // namespace windtunnel
