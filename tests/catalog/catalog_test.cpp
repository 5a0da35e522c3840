#include "catalog/catalog.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <set>

using namespace windtunnel;

namespace {

const std::string& cell(const TableView& table, const std::vector<std::string>& row,
                        const std::string& column) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), column);
  REQUIRE(found != table.columns.end());
  return row[static_cast<std::size_t>(found - table.columns.begin())];
}

}  // namespace

TEST_CASE("every table is whole: columns, numbers, units and sources are known") {
  const Catalog catalog;
  for (const TableProblem& problem : catalog.problems()) {
    FAIL_CHECK(problem.table, ".csv line ", problem.line, ": ", problem.message);
  }
}

TEST_CASE("every row says where it comes from and when it was true, and none rests on memory") {
  const Catalog catalog;
  for (const std::string& name : catalog.table_names()) {
    const TableView table = catalog.table(name).value();
    REQUIRE(table.rows.size() > 0);
    for (const auto& [short_name, where] : table.sources) {
      CAPTURE(short_name);
      CHECK_FALSE(where.empty());
      CHECK_FALSE(where.starts_with("memory"));
    }
    if (name == "sources") continue;
    for (const std::vector<std::string>& row : table.rows) {
      CAPTURE(name);
      CAPTURE(row[0]);
      CHECK_FALSE(cell(table, row, "source").empty());
      CHECK_FALSE(cell(table, row, name == "instances" ? "on_demand_as_of" : "as_of").empty());
      for (const std::string& field : row) CHECK(field.find("unverified") == std::string::npos);
    }
  }
}

TEST_CASE("a price, where there is one, has a source and a date of its own") {
  const Catalog catalog;
  const TableView table = catalog.table("instances").value();
  for (const std::vector<std::string>& row : table.rows) {
    CAPTURE(row[0]);
    for (const std::string price : {"on_demand", "spot", "reserved_1y", "reserved_3y"}) {
      const bool priced = !cell(table, row, price + "_usd_per_hour").empty();
      CHECK(priced == !cell(table, row, price + "_source").empty());
      CHECK(priced == !cell(table, row, price + "_as_of").empty());
    }
  }
}

TEST_CASE("names are unique") {
  const Catalog catalog;
  for (const std::string& name : catalog.table_names()) {
    const TableView table = catalog.table(name).value();
    std::set<std::string> seen;
    for (const std::vector<std::string>& row : table.rows) {
      std::string key = row[0];
      if (name == "service_prices") key += " " + cell(table, row, "region") + " " + cell(table, row, "from");
      if (name == "power_carbon") key += " " + cell(table, row, "metric");
      if (name == "rtts") key += " " + cell(table, row, "b");
      CAPTURE(name);
      CAPTURE(key);
      CHECK(seen.insert(key).second);
    }
  }
}

// Figures looked up by hand in the sources that the rows name.
TEST_CASE("figures are those of the sources") {
  const struct {
    const char* table;
    const char* name;
    const char* column;
    const char* value;
  } kFigures[] = {
      {"instances", "aws/c7i.4xlarge", "vcpus", "16"},
      {"instances", "aws/c7i.4xlarge", "memory_gib", "32"},
      {"instances", "aws/c7i.4xlarge", "on_demand_usd_per_hour", "0.714"},
      {"instances", "aws/c7i.4xlarge", "reserved_3y_usd_per_hour", "0.27359"},
      {"instances", "aws/r7g.2xlarge", "spot_usd_per_hour", "0.2722"},
      {"instances", "aws/p5.48xlarge", "on_demand_usd_per_hour", "55.04"},
      {"instances", "aws/p5.48xlarge", "gpu_count", "8"},
      {"instances", "gcp/n2-standard-8", "reserved_1y_usd_per_hour", "0.244728"},
      {"instances", "azure/Standard_D8s_v5", "on_demand_usd_per_hour", "0.384"},
      {"gpus", "h100-sxm", "bf16_tflops", "989"},
      {"gpus", "h100-sxm", "measured_bf16_tflops", "794.5"},
      {"gpus", "l4", "bandwidth_gb_s", "300"},
      {"gpus", "a100-sxm-80gb", "bandwidth_gb_s", "2039"},
      {"llm_models", "llama-3.1-8b", "kv_bytes_per_token_bf16", "131072"},
      {"llm_models", "mixtral-8x7b-v0.1", "active_params_b", "12.880"},
      {"dnn_models", "resnet50", "gflops", "8.22"},
      {"llm_api_prices", "openai/gpt-4o-mini", "input_usd_per_mtok", "0.15"},
      {"startup_times", "container", "typical_s", "0.568"},
      {"startup_times", "weights/s3", "rate", "3.51"},
      {"service_prices", "aws/s3/standard/storage", "usd", "0.023"},
      {"service_prices", "gcp/persistent-disk/pd-ssd/storage", "usd", "0.17"},
      {"power_carbon", "aws/us-east-1", "value", "415.8"},
      {"latencies", "storage/gp3-read", "p50", "1.05"},
      {"failures", "gpu", "mtbf_hours", "50677"},
  };
  const Catalog catalog;
  for (const auto& figure : kFigures) {
    CAPTURE(figure.table);
    CAPTURE(figure.name);
    CAPTURE(figure.column);
    const TableView table = catalog.table(figure.table).value();
    const auto row = std::find_if(table.rows.begin(), table.rows.end(),
                                  [&](const std::vector<std::string>& r) { return r[0] == figure.name; });
    REQUIRE(row != table.rows.end());
    CHECK(cell(table, *row, figure.column) == figure.value);
  }
}

TEST_CASE("figures come in base units") {
  const Catalog catalog;
  const Instance* instance = catalog.find_instance("aws/c7i.4xlarge");
  REQUIRE(instance);
  CHECK(instance->cloud == "aws");
  CHECK(instance->memory_bytes == 32.0 * (1ULL << 30));
  CHECK(instance->network_bytes_per_second == 6.25e9 / 8);
  CHECK(instance->on_demand.usd_per_hour == 0.714);
  CHECK(instance->on_demand.origin.as_of == "2026-07-20");
  CHECK_FALSE(instance->spot);

  const Gpu* gpu = catalog.find_gpu("h100-sxm");
  REQUIRE(gpu);
  CHECK(gpu->bf16_flops == 989e12);
  CHECK(gpu->memory_bytes_per_second == 3350e9);
  CHECK(gpu->memory_bytes == 80.0 * (1ULL << 30));

  CHECK(catalog.find_latency("storage/gp3-read")->middle_seconds().value() == doctest::Approx(1.05e-3));
  CHECK(catalog.find_latency("serialization/json-rate")->bytes_per_second == 100.0 * (1 << 20));
  CHECK(catalog.find_startup_time("vm")->middle_seconds() == 90);  // the middle of 60 to 120 s
  CHECK(catalog.find_startup_time("pod")->middle_seconds() == 5);  // only a 99th percentile is published
  CHECK(catalog.find_failure("machine")->mtbf_seconds.value() == doctest::Approx(15768.0 * 3600));
  CHECK(catalog.find_llm_model("llama-3.1-8b")->parameters == doctest::Approx(8.028e9));
  CHECK(catalog.find_dnn_model("resnet50")->flops.value() == doctest::Approx(8.22e9));
  CHECK(catalog.find_power_figure("aws", "pue")->value == 1.135);
}

// Multiply-adds of a pass through the MLPs of facebookresearch/dlrm bench/dlrm_s_criteo_terabyte.sh and the
// dot products of all pairs of its 26 embeddings and the bottom output.
TEST_CASE("the work of dlrm-26x64 follows from its shape") {
  const double bottom = 13 * 512 + 512 * 256 + 256 * 64;
  const double pairs = 27 * 26 / 2;
  const double top = (pairs + 64) * 512 + 512 * 512 + 512 * 256 + 256 * 1;
  const Catalog catalog;
  const DnnModel* model = catalog.find_dnn_model("dlrm-26x64");
  REQUIRE(model);
  CHECK(model->flops.value() == doctest::Approx(2 * (bottom + pairs * 64 + top)).epsilon(1e-3));
  CHECK(model->parameters.value() == doctest::Approx(bottom + top).epsilon(1e-3));
}

TEST_CASE("a language model's cache per token follows from its shape, in bf16") {
  const Catalog catalog;
  for (const LlmModel& model : catalog.llm_models()) {
    CAPTURE(model.name);
    const double per_layer = model.kv_lora_rank ? *model.kv_lora_rank + model.rope_head_dim.value_or(0)
                                                : 2.0 * model.kv_heads * model.head_dim;
    CHECK(model.kv_bytes_per_token == 2 * per_layer * model.layers);
    CHECK(model.active_parameters <= model.parameters);
  }
}

TEST_CASE("machines are what their names and neighbours say") {
  const Catalog catalog;
  for (const Instance& instance : catalog.instances()) {
    CAPTURE(instance.name);
    CHECK(instance.vcpus > 0);
    CHECK(instance.memory_bytes > 0);
    CHECK(instance.on_demand.usd_per_hour > 0);
    CHECK((instance.gpu.empty() || catalog.find_gpu(instance.gpu)));
    CHECK(instance.gpu.empty() == (instance.gpu_count == 0));
    for (const std::optional<HourlyPrice>& price :
         {instance.spot, instance.reserved_1y, instance.reserved_3y}) {
      if (price) CHECK(price->usd_per_hour < instance.on_demand.usd_per_hour);
    }
    if (instance.reserved_1y && instance.reserved_3y) {
      CHECK(instance.reserved_3y->usd_per_hour < instance.reserved_1y->usd_per_hour);
    }
  }
}

TEST_CASE("unknown names give nothing") {
  const Catalog catalog;
  CHECK_FALSE(catalog.find_instance("aws/c7i.4xlarg"));
  CHECK_FALSE(catalog.find_instance(""));
  CHECK_FALSE(catalog.find_gpu("h100"));
  CHECK_FALSE(catalog.find_llm_model("llama"));
  CHECK_FALSE(catalog.find_startup_time("lambda"));
  CHECK_FALSE(catalog.find_power_figure("aws", "nothing"));
  CHECK(catalog.find_service_price("aws/s3").empty());
  CHECK_FALSE(catalog.table("nothing"));
}

TEST_CASE("connections cost round trips") {
  const Catalog catalog;
  CHECK(catalog.find_handshake("tcp")->round_trips == 1);
  CHECK(catalog.find_handshake("tls1.2")->round_trips == 2);
  CHECK(catalog.find_handshake("tls1.3")->round_trips == 1);
  CHECK(catalog.find_handshake("quic")->round_trips == 1);
  CHECK(catalog.find_handshake("quic-0rtt")->round_trips == 0);
}

TEST_CASE("docs/catalog.md states the size and the dates of every table") {
  const Catalog catalog;
  std::ifstream page(WINDTUNNEL_ROOT "/docs/catalog.md");
  const std::string text{std::istreambuf_iterator<char>(page), {}};
  for (const std::string& name : catalog.table_names()) {
    const TableView table = catalog.table(name).value();
    if (name == "sources") continue;
    std::set<std::string> dates;
    for (const std::vector<std::string>& row : table.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (table.columns[i].ends_with("as_of") && !row[i].empty() && row[i] != "undated")
          dates.insert(row[i]);
      }
    }
    const std::string span = dates.size() == 1 ? *dates.begin() : *dates.begin() + " to " + *dates.rbegin();
    const std::string line = "| " + name + " | " + std::to_string(table.rows.size()) + " | " + span + " |\n";
    CHECK_MESSAGE(text.find(line) != std::string::npos, "docs/catalog.md lacks the line: ", line);
  }
}

TEST_CASE("tables parse quickly") {
  const Catalog catalog;
  const auto start = std::chrono::steady_clock::now();
  CHECK(catalog.problems().empty());
  const std::chrono::duration<double, std::milli> all_tables = std::chrono::steady_clock::now() - start;
  MESSAGE("all tables parsed in ", all_tables.count(), " ms");
}
