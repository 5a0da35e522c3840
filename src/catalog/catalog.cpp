#include "catalog/catalog.hpp"

#include <algorithm>
#include <cassert>
#include <mutex>

#include "catalog/embedded.hpp"

namespace windtunnel {
namespace {

std::string_view embedded_table(std::string_view name) {
  for (const EmbeddedFile& file : embedded_models()) {
    if (file.name.substr(0, file.name.rfind('.')) == name) return file.text;
  }
  return {};
}

Sources read_sources() {
  Sources sources;
  CsvReader csv(embedded_table("sources"));
  while (csv.next()) sources.emplace(csv.field(0), csv.field(1));
  assert(!csv.error());
  return sources;
}

// A table that is parsed by whoever asks first.
template <typename Row>
class LazyTable {
 public:
  using Read = std::vector<Row> (*)(TableReader&);

  LazyTable(std::string_view name, const Sources& sources, Read read)
      : name_(name), sources_(sources), read_(read) {}

  const std::vector<Row>& rows() const {
    std::call_once(once_, [this] {
      TableReader reader(name_, embedded_table(name_), sources_);
      rows_ = read_(reader);
      problems_ = reader.problems();
    });
    return rows_;
  }

  const Row* find(std::string_view name) const {
    const auto found =
        std::find_if(rows().begin(), rows().end(), [&](const Row& row) { return row.name == name; });
    return found == rows().end() ? nullptr : &*found;
  }

  void add_problems(std::vector<TableProblem>& all) const {
    rows();
    all.insert(all.end(), problems_.begin(), problems_.end());
  }

 private:
  std::string_view name_;
  const Sources& sources_;
  Read read_;
  mutable std::once_flag once_;
  mutable std::vector<Row> rows_;
  mutable std::vector<TableProblem> problems_;
};

}  // namespace

struct Catalog::Tables {
  const Sources sources = read_sources();
  LazyTable<Instance> instances{"instances", sources, read_instances};
  LazyTable<Gpu> gpus{"gpus", sources, read_gpus};
  LazyTable<LlmModel> llm_models{"llm_models", sources, read_llm_models};
  LazyTable<DnnModel> dnn_models{"dnn_models", sources, read_dnn_models};
  LazyTable<StartupTime> startup_times{"startup_times", sources, read_startup_times};
  LazyTable<LatencyFigure> latencies{"latencies", sources, read_latencies};
  LazyTable<Handshake> handshakes{"protocols", sources, read_handshakes};
  LazyTable<ServicePrice> service_prices{"service_prices", sources, read_service_prices};
  LazyTable<ApiPrice> api_prices{"llm_api_prices", sources, read_api_prices};
  LazyTable<FailureRate> failures{"failures", sources, read_failures};
  LazyTable<PowerFigure> power_figures{"power_carbon", sources, read_power_figures};
  LazyTable<Rtt> rtts{"rtts", sources, read_rtts};
  LazyTable<RegionAlias> regions{"regions", sources, read_regions};
};

Catalog::Catalog() : tables_(std::make_unique<Tables>()) {}
Catalog::~Catalog() = default;

const std::vector<Instance>& Catalog::instances() const { return tables_->instances.rows(); }
const std::vector<Gpu>& Catalog::gpus() const { return tables_->gpus.rows(); }
const std::vector<LlmModel>& Catalog::llm_models() const { return tables_->llm_models.rows(); }
const std::vector<DnnModel>& Catalog::dnn_models() const { return tables_->dnn_models.rows(); }
const std::vector<StartupTime>& Catalog::startup_times() const { return tables_->startup_times.rows(); }
const std::vector<LatencyFigure>& Catalog::latencies() const { return tables_->latencies.rows(); }
const std::vector<Handshake>& Catalog::handshakes() const { return tables_->handshakes.rows(); }
const std::vector<ServicePrice>& Catalog::service_prices() const { return tables_->service_prices.rows(); }
const std::vector<ApiPrice>& Catalog::api_prices() const { return tables_->api_prices.rows(); }
const std::vector<FailureRate>& Catalog::failures() const { return tables_->failures.rows(); }
const std::vector<PowerFigure>& Catalog::power_figures() const { return tables_->power_figures.rows(); }
const std::vector<Rtt>& Catalog::rtts() const { return tables_->rtts.rows(); }
const std::vector<RegionAlias>& Catalog::region_aliases() const { return tables_->regions.rows(); }

const Instance* Catalog::find_instance(std::string_view name) const { return tables_->instances.find(name); }
const Gpu* Catalog::find_gpu(std::string_view name) const { return tables_->gpus.find(name); }
const LlmModel* Catalog::find_llm_model(std::string_view name) const {
  return tables_->llm_models.find(name);
}
const DnnModel* Catalog::find_dnn_model(std::string_view name) const {
  return tables_->dnn_models.find(name);
}
const StartupTime* Catalog::find_startup_time(std::string_view name) const {
  return tables_->startup_times.find(name);
}
const LatencyFigure* Catalog::find_latency(std::string_view name) const {
  return tables_->latencies.find(name);
}
const Handshake* Catalog::find_handshake(std::string_view name) const {
  return tables_->handshakes.find(name);
}
const ApiPrice* Catalog::find_api_price(std::string_view name) const {
  return tables_->api_prices.find(name);
}
const FailureRate* Catalog::find_failure(std::string_view name) const { return tables_->failures.find(name); }

const PowerFigure* Catalog::find_power_figure(std::string_view name, std::string_view metric) const {
  for (const PowerFigure& figure : power_figures()) {
    if (figure.name == name && figure.metric == metric) return &figure;
  }
  return nullptr;
}

std::vector<const ServicePrice*> Catalog::find_service_price(std::string_view name,
                                                             std::string_view region) const {
  const std::string resolved = resolve_region(region).value_or(std::string(region));
  return find_price_tiers(service_prices(), name, std::string_view(resolved).substr(resolved.find('/') + 1));
}

std::optional<std::string> Catalog::resolve_region(std::string_view name) const {
  return windtunnel::resolve_region(name, rtts(), region_aliases());
}

std::optional<Rtt> Catalog::rtt(std::string_view region_a, std::string_view region_b) const {
  std::optional<std::string> a = resolve_region(region_a);
  std::optional<std::string> b = resolve_region(region_b);
  if (!a || !b) return std::nullopt;
  if (*a == *b) {
    Rtt within = cross_zone_rtt();
    within.a = within.b = *a;
    return within;
  }
  if (*b < *a) std::swap(a, b);
  for (const Rtt& measured : rtts()) {
    if (measured.a == *a && measured.b == *b) return measured;
  }
  return std::nullopt;
}

Rtt Catalog::same_zone_rtt() const {
  const LatencyFigure* figure = find_latency("network/same-zone-rtt");
  assert(figure && figure->middle_seconds());
  return {"a zone", "a zone", *figure->middle_seconds(), figure->origin};
}

Rtt Catalog::cross_zone_rtt() const {
  const LatencyFigure* figure = find_latency("network/cross-zone-rtt");
  assert(figure && figure->middle_seconds());
  return {"a zone", "another zone", *figure->middle_seconds(), figure->origin};
}

std::vector<std::string> Catalog::table_names() const {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_models()) {
    names.emplace_back(file.name.substr(0, file.name.rfind('.')));
  }
  return names;
}

std::optional<TableView> Catalog::table(std::string_view name) const {
  const std::string_view text = embedded_table(name);
  if (text.empty()) return std::nullopt;
  CsvReader csv(text);
  TableView view{std::string(name), csv.header(), {}, {}};
  while (csv.next()) {
    std::vector<std::string>& row = view.rows.emplace_back();
    for (std::size_t i = 0; i < view.columns.size(); ++i) row.emplace_back(csv.field(i));
    for (std::size_t i = 0; i < view.columns.size(); ++i) {
      if (!view.columns[i].ends_with("source") || row[i].empty()) continue;
      view.sources.emplace(row[i], describe_sources(row[i], tables_->sources).value_or(""));
    }
  }
  return view;
}

std::vector<TableProblem> Catalog::problems() const {
  std::vector<TableProblem> all;
  tables_->instances.add_problems(all);
  tables_->gpus.add_problems(all);
  tables_->llm_models.add_problems(all);
  tables_->dnn_models.add_problems(all);
  tables_->startup_times.add_problems(all);
  tables_->latencies.add_problems(all);
  tables_->handshakes.add_problems(all);
  tables_->service_prices.add_problems(all);
  tables_->api_prices.add_problems(all);
  tables_->failures.add_problems(all);
  tables_->power_figures.add_problems(all);
  tables_->rtts.add_problems(all);
  tables_->regions.add_problems(all);
  return all;
}

}  // namespace windtunnel
