#include "catalog/price.hpp"

#include <algorithm>

#include "catalog/units_of_tables.hpp"

namespace windtunnel {
namespace {

// Binary gigabytes are counted as what they hold, so that every price of storage and traffic is per 1e9
// bytes.
void count_in_decimal_gigabytes(ServicePrice& price) {
  if (price.unit.compare(0, 3, "GiB") != 0) return;
  constexpr double gb_per_gib = kGibibyte / kGigabyte;
  price.unit.replace(0, 3, "GB");
  price.usd_per_unit /= gb_per_gib;
  price.from_units *= gb_per_gib;
  price.to_units = scaled(price.to_units, gb_per_gib);
}

}  // namespace

std::vector<ServicePrice> read_service_prices(TableReader& rows) {
  std::vector<ServicePrice> prices;
  while (rows.next()) {
    ServicePrice& price = prices.emplace_back();
    price.name = rows.text("name");
    const double usd = rows.number("usd");
    const double per = rows.number("per");
    if (per <= 0) rows.problem("per must be above zero");
    price.usd_per_unit = usd / per;
    price.unit = rows.text("unit");
    price.region = rows.text("region");
    price.from_units = rows.number_if_any("from").value_or(0);
    price.to_units = rows.number_if_any("to");
    price.origin = rows.origin();
    price.notes = rows.text_or_empty("notes");
    count_in_decimal_gigabytes(price);
  }
  return prices;
}

std::vector<ApiPrice> read_api_prices(TableReader& rows) {
  std::vector<ApiPrice> prices;
  while (rows.next()) {
    ApiPrice& price = prices.emplace_back();
    price.name = rows.text("name");
    price.mode = rows.text("mode");
    price.context_tokens = rows.number_if_any("context_tokens");
    price.input_usd_per_million_tokens = rows.number("input_usd_per_mtok");
    price.cached_input_usd_per_million_tokens = rows.number_if_any("cached_input_usd_per_mtok");
    price.cache_write_usd_per_million_tokens = rows.number_if_any("cache_write_usd_per_mtok");
    price.output_usd_per_million_tokens = rows.number_if_any("output_usd_per_mtok");
    price.long_context_tokens = rows.number_if_any("long_context_tokens");
    price.long_input_usd_per_million_tokens = rows.number_if_any("long_input_usd_per_mtok");
    price.long_output_usd_per_million_tokens = rows.number_if_any("long_output_usd_per_mtok");
    price.origin = rows.origin();
    price.notes = rows.text_or_empty("notes");
  }
  return prices;
}

std::vector<const ServicePrice*> find_price_tiers(const std::vector<ServicePrice>& prices,
                                                  std::string_view name, std::string_view region) {
  std::vector<const ServicePrice*> tiers;
  std::string_view listed_first;
  for (const ServicePrice& price : prices) {
    if (price.name != name) continue;
    if (listed_first.empty()) listed_first = price.region;
    if (price.region == region) tiers.push_back(&price);
  }
  if (tiers.empty() && !listed_first.empty()) return find_price_tiers(prices, name, listed_first);
  return tiers;
}

double tiered_usd(const std::vector<const ServicePrice*>& tiers, double units) {
  double usd = 0;
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const bool last = i + 1 == tiers.size();
    const double end = last ? units : std::min(units, tiers[i]->to_units.value_or(units));
    if (end > tiers[i]->from_units) usd += (end - tiers[i]->from_units) * tiers[i]->usd_per_unit;
  }
  return usd;
}

}  // namespace windtunnel
