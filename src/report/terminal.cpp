#include "report/terminal.hpp"

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/layout.hpp"
#include "report/summary.hpp"
#include "report/terminal_sections.hpp"

namespace windtunnel {
namespace terminal {
namespace {

Tone tone_of(Verdict verdict) {
  return verdict == Verdict::pass ? Tone::good : verdict == Verdict::fail ? Tone::bad : Tone::warning;
}

std::string title(const Result& result, const TerminalStyle& style) {
  const ScenarioInfo& scenario = result.scenario;
  std::string text;
  if (!scenario.name.empty()) text += hanging("", printable(scenario.name), style, Tone::strong);
  if (const std::string what = scenario_text(scenario); !what.empty())
    text += hanging("", what, style, Tone::faint);
  if (result.run.partial) {
    text += hanging("", "PARTIAL: the run was stopped; what follows is what it had found out by then.", style,
                    Tone::warning);
  }
  return text;
}

}  // namespace

std::string heading(std::string_view name, std::string_view detail, const TerminalStyle& style) {
  std::string text = painted(name, Tone::strong, style);
  if (!detail.empty()) {
    text += "  " + painted(fitted(detail, style.columns - display_width(name) - 2), Tone::faint, style);
  }
  return text + "\n";
}

std::string goals(const Result& result, const TerminalStyle& style) {
  if (result.slo.empty()) return heading("Goals", "none given (slo:)", style);
  Table table{{{}, {"", Align::left, 20}, {}, {}, {"", Align::left, 0, 1}}, {}, 2};
  std::string notes;
  for (const SloResult& goal : result.slo) {
    const Tone tone = tone_of(goal.verdict);
    const FigureUnit unit = unit_of(goal.unit);
    const std::string word = fmt::format("{} {}", verdict_mark(goal.verdict), verdict_word(goal.verdict));
    table.rows.push_back({{word, tone},
                          {printable(goal.goal)},
                          {figure_text(goal.value, unit), Tone::strong},
                          {"limit " + figure_text(goal.limit, unit)},
                          {margin_text(goal), Tone::faint}});
    if (goal.note.empty()) continue;
    notes += hanging(
        "  ",
        fmt::format("{} {}: {}", verdict_mark(goal.verdict), printable(goal.goal), printable(goal.note)),
        style, tone);
  }
  return heading("Goals", "", style) + table_text(table, style) + notes;
}

std::string findings(const Result& result, const TerminalStyle& style) {
  if (result.findings.empty()) return "";
  std::string text = heading("Look at", "", style);
  for (const std::string& finding : result.findings)
    text += hanging("  ! ", printable(finding), style, Tone::warning);
  return text;
}

std::string facts(const Result& result, const TerminalStyle& style) {
  std::string text = heading("Run", "", style);
  for (const std::string& line : run_facts(result)) text += hanging("  ", line, style);
  if (!result.command.empty()) text += hanging("  again: ", printable(result.command), style);
  return text;
}

}  // namespace terminal

std::string terminal_report(const Result& result, const TerminalStyle& style) {
  std::string text = terminal::title(result, style);
  using Section = std::string (*)(const Result&, const TerminalStyle&);
  for (const Section section : {terminal::goals, terminal::traffic, terminal::breakdown, terminal::components,
                                terminal::cost, terminal::findings, terminal::timeline, terminal::facts}) {
    const std::string body = section(result, style);
    if (body.empty()) continue;
    if (!text.empty()) text += "\n";
    text += body;
  }
  const Tone tone = result.slo.empty() ? Tone::strong : terminal::tone_of(result.verdict);
  return text + "\n" + painted(headline(result, style.columns), tone, style) + "\n";
}

}  // namespace windtunnel
