#include "catalog/rtt.hpp"

namespace windtunnel {
namespace {

bool is_called(const std::string& region, std::string_view name) {
  return region == name || std::string_view(region).substr(region.find('/') + 1) == name;
}

}  // namespace

std::vector<Rtt> read_rtts(TableReader& rows) {
  std::vector<Rtt> rtts;
  while (rows.next()) {
    Rtt& rtt = rtts.emplace_back();
    rtt.a = rows.text("a");
    rtt.b = rows.text("b");
    rtt.seconds = rows.number("rtt_ms") * 1e-3;
    rtt.origin = rows.origin();
    if (!(rtt.a < rtt.b)) rows.problem("the first region must come before the second in the alphabet");
  }
  return rtts;
}

std::vector<RegionAlias> read_regions(TableReader& rows) {
  std::vector<RegionAlias> aliases;
  while (rows.next()) aliases.push_back({rows.text("name"), rows.text("region")});
  return aliases;
}

std::optional<std::string> resolve_region(std::string_view name, const std::vector<Rtt>& rtts,
                                          const std::vector<RegionAlias>& aliases) {
  for (const RegionAlias& alias : aliases) {
    if (alias.name == name) return alias.region;
  }
  for (const Rtt& rtt : rtts) {
    if (is_called(rtt.a, name)) return rtt.a;
    if (is_called(rtt.b, name)) return rtt.b;
  }
  return std::nullopt;
}

}  // namespace windtunnel
