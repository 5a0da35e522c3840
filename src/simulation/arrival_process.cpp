#include "simulation/arrival_process.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "components/sampling.hpp"
#include "kernel/samplers.hpp"
#include "simulation/trace_file.hpp"

namespace windtunnel {
namespace {

/// Independent gaps of one law: Poisson, evenly spaced, or any other renewal process.
class RenewalProcess : public ArrivalProcess {
 public:
  RenewalProcess(Sampler gap, RandomStream stream) : gap_(std::move(gap)), stream_(stream) {}
  bool next(Arrival& arrival) override {
    seconds_ += gap_.sample(stream_);
    arrival.time = to_nanoseconds(seconds_);
    return true;
  }

 private:
  Sampler gap_;
  RandomStream stream_;
  double seconds_ = 0;  // not rounded: gaps below a nanosecond must not lose their sum
};

/// A Poisson process whose rate is a known function of time and rarely far below its highest, by thinning
/// (Lewis and Shedler 1979).
template <class RateAt>
class VaryingProcess : public ArrivalProcess {
 public:
  VaryingProcess(RateAt rate_at, double highest, RandomStream stream)
      : rate_at_(std::move(rate_at)), highest_(highest), stream_(stream) {}
  bool next(Arrival& arrival) override {
    do {
      seconds_ += stream_.exponential() / highest_;
    } while (stream_.uniform() * highest_ >= rate_at_(seconds_));
    arrival.time = to_nanoseconds(seconds_);
    return true;
  }

 private:
  RateAt rate_at_;
  double highest_;
  RandomStream stream_;
  double seconds_ = 0;
};

/// A stretch of time with one rate.
struct Piece {
  double per_second;
  double until_seconds;
};

/// A Poisson process whose rate is constant in pieces; `piece(i)` gives the i-th. Being memoryless, it draws
/// afresh at the start of each.
template <class PieceNumber>
class PiecewiseProcess : public ArrivalProcess {
 public:
  PiecewiseProcess(PieceNumber piece, RandomStream stream) : piece_(std::move(piece)), stream_(stream) {}
  bool next(Arrival& arrival) override {
    for (;; ++number_) {
      const Piece now = piece_(number_);
      const double candidate = now.per_second > 0 ? seconds_ + stream_.exponential() / now.per_second
                                                  : std::numeric_limits<double>::infinity();
      if (candidate < now.until_seconds) {
        seconds_ = candidate;
        arrival.time = to_nanoseconds(seconds_);
        return true;
      }
      if (std::isinf(now.until_seconds)) return false;
      seconds_ = now.until_seconds;
    }
  }

 private:
  PieceNumber piece_;
  RandomStream stream_;
  std::size_t number_ = 0;
  double seconds_ = 0;
};

template <class PieceNumber>
std::unique_ptr<ArrivalProcess> in_pieces(PieceNumber piece, RandomStream stream) {
  return std::make_unique<PiecewiseProcess<PieceNumber>>(std::move(piece), stream);
}

/// A Poisson process whose rate switches between two values after exponential stays (MMPP-2; Fischer and
/// Meier-Hellstern 1993). It starts in a state drawn by the long-run shares.
class ModulatedProcess : public ArrivalProcess {
 public:
  ModulatedProcess(const arrival::Mmpp& law, RandomStream stream) : law_(law), stream_(stream) {
    const double share_high = law.high_for.seconds / (law.high_for.seconds + law.low_for.seconds);
    high_ = stream_.chance(share_high);
    switch_at_ = stream_.exponential() * stay();
  }
  bool next(Arrival& arrival) override {
    for (;;) {
      const double rate = high_ ? law_.high.per_second : law_.low.per_second;
      const double candidate = rate > 0 ? seconds_ + stream_.exponential() / rate : switch_at_;
      if (candidate < switch_at_) {
        seconds_ = candidate;
        arrival.time = to_nanoseconds(seconds_);
        return true;
      }
      seconds_ = switch_at_;  // memoryless: what was drawn for the old rate is dropped
      high_ = !high_;
      switch_at_ += stream_.exponential() * stay();
    }
  }

 private:
  double stay() const { return high_ ? law_.high_for.seconds : law_.low_for.seconds; }
  arrival::Mmpp law_;
  RandomStream stream_;
  bool high_ = false;
  double switch_at_ = 0;
  double seconds_ = 0;
};

struct Maker {
  RandomStream stream;
  const KeyColumns& keys;
  const std::string& directory;
  std::string& problem;
  using Made = std::unique_ptr<ArrivalProcess>;

  Made renewal(Sampler gap) const { return std::make_unique<RenewalProcess>(std::move(gap), stream); }

  Made operator()(const arrival::Poisson& law) const {
    return renewal(Sampler::exponential(1 / law.rate.per_second));
  }
  Made operator()(const arrival::Deterministic& law) const {
    return renewal(Sampler::constant(1 / law.rate.per_second));
  }
  Made operator()(const arrival::Renewal& law) const { return renewal(make_sampler(law.gap)); }
  Made operator()(const arrival::Mmpp& law) const { return std::make_unique<ModulatedProcess>(law, stream); }
  Made operator()(const arrival::Diurnal& law) const {
    const double mean = law.mean.per_second;
    const double amplitude = law.peak.per_second - mean;
    const double peak_at = law.peak_at.seconds;
    const double turn = 2 * std::numbers::pi / law.period.seconds;
    const auto rate = [=](double t) {
      return std::max(0.0, mean + amplitude * std::cos(turn * (t - peak_at)));
    };
    return std::make_unique<VaryingProcess<decltype(rate)>>(rate, law.peak.per_second, stream);
  }
  /// Every other piece is a burst, at the end of its period.
  Made operator()(const arrival::Burst& law) const {
    const auto piece = [law](std::size_t number) {
      const double end = static_cast<double>(number / 2 + 1) * law.every.seconds;
      return number % 2 == 0 ? Piece{law.base.per_second, end - law.lasts.seconds}
                             : Piece{law.peak.per_second, end};
    };
    return in_pieces(piece, stream);
  }
  /// Nothing comes before the first step.
  Made operator()(const arrival::Steps& law) const {
    const auto piece = [steps = law.steps](std::size_t number) {
      const double end =
          number < steps.size() ? steps[number].at.seconds : std::numeric_limits<double>::infinity();
      return Piece{number == 0 ? 0 : steps[number - 1].rate.per_second, end};
    };
    return in_pieces(piece, stream);
  }
  Made operator()(const arrival::Trace& law) const { return open_trace(law, directory, keys, problem); }
  Made operator()(const arrival::Closed&) const { return nullptr; }
};

}  // namespace

std::unique_ptr<ArrivalProcess> make_arrival_process(const Arrivals& arrivals, RandomStream stream,
                                                     const KeyColumns& keys, const std::string& directory,
                                                     std::string& problem) {
  return std::visit(Maker{stream, keys, directory, problem}, arrivals);
}

}  // namespace windtunnel
