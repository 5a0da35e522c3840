#include "language/toy_types.hpp"

namespace toy {

const Choices<Eviction>& choices(Eviction) {
  static const Choices<Eviction> words = {{"lru", Eviction::lru, "least recently used goes first"},
                                          {"fifo", Eviction::fifo, "oldest goes first"},
                                          {"s3fifo", Eviction::s3fifo, "three queues"}};
  return words;
}

void describe(Fields<Service>& f) {
  f.about("service", "Runs steps for each request.");
  f.add("concurrency", &Service::concurrency)
      .fallback("200", "Tomcat's maxThreads")
      .at_least("1")
      .doc("Slots.");
  f.add("asynchronous", &Service::asynchronous).fallback("false", "thread per request").doc("Event loop.");
  f.add("do", &Service::steps).required().doc("What it does for each request.");
}

void describe(Fields<Cache>& f) {
  f.about("cache", "Keeps answers of a slower origin.");
  f.add("capacity", &Cache::capacity).required().more_than("0").doc("Items that fit.");
  f.add("policy", &Cache::policy).fallback("lru", "memcached").doc("Who has to go.");
  f.add("ttl", &Cache::ttl)
      .absent("items live until they are evicted")
      .more_than("0s")
      .doc("How long items live.");
  f.add("shards", &Cache::shards).fallback("1", "the smallest").at_least("1").doc("Parts.");
  f.add("origin", &Cache::origin).absent("misses are answered empty").doc("Asked on a miss.");
}

void describe(Fields<Database>& f) {
  f.about("database", "Keeps copies.");
  f.add("copies", &Database::copies).fallback("1", "the smallest").at_least("1").at_most("9").doc("Copies.");
  f.add("read", &Database::read).fallback("1", "any copy").at_least("1").doc("Copies asked by a read.");
  f.add("write", &Database::write).fallback("1", "any copy").at_least("1").doc("Copies asked by a write.");
  f.add("time", &Database::time).fallback("exp(1ms)", "a toy").doc("Time of an operation.");
  f.check([](const Database& database, ObjectCheck& check) {
    if (database.write > database.copies)
      check.error("write", "a write cannot wait for more copies than there are");
  });
}

void describe(Fields<LoadBalancer>& f) {
  f.about("load_balancer", "Spreads calls.");
  f.add("policy", &LoadBalancer::policy).fallback("round_robin", "nginx").doc("Who is next.");
  f.add("to", &LoadBalancer::to).required().doc("Who is behind it.");
}

}  // namespace toy
