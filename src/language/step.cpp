#include "language/step.hpp"

#include <fmt/format.h>

namespace windtunnel {

void describe(Fields<WorkStep>& f) {
  f.about("work", "Holds a core of the replica.");
  f.add("work", &WorkStep::time).required().doc("Time on the core.");
  f.add("traced", &WorkStep::traced)
      .fallback("false", "steps draw their own times")
      .doc("Takes the time from the `service` column of the workload's trace, where there is one.");
}

void describe(Fields<WaitStep>& f) {
  f.about("wait", "Holds the concurrency slot, not a core: I/O, sleeping.");
  f.add("wait", &WaitStep::time).required().doc("Time in the slot.");
}

void describe(Fields<Fallback>& f) {
  f.about("fallback", "What is answered instead when a call has failed for good.");
  f.add("call", &Fallback::call).absent("an empty answer").doc("The component asked instead.");
  f.add("key", &Fallback::key)
      .absent("the first of the workload's keys")
      .doc("The workload's key to ask for.");
  f.add("quality", &Fallback::quality)
      .fallback("100%", "as good as the real answer")
      .at_most("100%")
      .doc("Quality of the answer compared with the real one.");
  f.shorthand("call");
}

void describe(Fields<CallStep>& f) {
  f.about("call", "Asks another component and waits for its answer.");
  f.add("call", &CallStep::call).required().doc("The component that is asked.");
  f.add("op", &CallStep::op)
      .absent("the callee's usual operation")
      .doc("The operation asked for: `read`, `write`.");
  f.add("key", &CallStep::key)
      .absent("the key named like the callee, or the first")
      .doc("The workload's key to ask for.");
  f.add("keys", &CallStep::keys).absent("one key").doc("Keys asked for at once (multi-get).");
  f.add("items", &CallStep::items).absent("one item").doc("Items to work on, such as candidates to rank.");
  f.add("top", &CallStep::top)
      .absent("whatever the callee returns")
      .at_least("1")
      .doc("Best results wanted back.");
  f.add("request", &CallStep::request).absent("the workload's request").doc("Bytes sent.");
  f.add("response", &CallStep::response).absent("the workload's response").doc("Bytes that come back.");
  f.add("priority", &CallStep::priority)
      .fallback("0", "as urgent as the request")
      .at_most("7")
      .doc("0 is the most urgent, 7 the least; at most as urgent as the request that it is made for.");
  f.embed(&CallStep::policy);
  f.add("fallback", &CallStep::fallback)
      .absent("the error is passed on")
      .doc("What is answered when the call has failed.");
}

void describe(Fields<Parallel>& f) {
  f.about("parallel", "Branches that run at once.");
  f.add("of", &Parallel::of).required().doc("The branches; each is a step or a list of steps.");
  f.add("need", &Parallel::need)
      .absent("all of them")
      .at_least("1")
      .doc("Branches that must have ended well to go on.");
  f.add("best_effort", &Parallel::best_effort)
      .absent("waits for as many as are needed")
      .more_than("0s")
      .doc("Goes on after this time with what has come.");
  f.shorthand("of");
  f.check([](const Parallel& parallel, ObjectCheck& check) {
    const auto branches = parallel.of.size();
    if (branches == 0) check.error("of", "there is no branch");
    if (parallel.need && static_cast<std::size_t>(*parallel.need) > branches)
      check.error("need", fmt::format("{} branches are needed, but there are {}", *parallel.need, branches));
  });
}

void describe(Fields<ParallelStep>& f) {
  f.about("parallel",
          "Runs branches at once and joins all of them, some of them, or those that come in time.");
  f.add("parallel", &ParallelStep::parallel).required().doc("The branches.");
}

void describe(Fields<ChooseStep>& f) {
  f.about("choose", "Does one of several things, by chance; what is missing to 100% does nothing.");
  f.add("choose", &ChooseStep::branches)
      .required()
      .doc("Shares and what is done then: `[{40%: [...]}, {60%: [...]}]`.");
  f.check([](const ChooseStep& step, ObjectCheck& check) {
    double total = 0;
    for (const Branch& branch : step.branches) total += branch.share.value;
    if (total > 1 + 1e-9)
      check.error("choose", fmt::format("the shares add up to {:.6g}%, more than 100%", total * 100));
  });
}

void describe(Fields<RepeatStep>& f) {
  f.about("repeat", "Does steps several times, one after the other.");
  f.add("repeat", &RepeatStep::times).required().doc("How often.");
  f.add("do", &RepeatStep::steps).required().doc("The steps.");
}

void describe(Fields<ReplyStep>& f) {
  f.about("reply", "Answers the caller; the steps after it go on while nobody waits.");
  f.add("reply", &ReplyStep::response).absent("the size that the caller states").doc("Bytes of the answer.");
}

void describe(Fields<FailStep>& f) {
  f.about("fail", "Ends the request with an error, by chance.");
  f.add("fail", &FailStep::probability)
      .fallback("100%", "always")
      .at_most("100%")
      .doc("Share of the requests that fail here.");
}

namespace {
using Action = decltype(Step::action);
}

ValueInfo ValueType<Step>::info() { return ValueType<Action>::info(); }

bool ValueType<Step>::read(const Node& node, Reader& reader, Step& out) {
  out.mark = node.mark;
  return ValueType<Action>::read(node, reader, out.action);
}

void ValueType<Step>::visit(const Step& step, const std::string& path, const ReferenceVisitor& visitor) {
  ValueType<Action>::visit(step.action, path, visitor);
}

ValueInfo ValueType<Branch>::info() {
  ValueInfo info{ValueKind::custom, "a share with its steps, such as `{40%: [...]}`"};
  info.element = std::make_shared<const ValueInfo>(ValueType<Steps>::info());
  return info;
}

bool ValueType<Branch>::read(const Node& node, Reader& reader, Branch& out) {
  if (!node.is_mapping() || node.members.size() != 1) return reader.expected(info().expects, node), false;
  const Member& member = node.members.front();
  const Node share = Node::scalar(member.key, member.key_mark, static_cast<int>(member.key.size()));
  const bool share_ok = ValueType<Ratio>::read(share, reader, out.share);
  return ValueType<Steps>::read(member.value, reader, out.steps) && share_ok;
}

void ValueType<Branch>::visit(const Branch& branch, const std::string& path,
                              const ReferenceVisitor& visitor) {
  ValueType<Steps>::visit(branch.steps, path, visitor);
}

}  // namespace windtunnel
