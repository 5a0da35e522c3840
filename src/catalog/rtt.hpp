#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/table.hpp"

namespace windtunnel {

/// A measured round-trip time between two regions.
struct Rtt {
  std::string a;  ///< "aws/us-east-1"; a < b, the time is that of both directions
  std::string b;
  double seconds = 0;
  Origin origin;
};

/// A name without a cloud and the measured region that stands for it: "us-east" is "aws/us-east-1".
struct RegionAlias {
  std::string name;
  std::string region;
};

std::vector<Rtt> read_rtts(TableReader& rows);
std::vector<RegionAlias> read_regions(TableReader& rows);

/// The full name of a region. Accepted: the full name ("aws/us-east-1", "gcp/us-central1"), the cloud's own
/// name ("us-east-1", "us-central1", "eastus": no two clouds share one), and the aliases of regions.csv.
std::optional<std::string> resolve_region(std::string_view name, const std::vector<Rtt>& rtts,
                                          const std::vector<RegionAlias>& aliases);

}  // namespace windtunnel
