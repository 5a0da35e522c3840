#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "components/eviction/policy.hpp"
#include "components/trace_reader.hpp"

namespace windtunnel::eviction {

namespace {

struct Row {
  std::string trace, unit, policy;
  std::uint64_t capacity = 0, misses = 0, miss_bytes = 0;
};

std::vector<Row> read_rows(const std::string& path) {
  std::ifstream file(path);
  std::vector<Row> rows;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with('#') || line.starts_with("trace,")) continue;
    std::istringstream fields(line);
    std::string field[6];
    for (std::string& f : field) std::getline(fields, f, ',');
    rows.push_back({field[0], field[1], field[2], std::stoull(field[3]), std::stoull(field[4]),
                    field[5].empty() ? 0 : std::stoull(field[5])});
  }
  return rows;
}

struct Misses {
  std::uint64_t count = 0, bytes = 0;
};

Misses replay(const std::vector<TraceRequest>& trace, EvictionPolicy& policy) {
  Misses misses;
  for (const TraceRequest& request : trace) {
    if (policy.access(request.key, 0)) continue;
    ++misses.count;
    misses.bytes += request.size_bytes;
    policy.admit(request.key, request.size_bytes, 0);
  }
  return misses;
}

}  // namespace

TEST_CASE("misses on public traces") {
  const std::vector<Row> rows = read_rows(WINDTUNNEL_ROOT "/tests/oracles/cache_traces.csv");
  REQUIRE(rows.size() == 151);
  std::map<std::string, std::vector<TraceRequest>> traces;
  for (const Row& row : rows) {
    const auto [trace, is_new] = traces.try_emplace(row.trace);
    if (is_new) trace->second = read_trace(row.trace);
    const Capacity capacity =
        row.unit == "bytes" ? Capacity::bytes(row.capacity) : Capacity::items(row.capacity);
    const auto kind = policy_named(row.policy);
    REQUIRE(kind.has_value());
    const auto policy = make_policy(*kind, capacity, RandomStream(1, 0, "trace"));
    const Misses misses = replay(trace->second, *policy);
    CAPTURE(row.trace);
    CAPTURE(row.policy);
    CAPTURE(row.capacity);
    CHECK(misses.count == row.misses);
    if (row.miss_bytes != 0) CHECK(misses.bytes == row.miss_bytes);
  }
}

// libCacheSim's W-TinyLFU has another sketch and counts uses at other moments, so that its misses are near
// ours and not equal.
TEST_CASE("W-TinyLFU misses about as much as libCacheSim's, or less") {
  struct Case {
    const char* trace;
    std::uint64_t capacity;
    double miss_ratio;
  };
  const Case cases[] = {{"loop", 512, 0.5609},   {"multi1", 400, 0.4847},  {"2_pools", 100, 0.5775},
                        {"sprite", 400, 0.3113}, {"multi3", 1000, 0.4907}, {"cpp", 100, 0.2374},
                        {"gli", 500, 0.6866}};
  for (const Case& c : cases) {
    const std::vector<TraceRequest> trace = read_trace(c.trace);
    const auto policy =
        make_policy(PolicyKind::w_tiny_lfu, Capacity::items(c.capacity), RandomStream(1, 0, "trace"));
    const double miss_ratio =
        static_cast<double>(replay(trace, *policy).count) / static_cast<double>(trace.size());
    CAPTURE(std::string(c.trace));
    CHECK(miss_ratio < c.miss_ratio + 0.022);
    CHECK(miss_ratio > c.miss_ratio - 0.065);
  }
}

}  // namespace windtunnel::eviction
