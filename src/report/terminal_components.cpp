#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/figures.hpp"
#include "report/layout.hpp"
#include "report/summary.hpp"
#include "report/terminal_sections.hpp"

namespace windtunnel::terminal {
namespace {

constexpr int widest_name = 24;
constexpr int widest_item = 30;
constexpr int widest_busiest = 12;

std::string busiest_text(const ComponentResult& component) {
  if (!component.utilization_ratio.has_value()) return std::string(no_figure);
  return fmt::format("{} {}", figure_text(component.utilization_ratio.value, FigureUnit::ratio, 2),
                     printable(component.busiest_resource));
}

std::string error_text(double ratio) {
  constexpr double least_shown = 0.0001;
  return ratio > 0 && ratio < least_shown ? "<0.01%" : figure_text(ratio, FigureUnit::ratio, 2);
}

std::string queue_text(double length) {
  constexpr double least_shown = 0.01;
  return length > 0 && length < least_shown ? "<0.01" : count_text(length);
}

// What only this type measures, one line per component that does.
std::string metrics_text(const std::vector<const ComponentResult*>& order, const TerminalStyle& style) {
  int width = 0;
  for (const ComponentResult* component : order) {
    if (!component->metrics.empty()) width = std::max(width, display_width(printable(component->name)));
  }
  width = std::min(width, widest_name);
  std::string text;
  for (const ComponentResult* component : order) {
    std::string line;
    for (const NamedEstimate& metric : component->metrics) {
      const std::string unit_text = figure_text(metric.value, unit_of(metric.name));
      line += fmt::format("{}{} {}", line.empty() ? "" : " · ", printable(label_of(metric.name)), unit_text);
    }
    if (line.empty()) continue;
    text +=
        hanging(fmt::format("  {}  ", padded(fitted(printable(component->name), width), width)), line, style);
  }
  return text;
}

}  // namespace

std::string components(const Result& result, const TerminalStyle& style) {
  if (result.components.empty()) return "";
  Table table{{{"", Align::left, 12},
               {"type", Align::left, 8, 4},
               {"×", Align::right},
               {"calls", Align::right},
               {"busiest", Align::left, 9},
               {"queue", Align::right},
               {"wait", Align::right, 0, 5},
               {"p99 wait", Align::right, 0, 2},
               {"errors", Align::right, 0, 1},
               {"$/mo", Align::right, 0, 3}},
              {},
              0};
  const std::vector<const ComponentResult*> order = components_by_load(result);
  for (const ComponentResult* component : order) {
    const bool bottleneck = component->name == result.bottleneck.component;
    const double errors = total_error_ratio(component->errors);
    const std::string name = fitted(printable(component->name), widest_name);
    table.rows.push_back(
        {{fmt::format("{} {}", bottleneck ? "▸" : " ", name), bottleneck ? Tone::strong : Tone::plain},
         {printable(component->type), Tone::faint},
         {count_text(component->replicas)},
         {rate_text(component->arrivals_per_second.value)},
         {fitted(busiest_text(*component), widest_busiest), bottleneck ? Tone::bad : Tone::plain},
         {queue_text(component->queue_length.value)},
         {duration_text(component->wait_mean_seconds.value)},
         {duration_text(component->wait_p99_seconds.value)},
         {error_text(errors), errors > 0 ? Tone::warning : Tone::faint},
         {usd_text(component->cost_usd_per_month)}});
  }
  const std::string bottleneck = bottleneck_text(result.bottleneck);
  std::string text = heading("Components", bottleneck.empty() ? "" : "▸ bottleneck: " + bottleneck, style);
  text += table_text(table, style);
  if (const std::string metrics = metrics_text(order, style); !metrics.empty()) text += '\n' + metrics;
  return text;
}

std::string cost(const Result& result, const TerminalStyle& style) {
  const CostResult& cost = result.cost;
  if (cost.lines.empty()) return "";
  std::string total = usd_per_month_text(cost.total_usd_per_month);
  if (!std::isnan(cost.per_million_requests_usd)) {
    total += fmt::format(" · {} per million requests", usd_text(cost.per_million_requests_usd));
  }
  std::vector<CostLine> lines = cost.lines;
  std::stable_sort(lines.begin(), lines.end(),
                   [](const CostLine& a, const CostLine& b) { return a.usd_per_month > b.usd_per_month; });
  constexpr std::size_t most = 8;
  const std::size_t shown = lines.size() > most + 1 ? most : lines.size();
  Table table{{{"", Align::left, 12},
               {"item", Align::left, 12},
               {"quantity", Align::right},
               {"each", Align::right, 0, 1},
               {"$/month", Align::right},
               {"price as of", Align::left, 10, 2}},
              {},
              2};
  for (std::size_t i = 0; i < shown; ++i) {
    const CostLine& line = lines[i];
    table.rows.push_back(
        {{fitted(printable(line.component), widest_name)},
         {fitted(printable(line.item), widest_item)},
         {count_text(line.quantity)},
         {usd_text(line.unit_usd_per_month)},
         {usd_text(line.usd_per_month)},
         {printable(line.as_of.empty() ? line.source : line.as_of + ", " + line.source), Tone::faint}});
  }
  double rest = 0;
  for (std::size_t i = shown; i < lines.size(); ++i) rest += lines[i].usd_per_month;
  if (shown < lines.size()) {
    table.rows.push_back({{counted(lines.size() - shown, "other line")}, {}, {}, {}, {usd_text(rest)}});
  }
  std::string text = heading("Cost", total, style) + table_text(table, style);
  if (!cost.not_priced.empty()) {
    std::string names;
    for (const std::string& name : cost.not_priced) names += (names.empty() ? "" : ", ") + printable(name);
    text += hanging("  not priced: ", names, style, Tone::faint);
  }
  return text;
}

}  // namespace windtunnel::terminal
