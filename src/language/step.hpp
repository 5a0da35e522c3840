// What a service does for a request: the entries of `do:`.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "language/call_policy.hpp"
#include "language/law.hpp"

namespace windtunnel {

struct Step;
using Steps = std::vector<Step>;

/// `work: exp(15ms)` holds a core.
struct WorkStep {
  DurationLaw time;
  bool traced = false;  ///< the request's own time, where its trace gives one
};
/// `wait: 0.2ms` holds the slot, not a core.
struct WaitStep {
  DurationLaw time;
};

/// What is answered when a call fails for good.
struct Fallback {
  std::optional<ComponentRef> call;
  std::string key;
  Ratio quality;  ///< of the answer, compared with the real one
};

/// `{call: ranker, items: 500, timeout: 120ms}`
struct CallStep {
  ComponentRef call;
  std::string op;   ///< what the callee is asked to do: `read`, `write`, …; empty: its usual operation
  std::string key;  ///< one of the workload's keys; empty: the first
  std::optional<CountLaw> keys;   ///< asks for so many keys at once
  std::optional<CountLaw> items;  ///< things to process, e.g. candidates to rank
  std::optional<int> top;         ///< wants so many best results
  std::optional<BytesLaw> request;
  std::optional<BytesLaw> response;
  int priority = 0;
  CallPolicy policy;
  std::optional<Fallback> fallback;
};

/// `parallel: [...]` or `parallel: {need: 8, of: [...]}`; a branch is a step or a list of steps
struct Parallel {
  std::vector<Steps> of;                ///< each branch is a step or a list of steps
  std::optional<int> need;              ///< joins the first so many; absent: all
  std::optional<Duration> best_effort;  ///< takes what has come by then
};
struct ParallelStep {
  Parallel parallel;
};

/// `choose: [{40%: [...]}, {60%: [...]}]`; what is missing to 100% does nothing.
struct Branch {
  Ratio share;
  Steps steps;
};
struct ChooseStep {
  std::vector<Branch> branches;
};

/// `{repeat: 3, do: [...]}`, one after the other.
struct RepeatStep {
  CountLaw times;
  Steps steps;
};
/// `reply`: the caller has its answer, the steps after it go on.
struct ReplyStep {
  std::optional<BytesLaw> response;
};
/// `fail: 0.1%`: ends the request with an error, with this probability.
struct FailStep {
  Ratio probability;
};

struct Step {
  std::variant<WorkStep, WaitStep, CallStep, ParallelStep, ChooseStep, RepeatStep, ReplyStep, FailStep>
      action;
  Mark mark;
};

void describe(Fields<WorkStep>&);
void describe(Fields<WaitStep>&);
void describe(Fields<Fallback>&);
void describe(Fields<CallStep>&);
void describe(Fields<Parallel>&);
void describe(Fields<ParallelStep>&);
void describe(Fields<ChooseStep>&);
void describe(Fields<RepeatStep>&);
void describe(Fields<ReplyStep>&);
void describe(Fields<FailStep>&);

template <>
struct ValueType<Step> {
  static ValueInfo info();
  static bool read(const Node&, Reader&, Step&);
  static void measure(const Step&, std::vector<double>&) {}
  static void visit(const Step&, const std::string& path, const ReferenceVisitor&);
};
template <>
struct ValueType<Branch> {
  static ValueInfo info();
  static bool read(const Node&, Reader&, Branch&);
  static void measure(const Branch&, std::vector<double>&) {}
  static void visit(const Branch&, const std::string& path, const ReferenceVisitor&);
};

}  // namespace windtunnel
