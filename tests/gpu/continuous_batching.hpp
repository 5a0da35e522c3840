#pragma once
// A plain scheduler of continuous batching in the order of vLLM V1 (running requests first, then waiting ones
// while budget and cache blocks last; the last running request is preempted and recomputed), as an oracle for
// step times against recorded runs. Without prefix caching.

#include <algorithm>
#include <deque>
#include <limits>
#include <vector>

#include "gpu/llm_step.hpp"

namespace windtunnel::oracle {

struct Request {
  double arrival_seconds = 0;
  int prompt_tokens = 0;
  int output_tokens = 0;
  double ttft_seconds = -1;     ///< result
  double latency_seconds = -1;  ///< result

  int computed = 0;
  int reached = 0;
  int blocks = 0;
};

struct Engine {
  long blocks = std::numeric_limits<long>::max() / 2;
  int token_budget = 8192;
  int most_sequences = 1024;
};

class ContinuousBatching {
 public:
  ContinuousBatching(const LlmStepModel& step, const Engine& engine)
      : step_(step), engine_(engine), free_blocks_(engine.blocks) {}

  /// Runs all requests. With `users` > 0 a closed loop: arrival times are ignored, each answer lets the next
  /// come.
  void run(std::vector<Request>& requests, int users = 0) {
    std::size_t next = 0;
    std::size_t done = 0;
    for (Request& r : requests) r.reached = r.prompt_tokens;
    const auto arrive = [&](double at) {
      requests[next].arrival_seconds = at;
      waiting_.push_back(&requests[next++]);
    };
    for (int user = 0; user < users && next < requests.size(); ++user) arrive(0);
    while (done < requests.size()) {
      while (users == 0 && next < requests.size() && requests[next].arrival_seconds <= now_)
        arrive(requests[next].arrival_seconds);
      if (waiting_.empty() && running_.empty()) {
        now_ = requests[next].arrival_seconds;
        continue;
      }
      const std::vector<Share> shares = schedule();
      StepLoad load;
      for (const auto& [request, tokens] : shares)
        if (tokens == 1 && request->computed > 0)
          load.add_decode(request->computed + 1);
        else
          load.add_prefill(tokens, request->computed);
      now_ += step_.seconds(load);
      for (const auto& [request, tokens] : shares)
        if (finish(*request, tokens)) {
          ++done;
          if (users > 0 && next < requests.size()) arrive(now_);
        }
      std::erase_if(running_, [](const Request* r) { return r->latency_seconds >= 0; });
    }
  }

 private:
  struct Share {
    Request* request;
    int tokens;
  };
  static int blocks_for(int tokens) { return (tokens + 15) / 16; }

  std::vector<Share> schedule() {
    std::vector<Share> shares;
    int budget = engine_.token_budget;
    bool preempted = false;
    for (std::size_t i = 0; i < running_.size() && budget > 0; ++i) {
      Request* request = running_[i];
      const int tokens = std::min(request->reached - request->computed, budget);
      const int wanted = blocks_for(request->computed + tokens) - request->blocks;
      while (wanted > free_blocks_ && running_.size() > i) {
        Request* victim = running_.back();
        running_.pop_back();
        free_blocks_ += victim->blocks;
        victim->blocks = victim->computed = 0;
        waiting_.push_front(victim);
        preempted = true;
      }
      if (running_.size() <= i) break;
      free_blocks_ -= wanted;
      request->blocks += wanted;
      budget -= tokens;
      shares.push_back({request, tokens});
    }
    while (!preempted && !waiting_.empty() && budget > 0 &&
           static_cast<int>(running_.size()) < engine_.most_sequences) {
      Request* request = waiting_.front();
      if (blocks_for(request->reached) > free_blocks_) break;
      const int tokens = std::min(request->reached, budget);
      request->blocks = blocks_for(tokens);
      free_blocks_ -= request->blocks;
      waiting_.pop_front();
      running_.push_back(request);
      budget -= tokens;
      shares.push_back({request, tokens});
    }
    return shares;
  }

  /// Counts the tokens of a step; true when the request is complete.
  bool finish(Request& request, int tokens) {
    request.computed += tokens;
    if (request.computed < request.reached) return false;
    ++request.reached;
    if (request.ttft_seconds < 0) request.ttft_seconds = now_ - request.arrival_seconds;
    if (request.reached - request.prompt_tokens < request.output_tokens) return false;
    request.latency_seconds = now_ - request.arrival_seconds;
    free_blocks_ += request.blocks;
    return true;
  }

  const LlmStepModel& step_;
  Engine engine_;
  long free_blocks_;
  double now_ = 0;
  std::deque<Request*> waiting_;
  std::vector<Request*> running_;
};

}  // namespace windtunnel::oracle
