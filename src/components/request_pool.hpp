#pragma once
#include <deque>

#include "components/call.hpp"
#include "kernel/occupancy.hpp"

namespace windtunnel {

/// Takes back the trace of a request when nobody can write to it any more.
class TraceOwner {
 public:
  virtual ~TraceOwner() = default;
  virtual void release(Trace* trace) = 0;
};

/// The requests of one world: reused when the last call that was made for them has ended.
class RequestPool {
 public:
  RequestRef make() {
    Request* request = free_;
    if (request) {
      free_ = request->next_free;
      *request = Request{};
    } else {
      request = &requests_.emplace_back();
    }
    ++alive_;
    request->pool = this;
    return RequestRef(request);
  }
  void set_trace_owner(TraceOwner* owner) { trace_owner_ = owner; }
  /// Requests that some call still works for, answered or not.
  std::size_t alive() const { return alive_; }

 private:
  friend class RequestRef;
  void release(Request* request) {
    if (request->trace) trace_owner_->release(request->trace);
    request->next_free = free_;
    free_ = request;
    --alive_;
  }
  std::deque<Request> requests_;
  Request* free_ = nullptr;
  TraceOwner* trace_owner_ = nullptr;
  std::size_t alive_ = 0;
};

inline RequestRef::~RequestRef() {
  if (request_ && --request_->references == 0) request_->pool->release(request_);
}

}  // namespace windtunnel
