#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/bars.hpp"
#include "report/figures.hpp"
#include "report/layout.hpp"
#include "report/summary.hpp"
#include "report/terminal_sections.hpp"

namespace windtunnel::terminal {
namespace {

constexpr int widest_line = 60;
constexpr int widest_name = 16;
constexpr std::size_t most_faults = 8;

struct Span {
  double least = Estimate::kNone;
  double most = Estimate::kNone;
};

Span span_of(const std::vector<double>& values) {
  Span span;
  for (const double value : values) {
    span.least = std::fmin(span.least, value);
    span.most = std::fmax(span.most, value);
  }
  return span;
}

// "174–403 ms", "86.3k–101k/s": the unit once where both have it.
std::string span_text(const Span& span, FigureUnit unit) {
  std::string least = figure_text(span.least, unit);
  const std::string most = figure_text(span.most, unit);
  if (least == most) return most;
  for (const char separator : {' ', '/'}) {
    const std::size_t at = least.find(separator);
    if (at != std::string::npos && most.ends_with(least.substr(at))) least.resize(at);
  }
  return fmt::format("{}–{}", least, most);
}

char letter_of(std::size_t fault) { return fault < 26 ? static_cast<char>('A' + fault) : '+'; }

// A letter for each mark in which a fault held; `*` where several did.
std::string fault_row(const std::vector<FaultMark>& faults, double mark_seconds, int marks) {
  std::string row(static_cast<std::size_t>(marks), ' ');
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const double at = std::max(0.0, faults[i].at_seconds / mark_seconds);
    const double until = std::isnan(faults[i].until_seconds) ? at : faults[i].until_seconds / mark_seconds;
    for (int mark = 0; mark < marks; ++mark) {
      if (mark + 1 <= at || (mark >= until && mark > at)) continue;
      char& letter = row[static_cast<std::size_t>(mark)];
      letter = letter == ' ' ? letter_of(i) : '*';
    }
  }
  row.erase(row.find_last_not_of(' ') + 1);
  return row;
}

std::string fault_legend(const std::vector<FaultMark>& faults, const TerminalStyle& style) {
  std::string text;
  for (std::size_t i = 0; i < std::min(faults.size(), most_faults); ++i) {
    text += hanging(fmt::format("  {} ", letter_of(i)), fault_text(faults[i]), style, Tone::warning);
  }
  if (faults.size() > most_faults)
    text += hanging("    ", fmt::format("and {}", counted(faults.size() - most_faults, "more fault")), style);
  return text;
}

}  // namespace

std::string timeline(const Result& result, const TerminalStyle& style) {
  std::size_t periods = 0;
  int names = 6;
  for (const WorkloadSeries& series : result.series) {
    periods = std::max(periods, series.goodput_per_second.size());
    names = std::clamp(display_width(printable(series.workload)), names, widest_name);
  }
  if (periods < 2 || !(result.series_step_seconds > 0)) return "";
  constexpr int around = 2 + 2 + 9 + 2 + 14;  // indent, gaps, "goodput", the span
  const int room = std::clamp(style.columns - names - around, 10, widest_line);
  const int stretch = (static_cast<int>(periods) + room - 1) / room;
  const double mark_seconds = stretch * result.series_step_seconds;
  const int marks = (static_cast<int>(periods) + stretch - 1) / stretch;

  Table table{{{}, {}, {}, {"", Align::left, 0, 1}}, {}, 2};
  for (const WorkloadSeries& series : result.series) {
    const auto add = [&](const char* what, const std::vector<double>& values, FigureUnit unit, Shrink how) {
      const Span span = span_of(values);
      if (std::isnan(span.most)) return false;
      table.rows.push_back({{fitted(printable(series.workload), names)},
                            {what},
                            {sparkline(resampled(values, stretch, how), span.most)},
                            {span_text(span, unit), Tone::faint}});
      return true;
    };
    add("goodput", series.goodput_per_second, FigureUnit::per_second, Shrink::mean);
    // Periods with too few answers for a p99 may still have a p50.
    if (!add("p99", series.p99_seconds, FigureUnit::seconds, Shrink::largest)) {
      add("p50", series.p50_seconds, FigureUnit::seconds, Shrink::largest);
    }
  }
  if (!result.faults.empty()) {
    table.rows.push_back({{"faults"}, {}, {fault_row(result.faults, mark_seconds, marks), Tone::warning}});
  }
  const std::string detail = fmt::format(
      "{}, the warm-up included; each mark {}, heights from 0",
      duration_text(static_cast<double>(periods) * result.series_step_seconds), duration_text(mark_seconds));
  return heading("Over time", detail, style) + table_text(table, style) + fault_legend(result.faults, style);
}

}  // namespace windtunnel::terminal
