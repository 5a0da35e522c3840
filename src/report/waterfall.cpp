#include "report/waterfall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/figures.hpp"
#include "report/layout.hpp"

namespace windtunnel {
namespace {

constexpr std::size_t most_calls = 40;
constexpr int widest_name = 30;
constexpr int figures_width = 2 + 9 + 2 + 9;  // gaps, "271 ms", "wait"

double length_of(const TracedSpan& span) { return span.returned_seconds - span.sent_seconds; }

// The calls to show: those on the critical path and the longest others, with all their callers.
std::vector<bool> calls_to_show(const std::vector<TracedSpan>& spans) {
  std::vector<std::size_t> order(spans.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (spans[a].critical != spans[b].critical) return spans[a].critical;
    return length_of(spans[a]) > length_of(spans[b]);
  });
  order.resize(std::min(order.size(), most_calls));
  std::vector<bool> shown(spans.size());
  for (std::size_t call : order) {
    // Callers come before their calls, so that this ends.
    while (!shown[call]) {
      shown[call] = true;
      const int parent = spans[call].parent;
      if (parent < 0 || static_cast<std::size_t>(parent) >= call) break;
      call = static_cast<std::size_t>(parent);
    }
  }
  return shown;
}

struct Row {
  std::size_t call;
  int depth;
};

// Depth first, in the order of sending.
void add_rows(const std::vector<std::vector<std::size_t>>& calls_of, const std::vector<std::size_t>& calls,
              int depth, std::vector<Row>& rows) {
  for (const std::size_t call : calls) {
    rows.push_back({call, depth});
    add_rows(calls_of, calls_of[call], depth + 1, rows);
  }
}

std::vector<Row> rows_of(const TracedRequest& request, const std::vector<bool>& shown) {
  std::vector<std::vector<std::size_t>> calls_of(request.spans.size());
  std::vector<std::size_t> first;
  for (std::size_t i = 0; i < request.spans.size(); ++i) {
    if (!shown[i]) continue;
    const int parent = request.spans[i].parent;
    const bool has_parent = parent >= 0 && static_cast<std::size_t>(parent) < i;
    (has_parent ? calls_of[static_cast<std::size_t>(parent)] : first).push_back(i);
  }
  std::vector<Row> rows;
  add_rows(calls_of, first, 0, rows);
  return rows;
}

// The bar of a call on an axis of `seconds` over `width` columns: what happens in the middle of each column.
std::string call_bar(const TracedSpan& span, double seconds, int width) {
  std::string text;
  bool drawn = false;
  for (int column = 0; column < width; ++column) {
    const double from = column * seconds / width;
    const double to = (column + 1) * seconds / width;
    const double middle = (from + to) / 2;
    const bool short_one = !drawn && span.sent_seconds < to && span.returned_seconds <= middle;
    if (middle < span.sent_seconds && !(short_one && span.sent_seconds >= from)) {
      text += ' ';
    } else if (short_one || middle < span.returned_seconds) {
      const bool travels = middle < span.arrived_seconds || middle >= span.left_seconds;
      const bool waits = !travels && middle < span.arrived_seconds + span.waited_seconds;
      text += travels && !short_one ? "·" : waits ? "░" : span.critical ? "█" : "▒";
      drawn = true;
    }
  }
  return text;
}

// Own time of each component on the critical path: its calls there without the calls there that they made.
// Travel between them counts as the network's.
std::string critical_text(const TracedRequest& request) {
  std::map<std::string, double> seconds_of;
  std::vector<double> own(request.spans.size());
  double network = 0;
  for (std::size_t i = 0; i < request.spans.size(); ++i) {
    const TracedSpan& span = request.spans[i];
    if (!span.critical) continue;
    const double inside = std::max(0.0, span.left_seconds - span.arrived_seconds);
    own[i] += inside;
    network += std::max(0.0, length_of(span) - inside);
    if (span.parent >= 0 && static_cast<std::size_t>(span.parent) < i) {
      own[static_cast<std::size_t>(span.parent)] -= length_of(span);
    }
  }
  for (std::size_t i = 0; i < request.spans.size(); ++i) {
    if (request.spans[i].critical) seconds_of[request.spans[i].component] += std::max(0.0, own[i]);
  }
  if (network > 0) seconds_of["network"] += network;
  std::vector<std::pair<std::string, double>> parts(seconds_of.begin(), seconds_of.end());
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [component, seconds] : parts) {
    if (seconds < request.latency_seconds / 200) continue;
    text += fmt::format("{}{} {} ({:.0f}%)", text.empty() ? "" : " · ", printable(component),
                        duration_text(seconds), 100 * seconds / request.latency_seconds);
  }
  return text;
}

std::string name_of(const Row& row, const TracedSpan& span) {
  const std::string indent(static_cast<std::size_t>(2 * std::min(row.depth, 8)), ' ');
  return fitted(
      fmt::format("{}{} {}[{}]", span.critical ? "●" : " ", indent, printable(span.component), span.replica),
      widest_name);
}

std::string remark_of(const TracedSpan& span) {
  if (span.outcome != "ok") return fmt::format("✗ {}", printable(span.outcome));
  return span.waited_seconds > 0 ? "wait " + figure_text(span.waited_seconds, FigureUnit::seconds, 2) : "";
}

}  // namespace

std::string waterfall(const TracedRequest& request, const TerminalStyle& style) {
  const std::vector<bool> shown = calls_to_show(request.spans);
  const std::vector<Row> rows = rows_of(request, shown);
  int names = 8;
  for (const Row& row : rows) names = std::max(names, display_width(name_of(row, request.spans[row.call])));
  const int width = std::max(10, style.columns - names - 2 - figures_width - 4);

  const std::string end = duration_text(request.latency_seconds);
  const std::string axis = fmt::format("0{}", padded(end, width - 1, Align::right));
  Table table{{{"", Align::left, 12}, {axis}, {"", Align::right}, {}}, {}, 0};
  for (const Row& row : rows) {
    const TracedSpan& span = request.spans[row.call];
    const bool failed = span.outcome != "ok";
    table.rows.push_back(
        {{name_of(row, span), span.critical ? Tone::strong : Tone::plain},
         {call_bar(span, request.latency_seconds, width), span.critical ? Tone::plain : Tone::faint},
         {duration_text(length_of(span))},
         {remark_of(span), failed ? Tone::bad : Tone::faint}});
  }
  const auto hidden = static_cast<std::size_t>(std::count(shown.begin(), shown.end(), false));
  std::string text =
      hanging("",
              fmt::format("{}: {} after {}, started at {}", printable(request.workload),
                          printable(request.outcome), end, duration_text(request.started_seconds)),
              style, Tone::strong);
  text += table_text(table, style);
  if (hidden > 0)
    text += hanging("  ", fmt::format("and {} not shown", counted(hidden, "shorter call")), style);
  if (const std::string path = critical_text(request); !path.empty())
    text += hanging("● critical path: ", path, style);
  text += hanging("  ", "█ on the critical path  ▒ off it  ░ waiting in queues  · travelling", style,
                  Tone::faint);
  return text;
}

}  // namespace windtunnel
