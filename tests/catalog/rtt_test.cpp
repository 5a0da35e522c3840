#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "catalog/catalog.hpp"

using namespace windtunnel;

TEST_CASE("a region answers to its full name, its cloud's name and the common one") {
  const Catalog catalog;
  const struct {
    const char* name;
    const char* region;
  } kNames[] = {
      {"aws/us-east-1", "aws/us-east-1"},
      {"us-east-1", "aws/us-east-1"},
      {"us-east", "aws/us-east-1"},
      {"us-west", "aws/us-west-2"},
      {"eu-west", "aws/eu-west-1"},
      {"eu-central", "aws/eu-central-1"},
      {"ap-northeast", "aws/ap-northeast-1"},
      {"gcp/us-central1", "gcp/us-central1"},
      {"us-central1", "gcp/us-central1"},
      {"eastus", "azure/eastus"},
      {"azure/westeurope", "azure/westeurope"},
  };
  for (const auto& [name, region] : kNames) {
    CAPTURE(name);
    CHECK(catalog.resolve_region(name) == std::string(region));
  }
  for (const char* unknown : {"", "us", "mars-1", "aws/", "aws/us-east", "gcp/us-east-1"}) {
    CAPTURE(unknown);
    CHECK_FALSE(catalog.resolve_region(unknown));
  }
}

TEST_CASE("every alias names a region that was measured, and no two regions share a name") {
  const Catalog catalog;
  std::set<std::string> measured;
  for (const Rtt& rtt : catalog.rtts()) measured.insert({rtt.a, rtt.b});
  for (const RegionAlias& alias : catalog.region_aliases()) {
    CAPTURE(alias.name);
    CHECK(measured.count(alias.region) == 1);
  }
  std::set<std::string> short_names;
  for (const std::string& region : measured) {
    CAPTURE(region);
    CHECK(short_names.insert(region.substr(region.find('/') + 1)).second);
  }
}

TEST_CASE("round trips are those measured, in both directions") {
  const Catalog catalog;
  const struct {
    const char* a;
    const char* b;
    double milliseconds;
  } kPairs[] = {
      // skyplane-project/skyplane profiles/latency.csv, 2022-04-16
      {"us-east-1", "us-west-2", 68.4},
      {"us-east", "eu-west", 84.9},
      {"aws/us-east-1", "azure/eastus", 1.9},
  };
  for (const auto& [a, b, milliseconds] : kPairs) {
    CAPTURE(a);
    CAPTURE(b);
    REQUIRE(catalog.rtt(a, b));
    CHECK(catalog.rtt(a, b)->seconds == doctest::Approx(milliseconds * 1e-3));
    CHECK(catalog.rtt(b, a)->seconds == catalog.rtt(a, b)->seconds);
    CHECK(catalog.rtt(a, b)->origin.as_of == "2022-04-16");
  }
  CHECK_FALSE(catalog.rtt("us-east", "mars-1"));
  CHECK_FALSE(catalog.rtt("us-east", "gcp/europe-west3"));  // two clouds, not measured
}

TEST_CASE("within a zone, between zones, between regions: each is longer than the one before") {
  const Catalog catalog;
  const double same_zone = catalog.same_zone_rtt().seconds;
  const double cross_zone = catalog.cross_zone_rtt().seconds;
  CHECK(same_zone > 0);
  CHECK(cross_zone > same_zone);
  CHECK(catalog.rtt("us-east", "us-east")->seconds == cross_zone);
  const auto shortest = std::min_element(catalog.rtts().begin(), catalog.rtts().end(),
                                         [](const Rtt& a, const Rtt& b) { return a.seconds < b.seconds; });
  CHECK(shortest->seconds > cross_zone);
}

// Real routes break the triangle inequality, but not by much. A slip in a decimal point would go far
// beyond 1.6.
TEST_CASE("no pair is far longer than a detour over a third region") {
  const Catalog catalog;
  std::map<std::pair<std::string, std::string>, double> seconds;
  std::set<std::string> regions;
  for (const Rtt& rtt : catalog.rtts()) {
    seconds[{rtt.a, rtt.b}] = seconds[{rtt.b, rtt.a}] = rtt.seconds;
    regions.insert({rtt.a, rtt.b});
  }
  double worst = 0;
  int longer = 0;
  for (const Rtt& rtt : catalog.rtts()) {
    double ratio = 0;
    for (const std::string& via : regions) {
      const auto out = seconds.find({rtt.a, via});
      const auto on = seconds.find({via, rtt.b});
      if (out == seconds.end() || on == seconds.end()) continue;
      ratio = std::max(ratio, rtt.seconds / (out->second + on->second));
    }
    CHECK_MESSAGE(ratio < 1.6, rtt.a, " to ", rtt.b);
    worst = std::max(worst, ratio);
    longer += ratio > 1;
  }
  MESSAGE(longer, " of ", catalog.rtts().size(), " pairs are longer than a detour, the worst ", worst,
          " times");
}
