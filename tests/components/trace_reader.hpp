#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace windtunnel::eviction {

struct TraceRequest {
  std::uint64_t key;
  std::uint64_t size_bytes;
};

/// A public trace of tests/oracles/traces by its name, without path and suffix.
std::vector<TraceRequest> read_trace(const std::string& name);

}  // namespace windtunnel::eviction
