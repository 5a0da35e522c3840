#include "report/review.hpp"

#include <fmt/format.h>

#include <cmath>

#include "check/rule.hpp"

namespace windtunnel {
namespace {

Diagnostics with_findings(const Review& review, const Diagnostics& sources) {
  Diagnostics all = sources;
  for (const Finding& finding : review.findings) {
    if (!finding.accepted.empty()) continue;
    Diagnostic diagnostic;
    diagnostic.severity = finding.rule->severity;
    diagnostic.code = finding.rule->id;
    diagnostic.message = finding.message;
    diagnostic.mark = finding.mark;
    diagnostic.length = finding.length;
    diagnostic.notes.push_back(fmt::format("{}: {}", finding.rule->name, finding.rule->why));
    diagnostic.help = finding.rule->mend;
    all.add(std::move(diagnostic));
  }
  return all;
}

std::string way_text(const Overview& way) {
  std::string out = fmt::format("{}: critical path {}, {:.4g} ms without load\n", way.workload,
                                fmt::join(way.critical_path, " → "), way.idle_seconds * 1e3);
  if (way.peak_per_second > 0 && std::isfinite(way.most_per_second)) {
    out += fmt::format("  weakest link {}: at most {:.4g}/s get through, the peak is {:.4g}/s\n",
                       fmt::join(way.limited_by, ", "), way.most_per_second, way.peak_per_second);
  }
  if (!way.single_points.empty())
    out += fmt::format("  single points of failure: {}\n", fmt::join(way.single_points, ", "));
  return out;
}

std::string counted(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace

ReviewCounts count(const Review& review) {
  ReviewCounts counts;
  for (const Finding& finding : review.findings) {
    if (!finding.accepted.empty()) {
      ++counts.accepted;
    } else if (finding.rule->severity == Severity::error) {
      ++counts.errors;
    } else if (finding.rule->severity == Severity::warning) {
      ++counts.warnings;
    } else {
      ++counts.notes;
    }
  }
  return counts;
}

std::string review_text(const Review& review, const Diagnostics& sources, bool colour) {
  DiagnosticStyle style;
  style.colour = colour;
  style.limit = review.findings.size() + sources.sorted().size();
  std::string out = render(with_findings(review, sources), style);
  if (!out.empty()) out += '\n';
  for (const Overview& way : review.overview) out += way_text(way);
  const ReviewCounts counts = count(review);
  out += fmt::format("{}, {}, {}; {} accepted\n", counted(counts.errors, "error"),
                     counted(counts.warnings, "warning"), counted(counts.notes, "note"), counts.accepted);
  return out;
}

std::string review_github(const Review& review, const Diagnostics& sources) {
  DiagnosticStyle style;
  style.format = DiagnosticFormat::github;
  return render(with_findings(review, sources), style);
}

}  // namespace windtunnel
