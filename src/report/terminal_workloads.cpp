#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/bars.hpp"
#include "report/figures.hpp"
#include "report/layout.hpp"
#include "report/terminal_sections.hpp"

namespace windtunnel::terminal {
namespace {

constexpr std::string_view too_short = "run too short";
constexpr int widest_name = 24;
constexpr int ladder_width = 24;

Cell latency_cell(const WorkloadResult& workload, const Estimate& seconds) {
  if (seconds.has_value()) return {figure_text(seconds, FigureUnit::seconds)};
  return {workload.samples == 0 ? "no answers" : std::string(too_short), Tone::faint};
}

// One line of the table of workloads: what it says, of which workload, and whether it is worth a line at all.
struct Line {
  std::string label;
  std::vector<Cell> cells;
};

class Lines {
 public:
  explicit Lines(const std::vector<WorkloadResult>& workloads) : workloads_(workloads) {}

  template <class CellOf>
  void add(std::string label, CellOf cell_of) {
    Line line{std::move(label), {}};
    for (const WorkloadResult& workload : workloads_) line.cells.push_back(cell_of(workload));
    lines_.push_back(std::move(line));
  }
  template <class CellOf, class Matters>
  void add_where(std::string label, CellOf cell_of, Matters matters) {
    if (std::any_of(workloads_.begin(), workloads_.end(), matters)) add(std::move(label), cell_of);
  }
  const std::vector<Line>& all() const { return lines_; }

 private:
  const std::vector<WorkloadResult>& workloads_;
  std::vector<Line> lines_;
};

void add_traffic(Lines& lines) {
  using W = WorkloadResult;
  lines.add("offered",
            [](const W& w) { return Cell{figure_text(w.offered_per_second, FigureUnit::per_second)}; });
  lines.add("goodput",
            [](const W& w) { return Cell{figure_text(w.goodput_per_second, FigureUnit::per_second)}; });
  lines.add("errors", [](const W& w) { return Cell{figure_text(w.error_ratio, FigureUnit::ratio)}; });
  for (std::size_t kind = 0; kind < error_names.size(); ++kind) {
    lines.add_where(
        fmt::format("  {}", error_names[kind]),
        [&](const W& w) {
          return w.errors.count[kind] == 0
                     ? Cell{std::string(no_figure), Tone::faint}
                     : Cell{fmt::format("{} ({})", ratio_text(w.errors.ratio[kind]),
                                        count_text(static_cast<double>(w.errors.count[kind])))};
        },
        [&](const W& w) { return w.errors.count[kind] > 0; });
  }
  lines.add_where(
      "unfinished", [](const W& w) { return Cell{count_text(static_cast<double>(w.unfinished))}; },
      [](const W& w) { return w.unfinished > 0; });
  lines.add_where(
      "quality", [](const W& w) { return Cell{figure_text(w.quality, FigureUnit::ratio)}; },
      [](const W& w) { return w.quality.has_value() && w.quality.value < 1; });
  lines.add_where(
      "stale", [](const W& w) { return Cell{figure_text(w.stale_ratio, FigureUnit::ratio)}; },
      [](const W& w) { return w.stale_ratio.has_value() && w.stale_ratio.value > 0; });
}

void add_latency(Lines& lines) {
  using W = WorkloadResult;
  for (std::size_t i = 0; i < latency_quantiles.size(); ++i) {
    lines.add(latency_quantile_names[i], [i](const W& w) { return latency_cell(w, w.quantile_seconds[i]); });
  }
  lines.add("mean", [](const W& w) { return latency_cell(w, w.mean_seconds); });
  lines.add("max", [](const W& w) { return latency_cell(w, Estimate{w.max_seconds}); });
  lines.add("answers", [](const W& w) { return Cell{count_text(static_cast<double>(w.samples))}; });
}

// As many workloads side by side as fit, the rest in tables below.
std::size_t fitting(const std::vector<Line>& lines, const std::vector<WorkloadResult>& workloads,
                    std::size_t first, int columns) {
  int used = 0;
  for (const Line& line : lines) used = std::max(used, display_width(line.label));
  used += 2;
  std::size_t last = first;
  for (; last < workloads.size(); ++last) {
    int width = std::min(widest_name, display_width(printable(workloads[last].name)));
    for (const Line& line : lines) width = std::max(width, display_width(line.cells[last].text));
    used += width + 2;
    if (used > columns && last > first) break;
  }
  return last;
}

std::string shares_text(double share) {
  return share > 0 && share < 0.005 ? "<1%" : fmt::format("{:.0f}%", share * 100);
}

// The lines worth showing, the largest share of slow requests first; the rest summed up.
std::vector<BreakdownLine> shown(std::vector<BreakdownLine> lines) {
  constexpr std::size_t most = 8;
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.p99_share_ratio > b.p99_share_ratio; });
  if (lines.size() <= most + 1) return lines;
  BreakdownLine rest{counted(lines.size() - most, "other"), 0, 0, 0, 0};
  for (std::size_t i = most; i < lines.size(); ++i) {
    rest.p50_share_ratio += lines[i].p50_share_ratio;
    rest.p99_share_ratio += lines[i].p99_share_ratio;
    rest.p50_seconds += lines[i].p50_seconds;
    rest.p99_seconds += lines[i].p99_seconds;
  }
  lines.resize(most);
  lines.push_back(rest);
  return lines;
}

// Traffic on the left, the ladder of percentiles with its shape on the right.
std::string one_workload(const std::vector<WorkloadResult>& workloads, const TerminalStyle& style) {
  Lines left(workloads);
  add_traffic(left);
  Lines right(workloads);
  add_latency(right);
  const WorkloadResult& workload = workloads.front();
  double longest = 0;
  for (const Estimate& seconds : workload.quantile_seconds) longest = std::fmax(longest, seconds.value);
  Table table{{{}, {}, {}, {}, {"", Align::left, 4, 1}}, {}, 2};
  for (std::size_t i = 0; i < std::max(left.all().size(), right.all().size()); ++i) {
    std::vector<Cell> row(2);
    if (i < left.all().size()) row = {{left.all()[i].label}, left.all()[i].cells[0]};
    if (i < right.all().size()) row.insert(row.end(), {{right.all()[i].label}, right.all()[i].cells[0]});
    if (i < latency_quantiles.size()) {
      row.push_back({bar(workload.quantile_seconds[i].value / longest, ladder_width), Tone::faint});
    }
    table.rows.push_back(std::move(row));
  }
  return hanging("  ", printable(workload.name), style, Tone::strong) + table_text(table, style);
}

// A column per workload, in several tables where they do not fit into one.
std::string side_by_side(const std::vector<WorkloadResult>& workloads, const TerminalStyle& style) {
  Lines lines(workloads);
  add_traffic(lines);
  add_latency(lines);
  std::string text;
  for (std::size_t first = 0; first < workloads.size();) {
    const std::size_t last = fitting(lines.all(), workloads, first, style.columns);
    Table table{{{}}, {}, 2};
    for (std::size_t i = first; i < last; ++i) {
      table.columns.push_back({fitted(printable(workloads[i].name), widest_name), Align::left, 8});
    }
    for (const Line& line : lines.all()) {
      std::vector<Cell> row = {{line.label, line.label == "p99" ? Tone::strong : Tone::plain}};
      for (std::size_t i = first; i < last; ++i) row.push_back(line.cells[i]);
      table.rows.push_back(std::move(row));
    }
    if (first > 0) text += '\n';
    text += table_text(table, style);
    first = last;
  }
  return text;
}

}  // namespace

std::string traffic(const Result& result, const TerminalStyle& style) {
  if (result.workloads.empty()) return "";
  const bool one = result.workloads.size() == 1;
  return heading("Traffic and latency", "each with its 95% interval", style) +
         (one ? one_workload(result.workloads, style) : side_by_side(result.workloads, style));
}

std::string breakdown(const Result& result, const TerminalStyle& style) {
  const auto traced = [](const WorkloadResult& workload) { return !workload.breakdown.empty(); };
  if (std::none_of(result.workloads.begin(), result.workloads.end(), traced)) return "";
  const int width = std::clamp((style.columns - 58) / 2, 6, 18);
  const bool several = result.workloads.size() > 1;
  const char* indent = several ? "  " : "";
  Table table{{{"", Align::left, 12},
               {"p50, typical", Align::left, 0, 1},
               {"", Align::right},
               {"", Align::right},
               {"p99, slow", Align::left, 0, 1},
               {"", Align::right},
               {"", Align::right}},
              {},
              2};
  for (const WorkloadResult& workload : result.workloads) {
    if (!traced(workload)) continue;
    if (several) table.rows.push_back({{fitted(printable(workload.name), widest_name), Tone::strong}});
    for (const BreakdownLine& line : shown(workload.breakdown)) {
      table.rows.push_back({{fmt::format("{}{}", indent, fitted(printable(line.component), widest_name))},
                            {bar(line.p50_share_ratio, width)},
                            {shares_text(line.p50_share_ratio)},
                            {figure_text(line.p50_seconds, FigureUnit::seconds)},
                            {bar(line.p99_share_ratio, width)},
                            {shares_text(line.p99_share_ratio)},
                            {figure_text(line.p99_seconds, FigureUnit::seconds)}});
    }
  }
  return heading("Where the time goes", "shares of the critical path of traced requests", style) +
         table_text(table, style);
}

}  // namespace windtunnel::terminal
