#include <doctest/doctest.h>

#include "catalog/catalog.hpp"

using namespace windtunnel;

TEST_CASE("prices are per one unit, and per decimal gigabyte") {
  const Catalog catalog;
  const auto put = catalog.find_service_price("aws/s3/standard/put-copy-post-list");
  REQUIRE(put.size() == 1);
  CHECK(put[0]->unit == "request");
  CHECK(put[0]->usd_per_unit == doctest::Approx(0.005 / 1000));
  const auto disk = catalog.find_service_price("gcp/persistent-disk/pd-ssd/storage");  // 0.17 per GiB
  REQUIRE(disk.size() == 1);
  CHECK(disk[0]->unit == "GB-month");
  CHECK(disk[0]->usd_per_unit == doctest::Approx(0.17 / 1.073741824));
}

TEST_CASE("egress is billed by tiers") {
  const Catalog catalog;
  const auto tiers = catalog.find_service_price("aws/data-transfer/internet", "us-east");
  REQUIRE(tiers.size() == 4);
  const struct {
    double gigabytes;
    double usd;
  } kBills[] = {
      {0, 0},
      {1000, 1000 * 0.09},
      {10240, 10240 * 0.09},
      {60000, 10240 * 0.09 + 40960 * 0.085 + 8800 * 0.07},
      {200000, 10240 * 0.09 + 40960 * 0.085 + 102400 * 0.07 + 46400 * 0.05},
  };
  for (const auto& [gigabytes, usd] : kBills) {
    CAPTURE(gigabytes);
    CHECK(tiered_usd(tiers, gigabytes) == doctest::Approx(usd));
  }
}

TEST_CASE("a price is that of the region, or of the region listed first") {
  const Catalog catalog;
  const auto usd = [&](const char* region) {
    const auto tiers = catalog.find_service_price("aws/data-transfer/other-region", region);
    REQUIRE(tiers.size() == 1);
    return tiers[0]->usd_per_unit;
  };
  CHECK(usd("aws/us-east-1") == 0.02);
  CHECK(usd("sa-east-1") == 0.138);
  CHECK(usd("ap-northeast") == 0.09);
  CHECK(usd("nowhere") == 0.02);
}

TEST_CASE("tiers follow each other without gap") {
  const Catalog catalog;
  for (const ServicePrice& price : catalog.service_prices()) {
    CAPTURE(price.name);
    CHECK(price.usd_per_unit > 0);
    const auto tiers = find_price_tiers(catalog.service_prices(), price.name, price.region);
    CHECK(tiers.front()->from_units == 0);
    for (std::size_t i = 1; i < tiers.size(); ++i) CHECK(tiers[i - 1]->to_units == tiers[i]->from_units);
    CHECK((tiers.size() == 1 || !tiers.back()->to_units));
  }
}

TEST_CASE("prices of tokens") {
  const Catalog catalog;
  for (const ApiPrice& price : catalog.api_prices()) {
    CAPTURE(price.name);
    CHECK(price.input_usd_per_million_tokens > 0);
    CHECK((price.mode == "embedding" || price.output_usd_per_million_tokens.value_or(0) > 0));
    CHECK(price.cached_input_usd_per_million_tokens.value_or(0) <= price.input_usd_per_million_tokens);
  }
}
