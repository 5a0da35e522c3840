#include "language/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "language/text_file.hpp"

namespace windtunnel {
namespace {

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
  }
  return "";
}

auto order(const Diagnostic& d) {
  return std::tie(d.mark.source, d.mark.line, d.mark.column, d.code, d.message);
}

/// Terminal escapes, or nothing.
struct Paint {
  bool on;
  std::string operator()(std::string_view text, std::string_view code) const {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  std::string severity(Severity s, std::string_view text) const {
    return (*this)(text, s == Severity::error ? "1;31" : s == Severity::warning ? "1;33" : "1;36");
  }
  std::string frame(std::string_view text) const { return (*this)(text, "1;34"); }
};

/// Bytes of the first `characters` characters of UTF-8 text.
std::size_t bytes_of(std::string_view text, int characters) {
  std::size_t at = 0;
  for (int n = 0; n < characters && at < text.size(); ++n) {
    ++at;
    while (at < text.size() && (text[at] & 0xC0) == 0x80) ++at;
  }
  return at;
}

/// The text with a replacement character for each byte that a terminal cannot show.
std::string printable(std::string_view text) {
  std::string out;
  while (const auto bad = find_not_utf8(text)) {
    out += text.substr(0, *bad);
    out += "\uFFFD";
    text.remove_prefix(*bad + 1);
  }
  return out.append(text);
}

/// What of a long line is shown: a window around the column, so that a minified file stays readable.
struct Excerpt {
  std::string text;
  std::string blank;  ///< as wide as what stands before the caret
};
constexpr int longest_line = 160;

Excerpt excerpt(std::string_view line, int column) {
  const int from = column > longest_line - 40 ? column - 80 : 0;
  const std::size_t begin = bytes_of(line, from);
  const std::string_view shown = line.substr(begin, bytes_of(line.substr(begin), longest_line));
  Excerpt result{from > 0 ? "…" : "", from > 0 ? " " : ""};
  result.text += printable(shown);
  if (begin + shown.size() < line.size()) result.text += "…";
  const std::size_t caret = bytes_of(shown, column - 1 - from);
  for (std::size_t i = 0; i < caret; ++i)
    if ((shown[i] & 0xC0) != 0x80) result.blank += shown[i] == '\t' ? '\t' : ' ';
  return result;
}

std::string place(const Diagnostics& all, const Diagnostic& d) {
  if (d.mark.source < 0) return "";
  if (d.mark.line == 0) return std::string(all.source_name(d.mark));
  return fmt::format("{}:{}:{}", all.source_name(d.mark), d.mark.line, d.mark.column);
}

void render_full(std::string& out, const Diagnostics& all, const Diagnostic& d, Paint paint) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{}: {}\n", paint.severity(d.severity, fmt::format("{}[{}]", word(d.severity), d.code)),
                 paint(d.message, "1"));
  const std::string number = d.mark.known() ? std::to_string(d.mark.line) : " ";
  const std::string margin(number.size(), ' ');
  if (d.mark.source >= 0) fmt::format_to(to, "{} {} {}\n", margin, paint.frame("-->"), place(all, d));
  if (d.mark.known()) {
    const Excerpt line = excerpt(all.source_line(d.mark), d.mark.column);
    const std::string bar = paint.frame("|");
    const std::string carets(static_cast<std::size_t>(std::clamp(d.length, 1, 80)), '^');
    fmt::format_to(to, "{} {}\n{} {} {}\n", margin, bar, paint.frame(number), bar, line.text);
    fmt::format_to(to, "{} {} {}{}\n", margin, bar, line.blank,
                   paint.severity(d.severity, d.label.empty() ? carets : carets + " " + d.label));
    if (!d.notes.empty() || !d.help.empty()) fmt::format_to(to, "{} {}\n", margin, bar);
  }
  for (const auto& note : d.notes)
    fmt::format_to(to, "{} {} {}: {}\n", margin, paint.frame("="), paint("note", "1"), note);
  if (!d.help.empty())
    fmt::format_to(to, "{} {} {}: {}\n", margin, paint.frame("="), paint("help", "1"), d.help);
  out += '\n';
}

/// Percent-encodes what GitHub's workflow commands give a meaning to; properties also reserve ':' and ','.
std::string github_text(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\n' || c == '\r' || (property && (c == ':' || c == ','));
    if (special) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

void render_github(std::string& out, const Diagnostics& all, const Diagnostic& d) {
  const std::string_view level = d.severity == Severity::info ? "notice" : word(d.severity);
  std::string text = d.message;
  if (!d.label.empty()) text += " (" + d.label + ")";
  if (!d.help.empty()) text += "\nhelp: " + d.help;
  std::string where;
  if (d.mark.source >= 0) where = fmt::format("file={},", github_text(all.source_name(d.mark), true));
  if (d.mark.known()) where += fmt::format("line={},col={},", d.mark.line, d.mark.column);
  fmt::format_to(std::back_inserter(out), "::{} {}title={}::{}\n", level, where, d.code,
                 github_text(text, false));
}

void render_concise(std::string& out, const Diagnostics& all, const Diagnostic& d, Paint paint) {
  const std::string where = place(all, d);
  fmt::format_to(std::back_inserter(out), "{}{}: {}{}\n", where.empty() ? "" : where + ": ",
                 paint.severity(d.severity, fmt::format("{}[{}]", word(d.severity), d.code)), d.message,
                 d.label.empty() ? "" : " (" + d.label + ")");
}

}  // namespace

int Diagnostics::add_source(std::string name, std::string text) {
  Source source{std::move(name), std::move(text), {0}};
  for (std::size_t i = 0; i < source.text.size(); ++i)
    if (source.text[i] == '\n') source.line_starts.push_back(i + 1);
  sources_.push_back(std::move(source));
  return static_cast<int>(sources_.size()) - 1;
}

Diagnostic& Diagnostics::error(std::string code, std::string message, Mark mark, int length) {
  return found_.emplace_back(
      Diagnostic{Severity::error, std::move(code), std::move(message), mark, length, {}, {}, {}});
}

Diagnostic& Diagnostics::warning(std::string code, std::string message, Mark mark, int length) {
  Diagnostic& made = error(std::move(code), std::move(message), mark, length);
  made.severity = Severity::warning;
  return made;
}

std::size_t Diagnostics::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(found_.begin(), found_.end(), [&](const auto& d) { return d.severity == severity; }));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> all = found_;
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return order(a) < order(b); });
  const auto same = [](const auto& a, const auto& b) { return order(a) == order(b); };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

std::string_view Diagnostics::source_name(const Mark& mark) const {
  if (mark.source < 0 || mark.source >= static_cast<int>(sources_.size())) return {};
  return sources_[static_cast<std::size_t>(mark.source)].name;
}

std::string_view Diagnostics::source_text(int source) const {
  if (source < 0 || source >= static_cast<int>(sources_.size())) return {};
  return sources_[static_cast<std::size_t>(source)].text;
}

std::string_view Diagnostics::source_line(const Mark& mark) const {
  if (mark.source < 0 || mark.source >= static_cast<int>(sources_.size())) return {};
  const Source& source = sources_[static_cast<std::size_t>(mark.source)];
  const auto index = static_cast<std::size_t>(mark.line - 1);
  if (mark.line < 1 || index >= source.line_starts.size()) return {};
  std::string_view line = std::string_view(source.text).substr(source.line_starts[index]);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string render(const Diagnostics& diagnostics, const DiagnosticStyle& style) {
  const Paint paint{style.colour};
  const std::vector<Diagnostic> all = diagnostics.sorted();
  const std::size_t shown = std::min(all.size(), style.limit);
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    switch (style.format) {
      case DiagnosticFormat::full:
        render_full(out, diagnostics, all[i], paint);
        break;
      case DiagnosticFormat::concise:
        render_concise(out, diagnostics, all[i], paint);
        break;
      case DiagnosticFormat::github:
        render_github(out, diagnostics, all[i]);
        break;
    }
  }
  if (shown < all.size())
    out += fmt::format("{} more {} not shown\n", all.size() - shown,
                       all.size() - shown == 1 ? "finding is" : "findings are");
  return out;
}

}  // namespace windtunnel
