#include "report/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "report/bars.hpp"
#include "report/figures.hpp"
#include "report/layout.hpp"
#include "report/style.hpp"

namespace windtunnel {
namespace {

constexpr double shortest_wait_seconds = 0.5;  // work that ends sooner shows no bar
constexpr double redraw_seconds = 0.1;
constexpr int bar_columns = 24;

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string progress_line(double fraction, double elapsed_seconds, std::string_view text, int columns) {
  const double done = std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
  std::string line =
      fmt::format("{}{:4.0f}%", padded(bar(done, bar_columns), bar_columns), std::floor(done * 100));
  if (done >= 0.02 && done < 1) {
    const double left = std::ceil(elapsed_seconds * (1 - done) / done);
    line += fmt::format("  {} left", figure_text(left, FigureUnit::seconds, left < 600 ? 3 : 2));
  }
  if (!text.empty()) line += "  " + printable(text);
  return fitted(line, columns);
}

ProgressBar::ProgressBar(std::FILE* stream, bool quiet) {
  if (quiet || !is_terminal(stream)) return;
  clock_ = steady_seconds;
  sink_ = [stream](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
  };
  columns_ = terminal_style(stream, ColourChoice::never).columns - 1;
  started_ = clock_();
}

ProgressBar::ProgressBar(Clock clock, Sink sink, int columns)
    : clock_(std::move(clock)), sink_(std::move(sink)), columns_(columns), started_(clock_()) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::update(double fraction, std::string_view text) {
  if (!sink_) return;
  const double now = clock_();
  if (now - started_ < shortest_wait_seconds || (visible_ && now - drawn_ < redraw_seconds)) return;
  sink_(fmt::format("\r{}\x1b[K", progress_line(fraction, now - started_, text, columns_)));
  drawn_ = now;
  visible_ = true;
}

void ProgressBar::clear() {
  if (visible_) sink_("\r\x1b[K");
  visible_ = false;
}

}  // namespace windtunnel
