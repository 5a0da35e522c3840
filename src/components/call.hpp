#pragma once
#include <array>
#include <cstdint>
#include <utility>

#include "kernel/time.hpp"
#include "network/network.hpp"

namespace windtunnel {

class RequestPool;
class Trace;

/// How a call ended. Each kind is counted apart, by caller and by callee.
enum class Outcome : std::uint8_t {
  ok,
  timeout,      ///< the caller stopped waiting
  refused,      ///< queue full, rate limit, load shed, breaker open
  unreachable,  ///< no route, or nobody there: partition, crash
  failed,       ///< the callee answered with an error
};
inline constexpr int outcome_count = 5;
const char* to_text(Outcome outcome);

/// Most key spaces (names under a workload's `keys:`) that one scenario may have.
inline constexpr std::size_t key_spaces_max = 8;

/// What a workload's client asked for; shared by all the calls made on its behalf.
struct Request {
  Nanoseconds started = 0;  ///< intended arrival: latency counts from here
  std::uint64_t id = 0;
  std::array<std::uint64_t, key_spaces_max> keys{};
  Trace* trace = nullptr;    ///< null unless this request is traced
  Nanoseconds service = -1;  ///< work asked for by a trace; below 0: drawn by the law of the step
  std::uint32_t tokens_in = 0;
  std::uint32_t tokens_out = 0;
  std::uint16_t workload = 0;
  std::uint8_t priority = 0;  ///< 0 is the most urgent
  std::uint32_t references = 0;
  Request* next_free = nullptr;
  RequestPool* pool = nullptr;  ///< where it goes back to
};

class RequestPool;

/// Keeps a request alive while a call made for it still runs somewhere, even after its client has gone.
class RequestRef {
 public:
  RequestRef() = default;
  explicit RequestRef(Request* request) : request_(request) { ++request_->references; }
  RequestRef(const RequestRef& other) : request_(other.request_) {
    if (request_) ++request_->references;
  }
  RequestRef(RequestRef&& other) noexcept : request_(std::exchange(other.request_, nullptr)) {}
  RequestRef& operator=(RequestRef other) noexcept {
    std::swap(request_, other.request_);
    return *this;
  }
  ~RequestRef();
  Request* operator->() const { return request_; }
  Request& operator*() const { return *request_; }

 private:
  Request* request_ = nullptr;
};

enum class Operation : std::uint8_t { read, write };

inline constexpr std::uint32_t no_span = UINT32_MAX;

/// Keys of a call for many that are known one by one. Belongs to whoever waits for the call's answer.
struct KeyGroup {
  const std::uint64_t* keys = nullptr;
  std::uint32_t known = 0;
  float draws = 1;  ///< draws from the keys' law that bring one more key not yet in the call, on average
};

/// One call of one component by another, on behalf of a request.
struct Call {
  RequestRef request;
  std::uint64_t key = 0;    ///< of the first item; further ones follow from the key space's law
  std::uint32_t count = 1;  ///< keys asked for at once, items to score, or results wanted
  const KeyGroup* group = nullptr;  ///< some or all of the `count` keys, where they have been drawn already
  float request_bytes = 0;
  float response_bytes = 0;
  std::uint32_t span = no_span;  ///< the caller's span in the trace
  float overhead_seconds = 0;    ///< serialization and protocol work
  PlaceId from = 0;
  std::uint16_t caller_replica = 0;
  std::uint8_t key_space = 0;
  std::uint8_t priority = 0;  ///< 0 is the most urgent, 7 the least
  Operation operation = Operation::read;
  std::uint8_t handshake_round_trips = 0;  ///< before the first byte, where the call opens a connection
};

/// What comes back.
struct Reply {
  Outcome outcome = Outcome::ok;
  bool stale = false;       ///< older than the last acknowledged write when it was read
  float quality = 1;        ///< 1 is the full answer; fallbacks and missing parts lower it
  std::uint32_t count = 1;  ///< items that came back
  bool ok() const { return outcome == Outcome::ok; }
  static Reply error(Outcome outcome) { return {outcome, false, 0, 0}; }
};

}  // namespace windtunnel
