#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

namespace windtunnel {

/// `████▌      42%  9 s left  replication 2 of 5`, within `columns`. `elapsed_seconds` since the work began,
/// from which the time left follows by proportion; none is said before 2% is done.
std::string progress_line(double fraction, double elapsed_seconds, std::string_view text, int columns);

/// A bar that redraws itself on one line while long work goes on, at most ten times a second, and not at all
/// before half a second has passed. To be used from one thread.
class ProgressBar {
 public:
  /// Seconds on a steady clock, and where text goes; both replaceable in tests.
  using Clock = std::function<double()>;
  using Sink = std::function<void(std::string_view)>;

  /// Draws to `stream` where that is a terminal and `quiet` is false; else does nothing.
  explicit ProgressBar(std::FILE* stream, bool quiet = false);
  ProgressBar(Clock clock, Sink sink, int columns);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `fraction` of the work done, 0 to 1; `text` says what goes on.
  void update(double fraction, std::string_view text);

  /// Takes the bar off the screen; to be called before anything else is written there.
  void clear();

 private:
  Clock clock_;
  Sink sink_;  // empty: nothing is drawn
  int columns_ = 80;
  double started_ = 0;
  double drawn_ = 0;
  bool visible_ = false;
};

}  // namespace windtunnel
