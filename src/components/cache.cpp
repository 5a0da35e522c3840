#include "components/cache.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "components/gathering.hpp"
#include "components/program.hpp"
#include "components/sampling.hpp"
#include "kernel/binomial.hpp"

namespace windtunnel {
namespace {

Reply found(std::uint32_t keys) { return Reply{Outcome::ok, false, 1, keys}; }

CacheContent::Options content_options(const CacheFields& fields, std::uint64_t salt) {
  return {.policy = fields.policy,
          .capacity_items = fields.capacity_items(),
          .parts = fields.shards,
          .salt = salt,
          .ttl = fields.ttl ? to_nanoseconds(fields.ttl->seconds) : 0,
          .jitter = fields.jitter.value,
          .sliding = fields.sliding,
          .warm = fields.warm,
          .refilled = fields.origin.has_value()};
}

}  // namespace

Cache::Cache(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<CacheFields>()),
      hit_law_(make_sampler(fields_.hit_time)),
      per_key_seconds_(fields_.per_key.seconds),
      sample_(fields_.sample ? static_cast<std::uint32_t>(*fields_.sample)
                             : std::numeric_limits<std::uint32_t>::max()),
      work_stream_(environment.stream(spec.name + "/work")),
      hit_stream_(environment.stream(spec.name + "/hits")),
      draws_(environment.key_spaces, environment.stream(spec.name + "/keys")),
      sharding_(environment, spec.name, balancing(), fields_.shards,
                fields_.copies.value_or(spec.placement.replicas)) {
  if (!fields_.hit_ratio) {
    const RandomStream stream = environment.stream(spec.name + "/content");
    content_ = std::make_unique<CacheContent>(content_options(fields_, sharding_.salt()), draws_, stream);
  }
  for (int shard = 0; shard < fields_.shards; ++shard) {
    flights_.push_back(std::make_unique<SingleFlight>(simulator_));
  }
}

Cache::~Cache() = default;

void Cache::connect() {
  if (fields_.origin) set_origin(environment_.component(fields_.origin->name));
}

void Cache::set_origin(Component& origin) {
  CallOptions options = call_options(environment_.catalog, fields_.fetch);
  if (fields_.fill == FillRule::always && options.timeout != forever) {
    patience_ = &simulator_.timeouts(options.timeout);
    options.timeout = forever;
  }
  origin_ = std::make_unique<Caller>(environment_, origin, options, name() + "/origin");
  if (content_) content_->set_refilled();
  if (fields_.on_down == OnDown::origin) {
    const CallOptions direct = call_options(environment_.catalog, fields_.fetch);
    detour_ = std::make_unique<Caller>(environment_, origin, direct, name() + "/detour");
  }
}

void Cache::make_replicas() {
  watch(sharding_);
  for (int count = sharding_.shards() * sharding_.copies(); count > 0; --count) add_replica();
}

void Cache::replica_added(Replica&) {
  const std::int64_t limit = fields_.queue ? *fields_.queue : unbounded;
  threads_.push_back(std::make_unique<Station>(simulator_, fields_.threads, Discipline::fifo, limit));
}

/// A shard's content is gone when the last of its copies is.
void Cache::replica_crashed(Replica& crashed) {
  const std::uint32_t shard = sharding_.shard_of(crashed);
  for (int number = 0; number < sharding_.copies_of(shard); ++number) {
    if (sharding_.copy(shard, number).replica->up()) return;
  }
  if (content_) content_->lose(shard);
}

Nanoseconds Cache::work(const Replica& replica, std::uint32_t keys) {
  const double seconds = hit_law_.sample(work_stream_) + per_key_seconds_ * (keys - 1);
  return to_nanoseconds(seconds * replica.slowness());
}

Task<Reply> Cache::request(Call call, Balancer&) {
  if (call.count > 1 && sharding_.shards() > 1) return ask_all_shards(std::move(call));
  const std::uint32_t shard = sharding_.shard_of(call.key);
  if (detour_) return ask_shard_or_origin(std::move(call), shard);
  return ask_shard(std::move(call), shard);
}

Task<Reply> Cache::ask_shard(Call call, std::uint32_t shard) {
  const Sharding::Target target = sharding_.pick(shard, call);
  if (!target.replica) return nobody_there(std::move(call));
  return visit(std::move(call), *target.replica, target.view, target.backend);
}

Task<Reply> Cache::ask_shard_or_origin(Call call, std::uint32_t shard) {
  Reply reply = co_await ask_shard(call, shard);
  if (reply.outcome == Outcome::unreachable) reply = co_await detour_->attempt(std::move(call));
  co_return reply;
}

Task<Reply> Cache::ask_all_shards(Call call) {
  const KeyBatchPool::Lease batch = batches_.take();
  draws_.draw(call, sample_, simulator_.now(), *batch);
  const auto shard_of = [this](std::uint64_t key) { return sharding_.shard_of(key); };
  draws_.split(call, static_cast<std::uint32_t>(sharding_.shards()), shard_of, *batch);
  Gathering gathering(simulator_, static_cast<int>(batch->parts.size()));
  for (const KeyBatch::Part& part : batch->parts) {
    Call partial = call;
    partial.count = part.count;
    if (part.group.known > 0) partial.key = part.group.keys[0];
    partial.group = &part.group;
    partial.request_bytes = share_of_bytes(call.request_bytes, part.count, call.count);
    partial.response_bytes = share_of_bytes(call.response_bytes, part.count, call.count);
    gathering.join.start(ask_part(std::move(partial), part.shard, gathering));
  }
  co_await gathering.join;
  co_return gathering.reply();
}

Task<> Cache::ask_part(Call call, std::uint32_t shard, Gathering& gathering) {
  Reply reply = co_await ask_shard(call, shard);
  if (reply.outcome == Outcome::unreachable && detour_) reply = co_await detour_->attempt(std::move(call));
  gathering.add(reply);
}

Task<Reply> Cache::serve(Call& call, Replica& replica) {
  Station& threads = *threads_[replica.index()];
  const Station::Admission admission = co_await threads.serve(work(replica, call.count));
  if (!admission.admitted) co_return Reply::error(Outcome::refused);
  note_wait(call, admission.waited);
  if (call.operation == Operation::write) {
    const Reply written = co_await write(call, replica);
    co_return written;
  }

  Misses misses = look_up(call, sharding_.shard_of(replica));
  const auto missing = static_cast<std::uint32_t>(misses.batch->keys.size()) + misses.unknown;
  if (missing == 0 || !origin_) co_return found(call.count - missing);
  Reply fetched;
  if (patience_) {
    fetched = co_await Attempt(simulator_, fetch(call, replica, std::move(misses)), patience_, false);
  } else {
    fetched = co_await fetch(call, replica, std::move(misses));
  }
  if (!fetched.ok()) co_return Reply::error(Outcome::failed);
  fetched.count = call.count;
  co_return fetched;
}

/// The keys that a call names, or else draws of the same kind; valid until the next call of it.
KeyGroup Cache::keys_of(const Call& call) {
  if (call.group) return *call.group;
  draws_.draw(call, sample_, simulator_.now(), drawn_);
  return {drawn_.keys.data(), static_cast<std::uint32_t>(drawn_.keys.size()), draws_.draws_per_key(call)};
}

Cache::Misses Cache::look_up(const Call& call, std::uint32_t shard) {
  Misses misses{batches_.take(), 0, 1};
  lookups_ += call.count;
  if (!content_) {
    misses.unknown = call.count - binomial(call.count, fields_.hit_ratio->value, hit_stream_);
    hits_ += call.count - misses.unknown;
    return misses;
  }
  const Nanoseconds now = simulator_.now();
  const KeyGroup group = call.count == 1 ? KeyGroup{&call.key, 1} : keys_of(call);
  for (std::uint32_t i = 0; i < group.known; ++i) {
    if (!content_->look_up(shard, group.keys[i], call, group.draws, now))
      misses.batch->keys.push_back(group.keys[i]);
  }
  hits_ += group.known - static_cast<double>(misses.batch->keys.size());
  if (const std::uint32_t others = call.count - group.known; others > 0) {
    misses.unknown = others - binomial(others, content_->recent_hit_ratio(shard), hit_stream_);
    misses.weight = static_cast<double>(call.count) / std::max(1u, group.known);
    hits_ += others - misses.unknown;
  }
  return misses;
}

Task<Reply> Cache::ask_origin(Call call, const Replica& replica) {
  call.from = replica.place();
  call.caller_replica = replica.index();
  Reply reply;
  if (origin_->retries()) {
    reply = co_await origin_->persist(std::move(call));
  } else {
    reply = co_await origin_->attempt(std::move(call));
  }
  origin_->count(reply);
  co_return reply;
}

/// Gets what a shard has not found: waits for what others are fetching, asks the origin for the rest.
Task<Reply> Cache::fetch(Call call, Replica& replica, Misses misses) {
  const std::uint32_t shard = sharding_.shard_of(replica);
  std::vector<std::uint64_t>& keys = misses.batch->keys;
  SingleFlight& flights = *flights_[shard];
  SingleFlight::Waiting others(flights);
  if (fields_.single_flight) {
    std::erase_if(keys, [&](std::uint64_t key) { return flights.join(key, others); });
    shared_ += others.joined();
  }
  Reply reply;
  if (const auto count = static_cast<std::uint32_t>(keys.size()) + misses.unknown; count > 0) {
    SingleFlight::Flight flight(flights, fields_.single_flight ? std::span<const std::uint64_t>(keys)
                                                               : std::span<const std::uint64_t>());
    const KeyGroup group{keys.data(), static_cast<std::uint32_t>(keys.size())};
    call.request_bytes = share_of_bytes(call.request_bytes, count, call.count);
    call.response_bytes = share_of_bytes(call.response_bytes, count, call.count);
    call.count = count;
    if (!keys.empty()) call.key = keys.front();
    call.group = keys.empty() ? nullptr : &group;
    reply = co_await ask_origin(call, replica);
    if (reply.ok() && replica.up()) {
      const Nanoseconds now = simulator_.now();
      if (content_) {
        for (const std::uint64_t key : keys) content_->fill(shard, key, misses.weight, now);
      }
      replica.own_tasks().start(store_answer(replica, count));
    }
    flight.land(reply.outcome);
  }
  co_await others;
  if (others.outcome() != Outcome::ok) co_return Reply::error(others.outcome());
  co_return reply;
}

/// Writing an answer into the cache is a command like any other; nobody waits for it.
Task<> Cache::store_answer(Replica& replica, std::uint32_t keys) {
  Station& threads = *threads_[replica.index()];
  co_await threads.serve(work(replica, keys));
}

Task<Reply> Cache::write(Call& call, Replica& replica) {
  const std::uint32_t shard = sharding_.shard_of(replica);
  if (origin_ && fields_.writes == WriteRule::write_back) {
    apply_write(call, shard);
    Call behind = call;
    behind.group = nullptr;  // its owner will not wait
    behind.from = replica.place();
    behind.caller_replica = replica.index();
    replica.own_tasks().start(write_behind(std::move(behind)));
    co_return found(call.count);
  }
  if (origin_) {
    const Reply reply = co_await ask_origin(call, replica);
    if (!reply.ok()) co_return Reply::error(Outcome::failed);
  }
  apply_write(call, shard);
  co_return found(call.count);
}

void Cache::apply_write(const Call& call, std::uint32_t shard) {
  if (!content_ || (origin_ && fields_.writes == WriteRule::write_around)) return;
  const Nanoseconds now = simulator_.now();
  const KeyGroup group = call.count == 1 ? KeyGroup{&call.key, 1} : keys_of(call);
  const double weight = static_cast<double>(call.count) / std::max(1u, group.known);
  for (std::uint32_t i = 0; i < group.known; ++i) {
    if (origin_ && fields_.writes == WriteRule::invalidate) {
      content_->invalidate(shard, group.keys[i], now);
    } else {
      content_->put(shard, group.keys[i], weight, now);
    }
  }
}

Task<> Cache::write_behind(Call call) {
  const Reply reply = co_await origin_->attempt(std::move(call));
  origin_->count(reply);
}

void Cache::add_resources(std::vector<ResourceUse>& uses) const {
  const Nanoseconds now = simulator_.now();
  ResourceUse threads{"threads", 0, 0, 0};
  for (std::size_t index = 0; index < threads_.size(); ++index) {
    threads.busy_area += threads_[index]->busy_servers().area(now);
    threads.capacity_area += replica(static_cast<int>(index)).alive().area(now) * fields_.threads;
    threads.queue_area += threads_[index]->queue_length().area(now);
  }
  uses.push_back(threads);
}

void Cache::add_metrics(std::vector<Metric>& metrics) const {
  metrics.push_back({"hit_ratio", hits_, lookups_});
  if (origin_ && fields_.single_flight) metrics.push_back({"shared_fetch_ratio", shared_, lookups_});
}

}  // namespace windtunnel
