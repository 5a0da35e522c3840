#include "check/call_sites.hpp"

#include "components/cache.hpp"
#include "components/cdn.hpp"
#include "components/feature_store.hpp"
#include "components/load_balancer.hpp"
#include "components/queue.hpp"
#include "components/service.hpp"

namespace windtunnel {
namespace {

/// How often a step happens and whether it happens at all.
struct StepContext {
  double times = 1;
  bool by_chance = false;
  bool after_reply = false;
};

class Collector {
 public:
  explicit Collector(const Scenario& scenario) : scenario_(scenario) {}

  std::vector<CallSite> collect() {
    for (const auto& [name, workload] : scenario_.workloads) {
      CallSite* call = add(name, workload.calls);
      if (!call) continue;
      call->from_workload = true;
      call->workload = &workload;
      call->policy = &workload.policy;
      call->write = workload.op == "write";
    }
    for (const ComponentSpec& component : scenario_.components) add_component(component);
    return std::move(calls_);
  }

 private:
  CallSite* add(const std::string& caller, const ComponentRef& callee) {
    const ComponentSpec* component = scenario_.find_component(callee.name);
    if (!component) return nullptr;
    CallSite& call = calls_.emplace_back();
    call.caller = caller;
    call.callee = component;
    call.mark = callee.mark;
    call.length = static_cast<int>(callee.name.size());
    return &call;
  }

  void add_component(const ComponentSpec& component) {
    if (const auto* service = fields_if<ServiceFields>(component)) {
      StepContext context;
      for (const Step& step : service->steps) {
        add_step(component.name, step, context);
        if (std::holds_alternative<ReplyStep>(step.action)) context.after_reply = true;
      }
    } else if (const auto* balancer = fields_if<LoadBalancerFields>(component)) {
      for (const ComponentRef& target : balancer->to) {
        if (CallSite* call = add(component.name, target))
          call->times = 1.0 / static_cast<double>(balancer->to.size());
      }
    } else if (const auto* cache = fields_if<CacheFields>(component)) {
      if (!cache->origin) return;
      if (CallSite* call = add(component.name, *cache->origin)) call->policy = &cache->fetch;
    } else if (const auto* cdn = fields_if<CdnFields>(component)) {
      if (CallSite* call = add(component.name, cdn->origin)) call->policy = &cdn->fetch;
    } else if (const auto* store = fields_if<FeatureStoreFields>(component)) {
      add_feature_store(component, *store);
    } else if (const auto* queue = fields_if<QueueFields>(component)) {
      add_queue(component, *queue);
    } else {
      add_others(component);
    }
  }

  /// Types without rules of their own pass on what they get.
  void add_others(const ComponentSpec& component) {
    for_each_reference(*component.info, component.data.get(), component.name,
                       [&](const std::string&, const ComponentRef& callee) { add(component.name, callee); });
  }

  /// Every consumer gets every message, and no caller waits for it.
  void add_queue(const ComponentSpec& component, const QueueFields& queue) {
    for (const ComponentRef& consumer : queue.to) {
      if (CallSite* call = add(component.name, consumer)) call->after_reply = true;
    }
    if (!queue.dead_letters) return;
    CallSite* call = add(component.name, *queue.dead_letters);
    if (!call) return;
    call->after_reply = true;
    call->is_fallback = true;
  }

  /// The online store is asked; a cache asks its own origin, which the feature store gives it.
  void add_feature_store(const ComponentSpec& component, const FeatureStoreFields& store) {
    if (store.online) add(component.name, *store.online);
    if (!store.origin) return;
    CallSite* call = add(component.name, *store.origin);
    if (call) call->is_fallback = store.online.has_value();
  }

  void add_steps(const std::string& caller, const Steps& steps, const StepContext& context) {
    for (const Step& step : steps) add_step(caller, step, context);
  }

  void add_step(const std::string& caller, const Step& step, const StepContext& context) {
    if (const auto* call = std::get_if<CallStep>(&step.action)) return add_call(caller, *call, context);
    if (const auto* parallel = std::get_if<ParallelStep>(&step.action)) {
      for (const Steps& branch : parallel->parallel.of) add_steps(caller, branch, context);
    } else if (const auto* choose = std::get_if<ChooseStep>(&step.action)) {
      for (const Branch& branch : choose->branches) {
        add_steps(caller, branch.steps, {context.times * branch.share.value, true, context.after_reply});
      }
    } else if (const auto* repeat = std::get_if<RepeatStep>(&step.action)) {
      add_steps(caller, repeat->steps,
                {context.times * mean(repeat->times), context.by_chance, context.after_reply});
    }
  }

  void add_call(const std::string& caller, const CallStep& step, const StepContext& context) {
    CallSite* call = add(caller, step.call);
    if (!call) return;
    call->policy = &step.policy;
    call->step = &step;
    call->write = step.op == "write";
    call->times = context.times;
    call->by_chance = context.by_chance;
    call->after_reply = context.after_reply;
    if (step.keys) call->keys = mean(*step.keys);
    if (step.items) call->items = mean(*step.items);
    if (!step.fallback || !step.fallback->call) return;
    CallSite* fallback = add(caller, *step.fallback->call);
    if (!fallback) return;
    fallback->step = &step;
    fallback->is_fallback = true;
    fallback->times = 0;
    fallback->after_reply = context.after_reply;
  }

  const Scenario& scenario_;
  std::vector<CallSite> calls_;
};

}  // namespace

std::vector<CallSite> collect_calls(const Scenario& scenario) { return Collector(scenario).collect(); }

}  // namespace windtunnel
