#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "components/hashing/hash_ring.hpp"
#include "components/hashing/stateless_hashing.hpp"
#include "kernel/random.hpp"

namespace windtunnel {

namespace {

constexpr int kServers = 10;

HashRing make_ring(int servers, int virtual_nodes, std::uint64_t seed) {
  HashRing ring(virtual_nodes, seed);
  for (int server = 0; server < servers; ++server) ring.add(server);
  return ring;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
  const double m = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - m) * (value - m);
  return std::sqrt(sum / (static_cast<double>(values.size()) - 1));
}

}  // namespace

// Ten servers; reference simulation of the same, 200 rings. With one point each the largest share has mean
// H_10 / 10. Of 2000 rings the standard error of a mean is below 1%.
TEST_CASE("how uneven a ring is, by virtual nodes") {
  struct Case {
    int virtual_nodes;
    double max_over_mean, deviation_of_share, p99_max_over_mean;
  };
  const Case cases[] = {{1, 2.9459, 0.877, 5.2951},
                        {10, 1.5303, 0.287, 2.0969},
                        {100, 1.1566, 0.0908, 1.3039},
                        {500, 1.0682, 0.0401, 1.1352}};
  for (const Case& c : cases) {
    CAPTURE(c.virtual_nodes);
    const int rings = c.virtual_nodes > 100 ? 400 : 2000;
    std::vector<double> maxima, deviations;
    for (int i = 0; i < rings; ++i) {
      std::vector<double> shares = make_ring(kServers, c.virtual_nodes, mix(i)).shares(kServers);
      for (double& share : shares) share *= kServers;
      CHECK(mean(shares) == doctest::Approx(1));
      maxima.push_back(*std::ranges::max_element(shares));
      deviations.push_back(deviation(shares));
    }
    CHECK(mean(maxima) == doctest::Approx(c.max_over_mean).epsilon(0.03));
    CHECK(mean(deviations) == doctest::Approx(c.deviation_of_share).epsilon(0.05));
    std::ranges::sort(maxima);
    CHECK(maxima[maxima.size() * 99 / 100] == doctest::Approx(c.p99_max_over_mean).epsilon(0.1));
  }
}

TEST_CASE("a server that joins ten takes its eleventh and nothing else moves") {
  std::vector<double> gained;
  for (int i = 0; i < 1000; ++i) {
    HashRing ring = make_ring(kServers, 100, mix(i));
    ring.add(kServers);
    gained.push_back(ring.shares(kServers + 1).back());
  }
  CHECK(mean(gained) == doctest::Approx(1.0 / 11).epsilon(0.01));
  CHECK(deviation(gained) == doctest::Approx(0.00868).epsilon(0.2));

  HashRing ring = make_ring(kServers, 100, 1);
  std::vector<int> before;
  for (std::uint64_t key = 0; key < 100'000; ++key) before.push_back(ring.pick(key));
  ring.add(kServers);
  int moved = 0, moved_elsewhere = 0;
  for (std::uint64_t key = 0; key < 100'000; ++key) {
    const int now = ring.pick(key);
    moved += now != before[key];
    moved_elsewhere += now != before[key] && now != kServers;
  }
  CHECK(moved_elsewhere == 0);
  CHECK(moved / 1e5 == doctest::Approx(ring.shares(kServers + 1).back()).epsilon(0.04));
  ring.remove(kServers);
  bool same = true;
  for (std::uint64_t key = 0; key < 100'000; ++key) same = same && ring.pick(key) == before[key];
  CHECK(same);
}

TEST_CASE("weights are shares of the ring, and an empty ring owns nothing") {
  HashRing ring(1000, 5);
  CHECK(ring.pick(1) == HashRing::nobody);
  ring.add(0, 1);
  CHECK(ring.shares(1)[0] == doctest::Approx(1));
  ring.add(1, 3);
  CHECK(ring.shares(2)[1] == doctest::Approx(0.75).epsilon(0.05));
  ring.remove(0);
  ring.remove(1);
  CHECK(ring.backends() == 0);
  CHECK(ring.pick(1) == HashRing::nobody);
}

TEST_CASE("bounded loads: nobody gets more than ceil(1.25 times the mean), however hot a key is") {
  for (const double bound : {1.25, 1.01, 2.0}) {
    const HashRing ring = make_ring(kServers, 100, 3);
    std::vector<std::int32_t> loads(kServers, 0);
    RandomStream random(1, 0, "requests");
    bool bounded = true;
    int at_home = 0;
    for (int placed = 1; placed <= 20'000; ++placed) {
      const std::uint64_t key = random.chance(0.5) ? 42 : random.below(1000);  // half of all for one key
      const int backend = ring.pick_bounded(key, loads, bound);
      at_home += backend == ring.pick(key);
      const std::int32_t load = ++loads[static_cast<std::size_t>(backend)];
      bounded = bounded && load <= std::ceil(bound * placed / kServers);
    }
    CHECK(bounded);
    CHECK(at_home > 20'000 / 3);
  }
  const HashRing ring = make_ring(kServers, 100, 3);
  const std::vector<std::int32_t> idle(kServers, 0);
  for (std::uint64_t key = 0; key < 1000; ++key) CHECK(ring.pick_bounded(key, idle, 1.25) == ring.pick(key));
}

// Multinomial: 100,000 keys over 10 servers, each 10,000 with standard deviation 94.87.
TEST_CASE("rendezvous hashing is uniform and moves only what the leaving server held") {
  std::vector<int> servers(kServers);
  std::iota(servers.begin(), servers.end(), 0);
  std::vector<double> counts(kServers, 0.0);
  std::vector<int> before;
  for (std::uint64_t key = 0; key < 100'000; ++key) {
    before.push_back(rendezvous_pick(key, servers, 9));
    ++counts[static_cast<std::size_t>(before.back())];
  }
  for (const double count : counts) CHECK(std::abs(count - 10'000) < 4 * 94.87);
  CHECK(deviation(counts) == doctest::Approx(94.87).epsilon(0.6));

  servers.erase(servers.begin() + 4);
  int moved = 0, moved_without_need = 0;
  for (std::uint64_t key = 0; key < 100'000; ++key) {
    const bool has_moved = rendezvous_pick(key, servers, 9) != before[key];
    moved += has_moved;
    moved_without_need += has_moved && before[key] != 4;
  }
  CHECK(moved == counts[4]);
  CHECK(moved_without_need == 0);
  CHECK(rendezvous_pick(1, {}, 9) == -1);
}

TEST_CASE("weighted rendezvous shares by weight") {
  const std::vector<int> servers = {3, 7, 8};
  const std::vector<double> weights = {1, 2, 5};
  std::vector<double> counts(9, 0.0);
  for (std::uint64_t key = 0; key < 100'000; ++key) {
    ++counts[static_cast<std::size_t>(rendezvous_pick(key, servers, weights, 2))];
  }
  CHECK(counts[3] == doctest::Approx(12'500).epsilon(0.03));
  CHECK(counts[7] == doctest::Approx(25'000).epsilon(0.02));
  CHECK(counts[8] == doctest::Approx(62'500).epsilon(0.01));
}

TEST_CASE("jump hashing is uniform and moves only to the new bucket") {
  std::vector<double> counts(11, 0.0);
  int moved_elsewhere = 0;
  for (std::uint64_t key = 0; key < 100'000; ++key) {
    const int now = jump_pick(key, 11, 6);
    ++counts[static_cast<std::size_t>(now)];
    const int before = jump_pick(key, 10, 6);
    moved_elsewhere += now != before && now != 10;
  }
  for (const double count : counts) CHECK(std::abs(count - 1e5 / 11) < 4 * 91);
  CHECK(moved_elsewhere == 0);
  CHECK(jump_pick(77, 1, 6) == 0);
}

TEST_CASE("for contrast: the remainder moves ten of eleven keys") {
  int moved = 0;
  for (std::uint64_t key = 0; key < 100'000; ++key) moved += mix(key) % 10 != mix(key) % 11;
  CHECK(moved / 1e5 == doctest::Approx(10.0 / 11).epsilon(0.01));
}

}  // namespace windtunnel
