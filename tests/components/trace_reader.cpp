#include "components/trace_reader.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <charconv>
#include <cstring>
#include <string_view>

namespace windtunnel::eviction {

namespace {

std::string unzip(const std::string& path) {
  std::string content;
  gzFile file = gzopen(path.c_str(), "rb");
  REQUIRE_MESSAGE(file != nullptr, path);
  char buffer[1 << 16];
  int read = 0;
  while ((read = gzread(file, buffer, sizeof buffer)) > 0)
    content.append(buffer, static_cast<std::size_t>(read));
  CHECK(read == 0);
  gzclose(file);
  return content;
}

/// One key per line; lines that are not a number are marks of the original tool.
std::vector<TraceRequest> read_lines(std::string_view text) {
  std::vector<TraceRequest> requests;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::uint64_t key = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), key).ec == std::errc{})
      requests.push_back({key, 1});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return requests;
}

/// libCacheSim's oracleGeneral: little endian, packed {u32 time, u64 object, u32 size, i64 next access}.
std::vector<TraceRequest> read_oracle_general(std::string_view bytes) {
  constexpr std::size_t kRecord = 24;
  std::vector<TraceRequest> requests;
  for (; bytes.size() >= kRecord; bytes.remove_prefix(kRecord)) {
    std::uint64_t key = 0;
    std::uint32_t size = 0;
    std::memcpy(&key, bytes.data() + 4, sizeof key);
    std::memcpy(&size, bytes.data() + 12, sizeof size);
    requests.push_back({key, size});
  }
  return requests;
}

}  // namespace

std::vector<TraceRequest> read_trace(const std::string& name) {
  const std::string folder = WINDTUNNEL_ROOT "/tests/oracles/traces/";
  if (name == "cloudPhysicsIO") return read_oracle_general(unzip(folder + name + ".oracleGeneral.bin.gz"));
  return read_lines(unzip(folder + name + ".trace.gz"));
}

}  // namespace windtunnel::eviction
