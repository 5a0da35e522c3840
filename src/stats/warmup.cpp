#include "stats/warmup.hpp"

#include <algorithm>

namespace windtunnel {
namespace {

constexpr std::size_t kMaxMeans = 4096;
constexpr std::size_t kMinMeans = 20;
constexpr std::size_t kIgnoredAtEnd = 5;

}  // namespace

std::size_t mser(std::span<const double> values) {
  std::size_t best = 0;
  double least = 0;
  double mean = 0;
  double squares = 0;  // around the mean of values[d..], updated from the back (Welford 1962)
  for (std::size_t d = values.size(); d-- > 0;) {
    const auto n = static_cast<double>(values.size() - d);
    const double deviation = values[d] - mean;
    mean += deviation / n;
    squares += deviation * (values[d] - mean);
    if (values.size() - d <= kIgnoredAtEnd) continue;
    const double z = squares / (n * n);
    if (values.size() - d == kIgnoredAtEnd + 1 || z <= least) {
      least = z;
      best = d;
    }
  }
  return best;
}

void WarmupDetector::close_batch() {
  means_.push_back(open_sum_ / static_cast<double>(batch_size_));
  times_.push_back(open_time_);
  open_sum_ = 0;
  open_count_ = 0;
  if (means_.size() < kMaxMeans) return;
  for (std::size_t i = 0; i < kMaxMeans / 2; ++i) {
    means_[i] = (means_[2 * i] + means_[2 * i + 1]) / 2;
    times_[i] = times_[2 * i];
  }
  means_.resize(kMaxMeans / 2);
  times_.resize(kMaxMeans / 2);
  batch_size_ *= 2;
}

Warmup WarmupDetector::detect() const {
  if (means_.empty()) return {};
  const std::size_t cut = mser(means_);
  const std::size_t half = means_.size() / 2;
  const std::size_t kept_from = std::min(cut, half);
  return {static_cast<std::int64_t>(kept_from) * batch_size_, times_[kept_from],
          cut <= half && means_.size() >= kMinMeans};
}

}  // namespace windtunnel
