#include "catalog/neural_model.hpp"

#include "catalog/units_of_tables.hpp"

namespace windtunnel {
namespace {

int count(TableReader& rows, const char* column) { return static_cast<int>(rows.number(column)); }

std::optional<int> count_if_any(TableReader& rows, const char* column) {
  const std::optional<double> value = rows.number_if_any(column);
  return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

}  // namespace

std::vector<LlmModel> read_llm_models(TableReader& rows) {
  std::vector<LlmModel> models;
  while (rows.next()) {
    LlmModel& model = models.emplace_back();
    model.name = rows.text("name");
    model.parameters = rows.number("params_b") * kGiga;
    model.active_parameters = rows.number("active_params_b") * kGiga;
    model.layers = count(rows, "layers");
    model.hidden = count(rows, "hidden");
    model.heads = count(rows, "heads");
    model.kv_heads = count(rows, "kv_heads");
    model.head_dim = count(rows, "head_dim");
    model.ffn_dim = count(rows, "ffn_dim");
    model.experts = count_if_any(rows, "experts");
    model.experts_per_token = count_if_any(rows, "experts_per_token");
    model.expert_ffn_dim = count_if_any(rows, "expert_ffn_dim");
    model.shared_experts = count_if_any(rows, "shared_experts");
    model.kv_lora_rank = count_if_any(rows, "kv_lora_rank");
    model.rope_head_dim = count_if_any(rows, "rope_head_dim");
    model.vocabulary = count(rows, "vocabulary");
    model.context_tokens = count(rows, "context_tokens");
    model.sliding_window_tokens = count_if_any(rows, "sliding_window_tokens");
    model.dtype = rows.text("dtype");
    model.kv_bytes_per_token = rows.number("kv_bytes_per_token_bf16");
    model.origin = rows.origin();
    model.notes = rows.text_or_empty("notes");
  }
  return models;
}

std::vector<DnnModel> read_dnn_models(TableReader& rows) {
  std::vector<DnnModel> models;
  while (rows.next()) {
    DnnModel& model = models.emplace_back();
    model.name = rows.text("name");
    model.kind = rows.text("kind");
    model.parameters = scaled(rows.number_if_any("params_m"), kMillion);
    model.flops = scaled(rows.number_if_any("gflops"), kGiga);
    model.embedding_table_bytes = scaled(rows.number_if_any("embedding_table_gb"), kGigabyte);
    model.embedding_dims = rows.number_if_any("embedding_dims");
    model.input = rows.text_or_empty("input");
    model.measured_per_second = rows.number_if_any("measured_per_second");
    model.measured_latency_seconds = scaled(rows.number_if_any("measured_latency_ms"), 1e-3);
    model.measured_on = rows.text_or_empty("measured_on");
    model.origin = rows.origin();
    model.notes = rows.text_or_empty("notes");
  }
  return models;
}

}  // namespace windtunnel
