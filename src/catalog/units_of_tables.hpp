#pragma once

namespace windtunnel {

// Factors from the units in which the tables under models/ are written to base units.
constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;
constexpr double kGigabyte = 1e9;
constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kMegabyte = 1e6;
constexpr double kGigabit = 1e9 / 8;
constexpr double kTera = 1e12;
constexpr double kGiga = 1e9;
constexpr double kMillion = 1e6;
constexpr double kSecondsPerHour = 3600;

}  // namespace windtunnel
