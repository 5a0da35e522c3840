#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/gpu.hpp"
#include "catalog/instance.hpp"
#include "catalog/latency.hpp"
#include "catalog/neural_model.hpp"
#include "catalog/operations.hpp"
#include "catalog/price.hpp"
#include "catalog/rtt.hpp"

namespace windtunnel {

/// A table as it is written, for printing: units stand in the names of the columns.
struct TableView {
  std::string name;  ///< "gpus"
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  Sources sources;  ///< the source names that occur in the rows, with what they stand for
};

/// The names of the rows of a table, for suggestions.
template <typename Row>
std::vector<std::string> names_of(const std::vector<Row>& rows) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

/// Names that scenarios may use, with figures, sources and dates: the tables under models/, which the binary
/// carries. A table is parsed when it is first asked for. Reading is safe from several threads at once.
/// Pointers and references stay valid as long as the catalog. Unknown names give nullptr or nullopt.
class Catalog {
 public:
  Catalog();
  ~Catalog();
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  const std::vector<Instance>& instances() const;
  const std::vector<Gpu>& gpus() const;
  const std::vector<LlmModel>& llm_models() const;
  const std::vector<DnnModel>& dnn_models() const;
  const std::vector<StartupTime>& startup_times() const;
  const std::vector<LatencyFigure>& latencies() const;
  const std::vector<Handshake>& handshakes() const;
  const std::vector<ServicePrice>& service_prices() const;
  const std::vector<ApiPrice>& api_prices() const;
  const std::vector<FailureRate>& failures() const;
  const std::vector<PowerFigure>& power_figures() const;
  const std::vector<Rtt>& rtts() const;
  const std::vector<RegionAlias>& region_aliases() const;

  const Instance* find_instance(std::string_view name) const;
  const Gpu* find_gpu(std::string_view name) const;
  const LlmModel* find_llm_model(std::string_view name) const;
  const DnnModel* find_dnn_model(std::string_view name) const;
  const StartupTime* find_startup_time(std::string_view name) const;
  const LatencyFigure* find_latency(std::string_view name) const;
  const Handshake* find_handshake(std::string_view name) const;
  const ApiPrice* find_api_price(std::string_view name) const;
  const FailureRate* find_failure(std::string_view name) const;
  const PowerFigure* find_power_figure(std::string_view name, std::string_view metric) const;

  /// Tiers of a service's price, in `region` ("us-east-1" or any name that resolve_region() knows) where it
  /// is listed there; see find_price_tiers().
  std::vector<const ServicePrice*> find_service_price(std::string_view name,
                                                      std::string_view region = {}) const;

  /// The full name of a region, for all forms that resolve_region() in rtt.hpp accepts.
  std::optional<std::string> resolve_region(std::string_view name) const;
  /// Measured round trip between two regions, in either order. Nothing if a name is unknown or the pair was
  /// not measured (regions of two clouds mostly were not). A region and itself: between two of its zones.
  std::optional<Rtt> rtt(std::string_view region_a, std::string_view region_b) const;
  /// Defaults for any cloud: between two machines of a zone, and between two zones of a region.
  Rtt same_zone_rtt() const;
  Rtt cross_zone_rtt() const;

  /// For commands that print any table without knowing it.
  std::vector<std::string> table_names() const;
  std::optional<TableView> table(std::string_view name) const;

  /// Parses every table and says what is wrong with them: nothing, in a binary that passed its tests.
  std::vector<TableProblem> problems() const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

}  // namespace windtunnel
