#include "components/feature_store.hpp"

#include "components/cache.hpp"
#include "components/sampling.hpp"
#include "kernel/elementary.hpp"

namespace windtunnel {

const Choices<Pipeline>& choices(Pipeline) {
  static const Choices<Pipeline> words = {
      {"stream", Pipeline::stream, "features follow events one by one; their age is the lag"},
      {"batch", Pipeline::batch, "all features are computed every `period`; the lag is how long that takes"}};
  return words;
}

void describe(Fields<Freshness>& f) {
  f.about("freshness", "How old the features are that a read returns.");
  f.add("pipeline", &Freshness::pipeline)
      .fallback("stream", "features that follow users are streamed")
      .doc("How features get into the store.");
  f.add("lag", &Freshness::lag).required().doc("Time from an event until its features can be read.");
  f.add("period", &Freshness::period)
      .absent("the pipeline is a stream")
      .more_than("0s")
      .doc("Time between two batches.");
  f.add("limit", &Freshness::limit)
      .absent("no read counts as stale")
      .more_than("0s")
      .doc("Reads of features older than this count as stale.");
  f.add("half_life", &Freshness::half_life)
      .absent("age costs no quality")
      .more_than("0s")
      .doc("Age at which features are worth half as much for the answer's quality.");
  f.check([](const Freshness& freshness, ObjectCheck& check) {
    const bool is_batch = freshness.pipeline == Pipeline::batch;
    if (is_batch && !freshness.period) check.error("pipeline", "a batch pipeline needs its `period`");
    if (!is_batch && freshness.period) check.error("period", "counts for `pipeline: batch` only");
  });
}

void describe(Fields<FeatureStoreFields>& f) {
  f.about("feature_store",
          "Features by entity, from an online store in front of their origin; and how old they are.");
  f.add("online", &FeatureStoreFields::online)
      .absent("every read goes to the origin")
      .doc("The store that is asked first; a cache without an origin of its own gets this store's.");
  f.add("origin", &FeatureStoreFields::origin)
      .absent("what the online store does not have is not found")
      .doc("Where features come from that are not online.");
  f.add("freshness", &FeatureStoreFields::freshness)
      .absent("the age of features is not measured")
      .doc("How features get into the store, and how late.");
  f.check([](const FeatureStoreFields& store, ObjectCheck& check) {
    if (!store.online && !store.origin)
      check.error("online", "a feature store needs `online`, or `origin`, or both");
  });
}

FeatureStore::FeatureStore(Environment& environment, const ComponentSpec& spec)
    : Component(environment, spec),
      fields_(spec.fields<FeatureStoreFields>()),
      age_stream_(environment.stream(spec.name + "/age")) {
  if (fields_.freshness) lag_law_ = make_sampler(fields_.freshness->lag);
}

void FeatureStore::connect() {
  Component* online = fields_.online ? &environment_.component(fields_.online->name) : nullptr;
  Component* origin = fields_.origin ? &environment_.component(fields_.origin->name) : nullptr;
  Component& first = online ? *online : *origin;
  store_ = std::make_unique<Caller>(environment_, first, CallOptions{}, name() + "/store");
  auto* cache = dynamic_cast<Cache*>(online);
  if (cache && origin && !cache->has_origin()) cache->set_origin(*origin);
  if (online && origin && !cache) {
    behind_ = std::make_unique<Caller>(environment_, *origin, CallOptions{}, name() + "/origin");
  }
}

Task<Reply> FeatureStore::request(Call call, Balancer&) { return stay(std::move(call)); }

Task<Reply> FeatureStore::serve(Call& call, Replica&) {
  Reply reply = co_await store_->attempt(call);
  store_->count(reply);
  if (!reply.ok() && behind_) {
    reply = co_await behind_->attempt(call);
    behind_->count(reply);
  }
  if (!reply.ok()) co_return Reply::error(Outcome::failed);
  if (const auto& freshness = fields_.freshness) {
    const double age = draw_age_seconds();
    age_seconds_ += age;
    answers_ += 1;
    if (freshness->limit && age > freshness->limit->seconds) {
      stale_ += 1;
      reply.stale = true;
    }
    if (freshness->half_life) {
      constexpr double log_of_half = -0.6931471805599453;
      reply.quality *= static_cast<float>(elementary::exp(log_of_half * age / freshness->half_life->seconds));
    }
  }
  co_return reply;
}

/// The lag; with batches, and the time since the last one, at which reads come evenly: uniform on
/// [lag, lag + period].
double FeatureStore::draw_age_seconds() {
  double age = lag_law_.sample(age_stream_);
  if (fields_.freshness->pipeline == Pipeline::batch)
    age += age_stream_.uniform() * fields_.freshness->period->seconds;
  return age;
}

void FeatureStore::add_metrics(std::vector<Metric>& metrics) const {
  if (!fields_.freshness) return;
  metrics.push_back({"feature_age_seconds", age_seconds_, answers_});
  if (fields_.freshness->limit) metrics.push_back({"stale_ratio", stale_, answers_});
}

}  // namespace windtunnel
