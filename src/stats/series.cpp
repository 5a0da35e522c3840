#include "stats/series.hpp"

#include <algorithm>
#include <cassert>

namespace windtunnel {
namespace {

void absorb(TimeSeries::Step& into, const TimeSeries::Step& from) {
  into.count += from.count;
  into.sum += from.sum;
  into.max = std::max(into.max, from.max);
}

void absorb(CoarseHistogram& into, const CoarseHistogram& from) { into.merge(from); }

// Merges elements 2i and 2i + 1 into element i.
template <typename T>
void merge_pairs(std::vector<T>& elements) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i % 2 == 1)
      absorb(elements[i / 2], elements[i]);
    else if (i > 0)
      elements[i / 2] = std::move(elements[i]);
  }
  elements.resize((elements.size() + 1) / 2);
}

}  // namespace

TimeSeries::TimeSeries(std::int64_t step, std::size_t max_steps, bool with_histograms)
    : step_(step), max_steps_(max_steps), with_histograms_(with_histograms) {
  assert(step > 0 && max_steps >= 2 && max_steps % 2 == 0);
}

void TimeSeries::double_step() {
  merge_pairs(steps_);
  merge_pairs(histograms_);
  step_ *= 2;
  current_end_ = current_begin_;  // what was the current step is no more
}

void TimeSeries::seek(std::int64_t time) {
  assert(time >= 0);
  while (static_cast<std::size_t>(time / step_) >= max_steps_) double_step();
  current_ = static_cast<std::size_t>(time / step_);
  current_begin_ = static_cast<std::int64_t>(current_) * step_;
  current_end_ = current_begin_ + step_;
  if (current_ < steps_.size()) return;
  steps_.resize(current_ + 1);
  if (with_histograms_) histograms_.resize(current_ + 1);
}

void TimeSeries::merge(const TimeSeries& other) {
  assert(max_steps_ == other.max_steps_ && with_histograms_ == other.with_histograms_);
  TimeSeries theirs = other;
  while (step_ < theirs.step_) double_step();
  while (theirs.step_ < step_) theirs.double_step();
  assert(step_ == theirs.step_);
  if (steps_.size() < theirs.steps_.size()) {
    steps_.resize(theirs.steps_.size());
    histograms_.resize(theirs.histograms_.size());
  }
  for (std::size_t i = 0; i < theirs.steps_.size(); ++i) absorb(steps_[i], theirs.steps_[i]);
  for (std::size_t i = 0; i < theirs.histograms_.size(); ++i) absorb(histograms_[i], theirs.histograms_[i]);
}

double TimeSeries::quantile(std::size_t step, double q) const {
  return step < histograms_.size() ? histograms_[step].quantile(q) : Estimate::kNone;
}

}  // namespace windtunnel
