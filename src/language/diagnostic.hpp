// What is wrong with a scenario, and where: gathered while loading, shown together, sorted by place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace windtunnel {

/// A place in a text known to Diagnostics. Lines and columns count from 1; columns count characters.
struct Mark {
  int source = -1;  ///< number given by Diagnostics::add_source; -1: no place
  int line = 0;
  int column = 0;

  bool known() const { return source >= 0 && line > 0; }
  friend bool operator==(const Mark&, const Mark&) = default;
};

enum class Severity { error, warning, info };

/// One finding. `code` is stable (documented, searchable); `message` is one sentence without a full stop.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;
  std::string message;
  Mark mark;
  int length = 1;     ///< characters to underline from the mark on, within its line
  std::string label;  ///< said under the caret, e.g. "got 0"
  std::vector<std::string> notes;
  std::string help;  ///< how to mend it; empty: nothing to say beyond the message
};

/// Gathers findings and keeps the texts that they point into.
class Diagnostics {
 public:
  /// Makes a text known under the name that findings show (a file's path, "--set"). Returns its number.
  int add_source(std::string name, std::string text);

  void add(Diagnostic diagnostic) { found_.push_back(std::move(diagnostic)); }
  Diagnostic& error(std::string code, std::string message, Mark mark, int length = 1);
  Diagnostic& warning(std::string code, std::string message, Mark mark, int length = 1);

  bool has_errors() const { return count(Severity::error) > 0; }
  std::size_t count(Severity severity) const;

  /// All findings by source, line, column and code, each once.
  std::vector<Diagnostic> sorted() const;

  std::string_view source_name(const Mark& mark) const;
  std::string_view source_text(int source) const;
  /// The line of a mark without its end, empty where there is none.
  std::string_view source_line(const Mark& mark) const;

 private:
  struct Source {
    std::string name;
    std::string text;
    std::vector<std::size_t> line_starts;
  };
  std::vector<Source> sources_;
  std::vector<Diagnostic> found_;
};

enum class DiagnosticFormat {
  full,     ///< the line with a caret, notes and help
  concise,  ///< file:line:column: error[E0203]: message
  github,   ///< ::error file=…,line=…,col=…,title=…::message
};

struct DiagnosticStyle {
  DiagnosticFormat format = DiagnosticFormat::full;
  bool colour = false;
  std::size_t limit = 50;  ///< findings shown; what is left out is counted in a last line
};

/// The findings as text for people or for CI, ending in a newline; empty when there is none.
std::string render(const Diagnostics& diagnostics, const DiagnosticStyle& style = {});

}  // namespace windtunnel
