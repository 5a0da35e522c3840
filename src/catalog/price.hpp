#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/table.hpp"

namespace windtunnel {

/// A price of a cloud service per unit of use: storage, requests, egress, hours of a node.
struct ServicePrice {
  std::string name;  ///< "aws/s3/standard/storage", "aws/data-transfer/internet"
  double usd_per_unit = 0;
  std::string unit;                ///< what is counted: "GB-month", "request", "hour", "GB", "vCPU-hour"
  std::string region;              ///< "us-east-1", or "any"
  double from_units = 0;           ///< a tier begins here, in units per month
  std::optional<double> to_units;  ///< and ends here; without an end where absent
  Origin origin;
  std::string notes;
};

/// What a provider asks for tokens of a hosted model.
struct ApiPrice {
  std::string name;  ///< "openai/gpt-4o"
  std::string mode;  ///< chat or embedding
  std::optional<double> context_tokens;
  double input_usd_per_million_tokens = 0;
  std::optional<double> cached_input_usd_per_million_tokens;
  std::optional<double> cache_write_usd_per_million_tokens;
  std::optional<double> output_usd_per_million_tokens;  ///< absent for embeddings
  std::optional<double> long_context_tokens;  ///< from this length of the input on, the next two hold
  std::optional<double> long_input_usd_per_million_tokens;
  std::optional<double> long_output_usd_per_million_tokens;
  Origin origin;
  std::string notes;
};

std::vector<ServicePrice> read_service_prices(TableReader& rows);
std::vector<ApiPrice> read_api_prices(TableReader& rows);

/// The tiers of a price, lowest volume first, in `region`; where the table has no price for that region,
/// those of the region that it lists first. Empty for an unknown name.
std::vector<const ServicePrice*> find_price_tiers(const std::vector<ServicePrice>& prices,
                                                  std::string_view name, std::string_view region);

/// The bill for `units` in a month, tier by tier. Tiers as find_price_tiers() gives them; use beyond a last
/// tier that ends is billed at its price.
double tiered_usd(const std::vector<const ServicePrice*>& tiers, double units);

}  // namespace windtunnel
