// What a service does with a request: the steps of `do:`, and the policies of a call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "language/fields.hpp"

namespace windtunnel {

enum class Jitter { none, full, equal, decorrelated };
const Choices<Jitter>& choices(Jitter);

/// How a call can end badly, as far as a caller may want to try again.
enum class ErrorKind { timeout, refused, unreachable, failed };
const Choices<ErrorKind>& choices(ErrorKind);

struct Retry {
  int attempts = 1;
  Duration backoff;
  Duration backoff_max;
  Jitter jitter = Jitter::full;
  std::optional<Ratio> budget;
  std::vector<ErrorKind> on;
};
void describe(Fields<Retry>& f);

struct Step;
using Steps = std::vector<Step>;

/// What to do instead when a call has failed for good.
struct Fallback {
  std::optional<ComponentRef> call;  ///< absent: an empty answer
  Ratio quality;
};
void describe(Fields<Fallback>& f);

enum class OperationKind { read, write };
const Choices<OperationKind>& choices(OperationKind);

/// `call:`: asks another component and waits for its answer.
struct CallStep {
  ComponentRef call;
  std::optional<std::string> key;  ///< the workload's key space; absent: found by the callee's name
  int keys = 1;                    ///< a multi-get of so many keys
  std::optional<int> sample;       ///< of `keys`, so many go through real caches; the rest is scaled
  int items = 1;                   ///< items to work on (candidates to score)
  int top = 1;                     ///< items wanted back
  OperationKind operation = OperationKind::read;
  std::optional<Duration> timeout;
  bool cancel = false;
  std::optional<Retry> retry;
  std::optional<Fallback> fallback;
  Bytes request;
  Bytes response;
};
void describe(Fields<CallStep>& f);

/// `work:`: holds a core.
struct WorkStep {
  DurationLaw work;
};
void describe(Fields<WorkStep>& f);

/// `wait:`: holds the concurrency slot alone (I/O).
struct WaitStep {
  DurationLaw wait;
};
void describe(Fields<WaitStep>& f);

/// The branches of `parallel`, as a list, or `{need: 8, of: [...]}`.
struct Branches {
  std::vector<Steps>
      of;  ///< each branch is a sequence of steps (a single step in the file is one of length 1)
  std::optional<int> need;              ///< go on when so many branches have ended well; absent: all
  std::optional<Duration> best_effort;  ///< go on after this time with what has come
};
void describe(Fields<Branches>& f);
struct ParallelStep {
  Branches parallel;
};
void describe(Fields<ParallelStep>& f);

/// `choose:`: one of several sequences, by chance: `choose: [{share: 40%, do: [...]}, …]`.
struct Alternative {
  Ratio share;
  Steps steps;  ///< `do:`
};
void describe(Fields<Alternative>& f);
struct ChooseStep {
  std::vector<Alternative> choose;
};
void describe(Fields<ChooseStep>& f);

/// `repeat: {times: 3, do: [...]}`: one after the other.
struct Repetition {
  CountLaw times;
  Steps steps;  ///< `do:`
};
void describe(Fields<Repetition>& f);
struct RepeatStep {
  Repetition repeat;
};
void describe(Fields<RepeatStep>& f);

/// `reply:`: answers now; the steps after it are done while nobody waits.
struct ReplyStep {
  bool reply = true;  ///< the word alone (`- reply`) will do
};
void describe(Fields<ReplyStep>& f);

/// `fail: 1%`: ends with an error in this share of the cases.
struct FailStep {
  Ratio fail;
};
void describe(Fields<FailStep>& f);

struct Step {
  std::variant<WorkStep, WaitStep, CallStep, ParallelStep, ChooseStep, RepeatStep, ReplyStep, FailStep> kind;
  Mark mark;
};

}  // namespace windtunnel
