#include "report/bars.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace windtunnel {
namespace {

constexpr std::array<std::string_view, 8> partial_columns = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
constexpr std::array<std::string_view, 8> heights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

}  // namespace

std::string bar(double share, int width) {
  if (!(share > 0) || width <= 0) return "";
  const int eighths = std::max(1, static_cast<int>(std::lround(std::min(share, 1.0) * width * 8)));
  std::string text;
  for (int i = 0; i < eighths / 8; ++i) text += "█";
  return text + std::string(partial_columns[static_cast<std::size_t>(eighths % 8)]);
}

std::string sparkline(const std::vector<double>& values, double top) {
  std::string text;
  for (const double value : values) {
    if (std::isnan(value)) {
      text += ' ';
      continue;
    }
    const double share = top > 0 ? std::clamp(value / top, 0.0, 1.0) : 0.0;
    text += heights[static_cast<std::size_t>(std::lround(share * 7))];
  }
  return text;
}

std::vector<double> resampled(const std::vector<double>& values, int stretch, Shrink how) {
  const auto step = static_cast<std::size_t>(std::max(1, stretch));
  std::vector<double> result;
  for (std::size_t first = 0; first < values.size(); first += step) {
    double sum = 0;
    double largest = std::numeric_limits<double>::quiet_NaN();
    int count = 0;
    for (std::size_t i = first; i < std::min(values.size(), first + step); ++i) {
      if (std::isnan(values[i])) continue;
      sum += values[i];
      largest = std::fmax(largest, values[i]);
      ++count;
    }
    const double mean = count ? sum / count : std::numeric_limits<double>::quiet_NaN();
    result.push_back(how == Shrink::mean ? mean : largest);
  }
  return result;
}

}  // namespace windtunnel
