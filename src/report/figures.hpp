#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stats/estimate.hpp"

/// Figures as people read them: three significant digits, a unit that keeps the number short, the interval
/// beside it. NaN never appears; a figure that cannot be given is an en dash.
namespace windtunnel {

/// In what a figure counts. The base units of machine-readable output.
enum class FigureUnit { number, seconds, per_second, ratio, bytes, bytes_per_second, usd, usd_per_month };

inline constexpr std::string_view no_figure = "–";

/// The unit that a metric's name ends in ("wait_seconds", or "seconds" alone); number where it names none.
FigureUnit unit_of(std::string_view name);

/// A metric's name in words: "batch_wait_seconds" is "batch wait". "hit_ratio" keeps its word.
std::string label_of(std::string_view name);

/// 183 ms, 1.24 s, 100k/s, 82%, 512 MB, $214k/month. A ratio below one never reads 100%.
std::string figure_text(double value, FigureUnit unit, int digits = 3);

/// The figure with its 95% interval: `183 ms ± 4`, the arm in the value's unit; `183 ms (171–230)` where one
/// arm is more than twice the other; `183 ms ± <1` where the interval is narrower than anybody needs.
std::string figure_text(const Estimate& estimate, FigureUnit unit, int digits = 3);

std::string duration_text(double seconds);
std::string rate_text(double per_second);
std::string ratio_text(double ratio);
std::string bytes_text(double bytes);
std::string usd_text(double usd);
std::string usd_per_month_text(double usd_per_month);
std::string count_text(double count);

/// "1 goal", "3 goals".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace windtunnel
