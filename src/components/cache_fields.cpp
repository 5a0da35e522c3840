#include <cmath>

#include "components/cache.hpp"

namespace windtunnel {

namespace eviction {

const Choices<PolicyKind>& choices(PolicyKind) {
  static const Choices<PolicyKind> words = [] {
    Choices<PolicyKind> all;
    for (const PolicyName& policy : policy_names()) {
      all.push_back({std::string(policy.name), policy.kind, std::string(policy.summary)});
    }
    all.push_back({"s3fifo", PolicyKind::s3_fifo, "the same as s3_fifo"});
    return all;
  }();
  return words;
}

}  // namespace eviction

ValueInfo ValueType<CacheCapacity>::info() {
  return {ValueKind::custom, "a number of items, such as `20M items`, or a size, such as `64GiB`"};
}

bool ValueType<CacheCapacity>::read(const Node& node, Reader& reader, CacheCapacity& out) {
  if (!node.is_scalar()) return reader.expected(info().expects, node), false;
  if (const auto size = parse_bytes(node.text)) return out = {std::nullopt, *size}, true;
  const auto items = parse_count(node.text);
  if (items) return out = {*items, std::nullopt}, true;
  reader.error_inside("E0208", items.message, node, items.offset, node.text.size() - items.offset).help =
      items.help;
  return false;
}

const Choices<WriteRule>& choices(WriteRule) {
  static const Choices<WriteRule> words = {
      {"write_through", WriteRule::write_through, "to the origin, then into the cache, then the answer"},
      {"write_around", WriteRule::write_around, "to the origin alone; what is cached stays until it expires"},
      {"write_back", WriteRule::write_back, "into the cache, then the answer; to the origin afterwards"},
      {"invalidate", WriteRule::invalidate, "to the origin; the cached entry is deleted"}};
  return words;
}

const Choices<FillRule>& choices(FillRule) {
  static const Choices<FillRule> words = {
      {"in_time", FillRule::in_time, "an answer that comes after `fetch.timeout` is thrown away"},
      {"always", FillRule::always, "it is cached even when nobody waits for it any more"}};
  return words;
}

const Choices<OnDown>& choices(OnDown) {
  static const Choices<OnDown> words = {{"origin", OnDown::origin, "callers ask the origin themselves"},
                                        {"fail", OnDown::fail, "the call fails"}};
  return words;
}

double CacheFields::capacity_items() const {
  if (!capacity) return 0;
  if (capacity->items) return capacity->items->value;
  return std::floor(capacity->size->bytes / item_size->bytes);
}

namespace {

void describe_content(Fields<CacheFields>& f) {
  f.add("capacity", &CacheFields::capacity)
      .absent("`hit_ratio` says how often a key is there")
      .doc("How much all shards together hold: a number of items, or a size (see `item_size`).");
  f.add("item_size", &CacheFields::item_size)
      .absent("the capacity is in items")
      .more_than("0B")
      .doc("Bytes that an entry takes, its overhead included.");
  f.add("policy", &CacheFields::policy)
      .fallback("lru", "the usual policy; see docs/components/cache-policies.md for the others")
      .doc("Which entry gives way when the cache is full.");
  f.add("ttl", &CacheFields::ttl)
      .absent("entries live until they are evicted")
      .more_than("0s")
      .doc("How long an entry lives.");
  f.add("sliding", &CacheFields::sliding)
      .fallback("false", "as Redis EXPIRE and memcached: time counts from the fill")
      .doc("Whether every hit lets the time to live start again.");
  f.add("jitter", &CacheFields::jitter)
      .fallback("0%", "all entries live equally long")
      .at_most("100%")
      .doc("Times to live are uniform within this share of `ttl` on both sides.");
  f.add("warm", &CacheFields::warm)
      .fallback("true", "a run is shorter than the time in which a large cache fills")
      .doc(
          "Whether the run begins with the content of a cache that has long been in use, or with an empty "
          "one.");
  f.add("hit_ratio", &CacheFields::hit_ratio)
      .absent("a result: real keys in a cache of real capacity")
      .at_most("100%")
      .doc("Pins the share of hits where only that is known; keys and capacity then do not matter.");
  f.add("sample", &CacheFields::sample)
      .absent("all of them")
      .at_least("1")
      .doc("Keys of a multi-get that pass through the cache one by one; the hits of the others are drawn.");
}

void describe_servers(Fields<CacheFields>& f) {
  f.add("shards", &CacheFields::shards)
      .fallback("1", "the smallest")
      .at_least("1")
      .at_most("10k")
      .doc("Servers over which the keys are spread by hash.");
  f.add("copies", &CacheFields::copies)
      .absent("`replicas`")
      .at_least("1")
      .at_most("100")
      .doc("Servers that hold each shard; a read goes to one of them.");
  f.add("threads", &CacheFields::threads)
      .fallback("1", "Redis runs commands on one thread; memcached's default is 4")
      .at_least("1")
      .at_most("1k")
      .doc("Commands that a server works on at once.");
  f.add("queue", &CacheFields::queue)
      .absent("the queue grows without bound")
      .at_least("0")
      .doc("Commands that may wait at a server; further ones are refused.");
  f.add("hit_time", &CacheFields::hit_time)
      .fallback("12us", "catalog cache/redis-saturated: 86,573 commands/s of one thread")
      .doc("Time that a command takes of a server's thread.");
  f.add("per_key", &CacheFields::per_key)
      .fallback(
          "0.6us",
          "redis-benchmark: SET against MSET of 10 keys, 128,205/s and 71,942/s, 129,870/s and 81,301/s: "
          "0.5 to 0.7 us")
      .doc("Time for each further key of a multi-get.");
}

void describe_origin(Fields<CacheFields>& f) {
  f.add("origin", &CacheFields::origin)
      .absent("a miss is an answer: not found")
      .doc("The component that is asked for what is not there.");
  f.add("fetch", &CacheFields::fetch).fallback("{}", "see its fields").doc("How the origin is called.");
  f.add("fill", &CacheFields::fill)
      .fallback("in_time", "a client that has given up does not write to the cache")
      .doc("What becomes of an answer that comes after `fetch.timeout`.");
  f.add("single_flight", &CacheFields::single_flight)
      .fallback("true", "as Go's singleflight and memcached leases do")
      .doc("Whether a key is fetched once however many ask for it meanwhile.");
  f.add("writes", &CacheFields::writes)
      .fallback("invalidate", "Nishtala et al., Scaling Memcache at Facebook, NSDI 2013")
      .doc("What a write does.");
  f.add("on_down", &CacheFields::on_down)
      .fallback("origin", "cache-aside: an error of the cache counts as a miss")
      .doc("What callers do when a server of the cache cannot be reached.");
}

}  // namespace

void describe(Fields<CacheFields>& f) {
  f.about("cache", "A cache in front of a slower origin. Its keys are real, and the hit ratio is a result.");
  describe_content(f);
  describe_servers(f);
  describe_origin(f);
  f.check([](const CacheFields& cache, ObjectCheck& check) {
    if (!cache.capacity && !cache.hit_ratio) {
      check.error("capacity", "a cache needs its `capacity`, or a pinned `hit_ratio`");
    }
    if (cache.capacity && cache.capacity->size && !cache.item_size) {
      check.error("capacity", "a capacity in bytes needs `item_size`");
    } else if (cache.capacity && cache.capacity_items() < cache.shards) {
      check.error("capacity", "less than one item per shard");
    }
    if (cache.sliding && !cache.ttl) check.error("sliding", "there is no `ttl` to start again");
    if (cache.fill == FillRule::always && !cache.fetch.timeout) {
      check.warning("fill", "without `fetch: {timeout: …}` every answer comes in time");
    }
  });
}

}  // namespace windtunnel
