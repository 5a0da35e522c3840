#include "report/markdown.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/layout.hpp"
#include "report/summary.hpp"

namespace windtunnel {
namespace {

constexpr int any_width = 1'000;

// Text from a file: nothing in it is taken for markup.
std::string plain(std::string_view text) {
  std::string escaped;
  for (const char c : printable(text)) {
    if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// Text shown as it is written; a backtick cannot stand in it.
std::string code(std::string_view text) {
  std::string shown = printable(text);
  std::replace(shown.begin(), shown.end(), '`', '\'');
  return fmt::format("`{}`", shown);
}

// The same in a table, where a bar would end the cell.
std::string code_cell(std::string_view text) {
  std::string escaped;
  for (const char c : code(text)) escaped += c == '|' ? "\\|" : std::string(1, c);
  return escaped;
}

std::string row(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string head(const std::vector<std::string>& titles, std::size_t left_aligned) {
  std::string text = row(titles) + "|";
  for (std::size_t i = 0; i < titles.size(); ++i) text += i < left_aligned ? "---|" : "--:|";
  return text + "\n";
}

std::string folded(std::string_view title, const std::string& body) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", title, body);
}

std::string goals(const Result& result) {
  if (result.slo.empty()) return "";
  std::string text = head({"", "goal", "value", "limit", ""}, 2);
  for (const SloResult& goal : result.slo) {
    const FigureUnit unit = unit_of(goal.unit);
    const std::string mark = goal.verdict == Verdict::pass   ? "✅ pass"
                             : goal.verdict == Verdict::fail ? "❌ fail"
                                                             : "❔ inconclusive";
    text += row({mark, code_cell(goal.goal), figure_text(goal.value, unit), figure_text(goal.limit, unit),
                 goal.note.empty() ? margin_text(goal) : plain(goal.note)});
  }
  return text + "\n";
}

std::string latency_text(const WorkloadResult& workload, const Estimate& seconds) {
  if (seconds.has_value()) return figure_text(seconds, FigureUnit::seconds);
  return workload.samples == 0 ? "no answers" : "run too short";
}

std::string workloads(const Result& result) {
  if (result.workloads.empty()) return "";
  std::string text = head({"workload", "offered", "goodput", "errors", "p50", "p95", "p99", "p99.9"}, 1);
  for (const WorkloadResult& w : result.workloads) {
    const std::string kinds = error_kinds_text(w.errors);
    const std::string errors =
        figure_text(w.error_ratio, FigureUnit::ratio) + (kinds.empty() ? "" : fmt::format(" ({})", kinds));
    text += row({plain(w.name), figure_text(w.offered_per_second, FigureUnit::per_second),
                 figure_text(w.goodput_per_second, FigureUnit::per_second), errors,
                 latency_text(w, w.quantile_seconds[0]), latency_text(w, w.quantile_seconds[2]),
                 latency_text(w, w.quantile_seconds[3]), latency_text(w, w.quantile_seconds[4])});
  }
  return text + "\n";
}

std::string breakdown(const Result& result) {
  std::string rows;
  for (const WorkloadResult& workload : result.workloads) {
    for (const BreakdownLine& line : workload.breakdown) {
      rows += row({plain(workload.name), plain(line.component),
                   figure_text(line.p50_share_ratio, FigureUnit::ratio, 2), duration_text(line.p50_seconds),
                   figure_text(line.p99_share_ratio, FigureUnit::ratio, 2), duration_text(line.p99_seconds)});
    }
  }
  if (rows.empty()) return "";
  return folded("Where the time goes", head({"workload", "component", "of p50", "", "of p99", ""}, 2) + rows);
}

std::string components(const Result& result) {
  if (result.components.empty()) return "";
  std::string body = head({"component", "type", "replicas", "arrivals", "busiest", "queue", "wait",
                           "p99 wait", "errors", "$/month"},
                          2);
  for (const ComponentResult* c : components_by_load(result)) {
    const bool bottleneck = c->name == result.bottleneck.component;
    const std::string busiest =
        c->utilization_ratio.has_value()
            ? fmt::format("{} {}", figure_text(c->utilization_ratio.value, FigureUnit::ratio, 2),
                          plain(c->busiest_resource))
            : std::string(no_figure);
    body += row({bottleneck ? fmt::format("**{}**", plain(c->name)) : plain(c->name), plain(c->type),
                 count_text(c->replicas), rate_text(c->arrivals_per_second.value), busiest,
                 count_text(c->queue_length.value), duration_text(c->wait_mean_seconds.value),
                 duration_text(c->wait_p99_seconds.value),
                 figure_text(total_error_ratio(c->errors), FigureUnit::ratio, 2),
                 usd_text(c->cost_usd_per_month)});
  }
  return folded("Components", body);
}

std::string cost(const Result& result) {
  if (result.cost.lines.empty()) return "";
  std::string body = head({"component", "item", "source", "quantity", "each", "$/month"}, 3);
  for (const CostLine& line : result.cost.lines) {
    body += row({plain(line.component), code_cell(line.item),
                 plain(line.as_of.empty() ? line.source : line.source + ", " + line.as_of),
                 count_text(line.quantity), usd_text(line.unit_usd_per_month), usd_text(line.usd_per_month)});
  }
  std::string total = "Cost: " + usd_per_month_text(result.cost.total_usd_per_month);
  if (!std::isnan(result.cost.per_million_requests_usd)) {
    total += fmt::format(", {} per million requests", usd_text(result.cost.per_million_requests_usd));
  }
  if (!result.cost.not_priced.empty()) {
    body +=
        fmt::format("\nNot priced: {}\n", plain(fmt::format("{}", fmt::join(result.cost.not_priced, ", "))));
  }
  return folded(total, body);
}

std::string findings(const Result& result) {
  if (result.findings.empty() && result.faults.empty()) return "";
  std::string text;
  for (const std::string& finding : result.findings) text += fmt::format("- ⚠️ {}\n", plain(finding));
  for (const FaultMark& fault : result.faults) text += fmt::format("- Fault, {}\n", plain(fault_text(fault)));
  return text + "\n";
}

std::string facts(const Result& result) {
  std::string body;
  for (const std::string& line : run_facts(result)) body += fmt::format("- {}\n", plain(line));
  if (const std::string scenario = scenario_text(result.scenario); !scenario.empty())
    body += fmt::format("- {}\n", plain(scenario));
  if (!result.command.empty()) body += fmt::format("- Again: {}\n", code(result.command));
  return folded("How this was run", body);
}

// Ends neither the comment nor its line.
std::string marker(const Result& result) {
  std::string id;
  for (const char c : printable(result.scenario.file + " " + result.scenario.variant))
    id += c == '-' || c == '>' ? '_' : c;
  while (!id.empty() && id.back() == ' ') id.pop_back();
  return fmt::format("<!-- windtunnel {} -->\n", id);
}

}  // namespace

std::string markdown_report(const Result& result) {
  std::string text = marker(result);
  text +=
      fmt::format("### {}\n\n", plain(result.scenario.name.empty() ? "windtunnel" : result.scenario.name));
  text += fmt::format("**{}**\n\n", plain(headline(result, any_width)));
  if (result.run.partial)
    text += "> [!WARNING]\n> Partial: the run was stopped; this is what it had found out by then.\n\n";
  return text + goals(result) + findings(result) + workloads(result) + breakdown(result) +
         components(result) + cost(result) + facts(result);
}

}  // namespace windtunnel
