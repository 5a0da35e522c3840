#include "components/call.hpp"

#include <cstddef>

namespace windtunnel {

const char* to_text(Outcome outcome) {
  static constexpr const char* words[outcome_count] = {"ok", "timeout", "refused", "unreachable", "failed"};
  return words[static_cast<std::size_t>(outcome)];
}

}  // namespace windtunnel
