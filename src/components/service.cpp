#include "components/service.hpp"

#include <algorithm>

#include "catalog/catalog.hpp"
#include "kernel/waiting.hpp"

namespace windtunnel {

const Choices<CpuSharing>& choices(CpuSharing) {
  static const Choices<CpuSharing> words = {
      {"fifo", CpuSharing::fifo, "work waits for a free core in order of arrival"},
      {"shared", CpuSharing::shared, "all threads share the cores in slices (processor sharing)"}};
  return words;
}

const Choices<QueueOrder>& choices(QueueOrder) {
  static const Choices<QueueOrder> words = {
      {"fifo", QueueOrder::fifo, "first come, first served"},
      {"lifo", QueueOrder::lifo, "last come, first served"},
      {"priority", QueueOrder::priority, "the workload's priority first, 0 before 7; first come within one"}};
  return words;
}

namespace {

bool has_reply(const Steps& steps);

/// Whether a step holds a `reply` in one of its parts.
bool has_reply_inside(const Step& step) {
  const auto& action = step.action;
  if (const auto* parallel = std::get_if<ParallelStep>(&action))
    return std::any_of(parallel->parallel.of.begin(), parallel->parallel.of.end(), has_reply);
  if (const auto* choose = std::get_if<ChooseStep>(&action))
    return std::any_of(choose->branches.begin(), choose->branches.end(),
                       [](const Branch& branch) { return has_reply(branch.steps); });
  const auto* repeat = std::get_if<RepeatStep>(&action);
  return repeat && has_reply(repeat->steps);
}

bool has_reply(const Steps& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return std::holds_alternative<ReplyStep>(step.action) || has_reply_inside(step);
  });
}

}  // namespace

void describe(Fields<ServiceFields>& f) {
  f.about("service",
          "A process that runs the steps of `do:` for each request: work on its cores, waits, calls.");
  f.add("concurrency", &ServiceFields::concurrency)
      .at_least("1")
      .absent("200 threads (the default of Apache Tomcat's maxThreads)")
      .doc("Requests that a replica works on at once (threads, workers); further ones queue.");
  f.add("queue", &ServiceFields::queue)
      .at_least("0")
      .absent("the queue grows without bound")
      .doc("Requests that may wait for a slot at a replica; further ones are refused.");
  f.add("order", &ServiceFields::order)
      .fallback("fifo", "how accept queues work")
      .doc("Who is next in the queue.");
  f.add("cpu", &ServiceFields::cpu)
      .fallback("fifo", "exact for workers no more than cores")
      .doc("How threads beyond the cores share them.");
  f.add("asynchronous", &ServiceFields::asynchronous)
      .fallback("false", "thread per request")
      .doc("Whether the slot is free for others while a request waits for a call (event loop).");
  f.add("do", &ServiceFields::steps).required().doc("What a replica does for each request, in order.");
  f.check([](const ServiceFields& fields, ObjectCheck& check) {
    const bool nested = std::any_of(fields.steps.begin(), fields.steps.end(), has_reply_inside);
    if (nested) check.error("do", "`reply` must be a step of `do:` itself, not inside another step");
  });
}

namespace {
constexpr int default_concurrency = 200;  // Apache Tomcat, maxThreads

Nanoseconds stretched(Nanoseconds work, double slowness) {
  return slowness == 1 ? work : static_cast<Nanoseconds>(static_cast<double>(work) * slowness);
}
}  // namespace

/// What one replica has to give.
struct Service::Machine {
  Machine(Simulator& simulator, int slots_count, int cores_count, Discipline discipline,
          std::int64_t queue_limit)
      : slots(simulator, slots_count, discipline, queue_limit),
        cores(simulator, cores_count),
        shared_cores(simulator, cores_count) {}
  Station slots;
  Station cores;
  SharedStation shared_cores;
};

/// One request inside a replica.
struct Service::Activity {
  Call& call;
  Replica& replica;
  Machine& machine;
  Station::Lease slot;
  Nanoseconds waited = 0;
  float quality = 1;
  bool stale = false;
  bool in_branch = false;          // the slot is the parent's matter
  std::size_t replied_before = 0;  // first step after `reply`; 0: no such step was met
};

Service::Service(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<ServiceFields>()),
      cores_(cores_of(environment.catalog, spec)),
      concurrency_(fields_.concurrency.value_or(default_concurrency)),
      work_stream_(environment.stream(spec.name + "/work")),
      choice_stream_(environment.stream(spec.name + "/choice")) {}

Service::~Service() = default;

int Service::cores_of(const Catalog& catalog, const ComponentSpec& spec) {
  if (spec.placement.cores) return *spec.placement.cores;
  if (spec.placement.instance) {
    if (const Instance* instance = catalog.find_instance(*spec.placement.instance)) {
      return static_cast<int>(instance->vcpus);
    }
  }
  return spec.fields<ServiceFields>().concurrency.value_or(1);
}

void Service::connect() { program_ = Program(environment_, name(), fields_.steps); }

void Service::replica_added(Replica&) {
  const Discipline discipline = fields_.order == QueueOrder::lifo       ? Discipline::lifo
                                : fields_.order == QueueOrder::priority ? Discipline::priority
                                                                        : Discipline::fifo;
  const std::int64_t limit = fields_.queue ? *fields_.queue : unbounded;
  machines_.push_back(std::make_unique<Machine>(simulator_, concurrency_, cores_, discipline, limit));
}

Task<Reply> Service::serve(Call& call, Replica& replica) {
  Machine& machine = *machines_[replica.index()];
  Station::Lease slot = co_await machine.slots.acquire(call.priority);
  if (!slot) co_return Reply::error(Outcome::refused);
  const Nanoseconds waited = slot.waited();
  Activity activity{call, replica, machine, std::move(slot), waited};

  const Outcome outcome = co_await run(program_, 0, activity);
  note_wait(call, activity.waited);
  if (outcome != Outcome::ok) co_return Reply::error(Outcome::failed);
  if (activity.replied_before > 0) {
    replica.own_tasks().start(
        finish_after_reply(activity.replied_before, call, replica, std::move(activity.slot)));
  }
  co_return Reply{Outcome::ok, activity.stale, activity.quality, 1};
}

/// The steps behind `reply`: nobody waits for them, but they hold the slot and the cores.
Task<> Service::finish_after_reply(std::size_t next, Call call, Replica& replica, Station::Lease slot) {
  Activity activity{call, replica, *machines_[replica.index()], std::move(slot)};
  co_await run(program_, next, activity);
}

Task<Outcome> Service::run(Program& program, std::size_t first, Activity& activity) {
  auto& instructions = program.instructions();
  for (std::size_t position = first; position < instructions.size(); ++position) {
    Program::Instruction& step = instructions[position];
    Outcome outcome = Outcome::ok;
    switch (step.kind) {
      case Program::Kind::work: {
        Nanoseconds work = activity.call.request->service;
        if (!step.traced || work < 0) work = step.law.sample_ns(work_stream_);
        work = stretched(work, activity.replica.slowness());
        if (fields_.cpu == CpuSharing::shared) {
          co_await activity.machine.shared_cores.serve(work);
        } else {
          const Station::Admission admission = co_await activity.machine.cores.serve(work);
          activity.waited += admission.waited;
        }
        break;
      }
      case Program::Kind::wait:
        co_await simulator_.sleep(step.law.sample_ns(work_stream_));
        break;
      case Program::Kind::call:
        if (step.is_plain && !fields_.asynchronous) {
          outcome = settle(step, activity, co_await step.caller->attempt(make_call(step.shape, activity)));
        } else {
          outcome = co_await call(step, activity);
        }
        break;
      case Program::Kind::parallel:
        outcome = co_await parallel(step, activity);
        break;
      case Program::Kind::choose: {
        const auto chosen = static_cast<std::size_t>(
            std::upper_bound(step.shares.begin(), step.shares.end(), choice_stream_.uniform()) -
            step.shares.begin());
        if (chosen < step.parts.size()) outcome = co_await run(step.parts[chosen], 0, activity);
        break;
      }
      case Program::Kind::repeat: {
        const auto times = std::llround(step.law.sample(choice_stream_));
        for (long long turn = 0; turn < times && outcome == Outcome::ok; ++turn) {
          outcome = co_await run(step.parts.front(), 0, activity);
        }
        break;
      }
      case Program::Kind::reply:
        activity.replied_before = position + 1;
        if (step.shape.response_bytes)
          activity.call.response_bytes =
              static_cast<float>(step.shape.response_bytes->sample(choice_stream_));
        co_return Outcome::ok;
      case Program::Kind::fail:
        if (choice_stream_.chance(step.share)) co_return Outcome::failed;
        break;
    }
    if (outcome != Outcome::ok) co_return outcome;
  }
  co_return Outcome::ok;
}

Call Service::make_call(const CallShape& shape, const Activity& activity) {
  Call call;
  call.request = activity.call.request;
  if (shape.key_space >= 0) call.key = call.request->keys[static_cast<std::size_t>(shape.key_space)];
  call.key_space = static_cast<std::uint8_t>(std::max(shape.key_space, 0));
  call.count = static_cast<std::uint32_t>(std::max(1.0, shape.count.sample(choice_stream_)));
  call.operation = shape.operation;
  call.request_bytes = activity.call.request_bytes;
  call.response_bytes = activity.call.response_bytes;
  if (shape.request_bytes)
    call.request_bytes = static_cast<float>(shape.request_bytes->sample(choice_stream_));
  if (shape.response_bytes)
    call.response_bytes = static_cast<float>(shape.response_bytes->sample(choice_stream_));
  call.span = activity.call.span;
  call.from = activity.replica.place();
  call.caller_replica = activity.replica.index();
  call.priority = std::max(shape.priority, activity.call.priority);
  return call;
}

/// Takes a call's answer into the request's own.
Outcome Service::settle(Program::Instruction& step, Activity& activity, const Reply& reply) {
  step.caller->count(reply);
  activity.quality *= reply.ok() ? reply.quality : 1;
  activity.stale = activity.stale || reply.stale;
  return reply.outcome;
}

Task<Outcome> Service::call(Program::Instruction& step, Activity& activity) {
  // An event loop serves others meanwhile; a thread is held.
  const bool gives_way = fields_.asynchronous && !activity.in_branch;
  if (gives_way) activity.slot.release();
  Reply reply;
  if (step.caller->retries()) {
    reply = co_await step.caller->persist(make_call(step.shape, activity));
  } else {
    reply = co_await step.caller->attempt(make_call(step.shape, activity));
  }
  step.caller->count(reply);
  if (!reply.ok() && step.fallback_quality >= 0) {
    reply = Reply{};
    if (step.fallback) reply = co_await step.fallback->attempt(make_call(step.fallback_shape, activity));
    reply.quality *= step.fallback_quality;
  }
  if (gives_way) {
    activity.slot = co_await activity.machine.slots.reacquire(activity.call.priority);
    activity.waited += activity.slot.waited();
  }
  activity.quality *= reply.ok() ? reply.quality : 1;
  activity.stale = activity.stale || reply.stale;
  co_return reply.outcome;
}

/// How the branches of one `parallel` have fared so far.
struct Gathering : Timeout {
  Gathering(Simulator& simulator, int needed, int count, bool takes_what_comes)
      : Timeout([](Timeout& timeout) { static_cast<Gathering&>(timeout).join.enough(); }),
        join(simulator, 1),
        missing(needed),
        running(count),
        best_effort(takes_what_comes) {}
  /// Waiting is over when enough branches have ended well, or when too few are left for that; with best
  /// effort only when none is left.
  void ended(Outcome outcome) {
    --running;
    if (outcome == Outcome::ok) {
      ++good;
      --missing;
    } else if (first_error == Outcome::ok) {
      first_error = outcome;
    }
    if (missing <= 0 || running < (best_effort ? 1 : missing)) join.enough();
  }
  Join join;
  int missing;
  int running;
  bool best_effort;
  int good = 0;
  Outcome first_error = Outcome::ok;
};

Task<> Service::branch(Program& program, Activity& activity, Gathering& gathering) {
  gathering.ended(co_await run(program, 0, activity));
}

Task<Outcome> Service::parallel(Program::Instruction& step, Activity& activity) {
  const bool gives_way = fields_.asynchronous && !activity.in_branch;
  if (gives_way) activity.slot.release();
  const bool nested = std::exchange(activity.in_branch, true);
  const int count = static_cast<int>(step.parts.size());
  Gathering gathering(simulator_, step.need, count, step.best_effort != nullptr);
  for (Program& part : step.parts) gathering.join.start(branch(part, activity, gathering));
  if (step.best_effort) step.best_effort->arm(gathering);
  co_await gathering.join;
  activity.in_branch = nested;
  if (gives_way) {
    activity.slot = co_await activity.machine.slots.reacquire(activity.call.priority);
    activity.waited += activity.slot.waited();
  }
  if (step.best_effort) {
    // What has not come by then is missing from the answer.
    activity.quality *= static_cast<float>(gathering.good) / static_cast<float>(step.need);
    co_return Outcome::ok;
  }
  co_return gathering.missing <= 0 ? Outcome::ok : gathering.first_error;
}

void Service::add_resources(std::vector<ResourceUse>& uses) const {
  const Nanoseconds now = simulator_.now();
  ResourceUse cores{"cores", 0, 0, 0};
  ResourceUse slots{"workers", 0, 0, 0};
  for (std::size_t index = 0; index < machines_.size(); ++index) {
    const Machine& machine = *machines_[index];
    const auto alive = static_cast<double>(replica(static_cast<int>(index)).alive().area(now));
    const bool shared = fields_.cpu == CpuSharing::shared;
    cores.busy_area += static_cast<double>(shared ? machine.shared_cores.busy_cores().area(now)
                                                  : machine.cores.busy_servers().area(now));
    cores.capacity_area += alive * cores_;
    cores.queue_area += static_cast<double>(shared ? machine.shared_cores.jobs().area(now) -
                                                         machine.shared_cores.busy_cores().area(now)
                                                   : machine.cores.queue_length().area(now));
    slots.busy_area += static_cast<double>(machine.slots.busy_servers().area(now));
    slots.capacity_area += alive * concurrency_;
    slots.queue_area += static_cast<double>(machine.slots.queue_length().area(now));
  }
  uses.push_back(cores);
  uses.push_back(slots);
}

}  // namespace windtunnel
