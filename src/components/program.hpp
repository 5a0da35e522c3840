#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "components/caller.hpp"
#include "components/environment.hpp"
#include "kernel/samplers.hpp"
#include "language/step.hpp"

namespace windtunnel {

/// What a `call:` step asks for, besides whom and how patiently.
struct CallShape {
  int key_space = -1;                    ///< of the workload's keys; -1: the call has no key
  Sampler count = Sampler::constant(1);  ///< keys or items
  Operation operation = Operation::read;
  std::optional<Sampler> request_bytes;  ///< absent: as many as the caller was sent; so is the answer
  std::optional<Sampler> response_bytes;
  std::uint8_t priority = 0;
};

/// The steps of a service, ready to run: names looked up, laws made into samplers.
class Program {
 public:
  enum class Kind : std::uint8_t { work, wait, call, parallel, choose, repeat, reply, fail };

  struct Instruction {
    Kind kind = Kind::work;
    Sampler law;                       ///< work, wait: seconds; repeat: times
    bool traced = false;               ///< work: the request's own time where its trace gives one
    double share = 0;                  ///< fail: probability
    std::unique_ptr<Caller> caller;    ///< call
    bool is_plain = false;             ///< call: one attempt and no fallback
    CallShape shape;                   ///< call; reply: the bytes of the answer
    std::unique_ptr<Caller> fallback;  ///< call: whom to ask instead; null with quality >= 0: an empty answer
    CallShape fallback_shape;
    float fallback_quality = -1;         ///< below 0: no fallback
    std::vector<Program> parts;          ///< parallel: branches; choose: alternatives; repeat: the body
    std::vector<double> shares;          ///< choose: cumulated
    int need = 0;                        ///< parallel: branches that must end well
    TimeoutLane* best_effort = nullptr;  ///< parallel: go on after this time with what has come
  };

  Program() = default;
  /// `owner` names streams and messages, and is the caller.
  Program(Environment& environment, const std::string& owner, const Steps& steps);

  const std::vector<Instruction>& instructions() const { return instructions_; }
  std::vector<Instruction>& instructions() { return instructions_; }

 private:
  std::vector<Instruction> instructions_;
};

/// The options of a call as the language states them.
CallOptions call_options(const Catalog& catalog, const CallPolicy& policy);

/// The key space of a call: the one named; else the callee's own `key:`; else the one whose name is a word of
/// the callee's name (`item_features` → `item`); else the only one there is; -1 where there is none.
int key_space_of(const Environment& environment, const std::string& named, const Component& callee);

}  // namespace windtunnel
