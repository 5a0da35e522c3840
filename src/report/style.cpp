#include "report/style.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace windtunnel {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::strong:
      return "\x1b[1m";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::bad:
      return "\x1b[1;31m";
    case Tone::warning:
      return "\x1b[33m";
    case Tone::plain:
      break;
  }
  return "";
}

}  // namespace

std::string painted(std::string_view text, Tone tone, const TerminalStyle& style) {
  if (!style.colour || tone == Tone::plain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", escape_of(tone), text);
}

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) != 0 && environment("TERM") != "dumb"; }

TerminalStyle terminal_style(std::FILE* stream, ColourChoice choice) {
  TerminalStyle style;
  const bool terminal = is_terminal(stream);
  style.colour = choice == ColourChoice::always ||
                 (choice == ColourChoice::automatic && environment("NO_COLOR").empty() && terminal);
  winsize size{};
  if (terminal && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.columns = std::clamp(static_cast<int>(size.ws_col), 60, 100);
  }
  return style;
}

}  // namespace windtunnel
