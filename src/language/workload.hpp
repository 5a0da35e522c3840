// Where requests come from: arrival laws, keys, sizes.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "language/call_policy.hpp"
#include "language/law.hpp"

namespace windtunnel {

namespace arrival {

/// poisson(100k/s)
struct Poisson {
  Rate rate;
};
/// deterministic(1k/s): evenly spaced
struct Deterministic {
  Rate rate;
};
/// diurnal(mean=50k/s peak=100k/s): a sine over the period, Poisson at each moment
struct Diurnal {
  Rate mean;
  Rate peak;
  Duration period;
  Duration peak_at;  ///< time of the first peak
};
/// burst(base=10k/s peak=50k/s every=60s for=5s)
struct Burst {
  Rate base;
  Rate peak;
  Duration every;
  Duration lasts;
};
/// steps(0s:10k/s 30s:50k/s): Poisson at a rate that changes at given times
struct RateStep {
  Duration at;
  Rate rate;
};
struct Steps {
  std::vector<RateStep> steps;
};
/// mmpp(low=1k/s high=10k/s low_for=10s high_for=1s): Poisson whose rate switches at random
struct Mmpp {
  Rate low;
  Rate high;
  Duration low_for;   ///< mean stay
  Duration high_for;  ///< mean stay
};
/// renewal(gamma(mean=1ms cv=2)): independent gaps
struct Renewal {
  DurationLaw gap;
};
/// trace(requests.csv time=arrived keys=user)
struct Trace {
  std::string file;
  std::string time;               ///< column
  std::string unit;               ///< of plain numbers in it: s, ms, us, ns
  std::string service;            ///< column with the work a request asks for; empty: none
  std::vector<std::string> keys;  ///< columns that name the keys of a request
  std::string request;            ///< column with bytes; empty: none
  std::string response;
  std::string prompt;  ///< column with tokens; empty: none
  std::string output;
  Factor speed;  ///< replays so many times faster
  bool repeat = false;
};
/// closed(500 think=exp(2s)): users who wait for their answer
struct Closed {
  int users = 0;
  DurationLaw think;
};

void describe(Fields<Poisson>&);
void describe(Fields<Deterministic>&);
void describe(Fields<Diurnal>&);
void describe(Fields<Burst>&);
void describe(Fields<Steps>&);
void describe(Fields<Mmpp>&);
void describe(Fields<Renewal>&);
void describe(Fields<Trace>&);
void describe(Fields<Closed>&);

}  // namespace arrival

template <>
struct ValueType<arrival::RateStep> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, arrival::RateStep&);
  static void measure(const arrival::RateStep&, std::vector<double>&) {}
};

using Arrivals =
    std::variant<arrival::Poisson, arrival::Deterministic, arrival::Diurnal, arrival::Burst, arrival::Steps,
                 arrival::Mmpp, arrival::Renewal, arrival::Trace, arrival::Closed>;

/// Sizes of a request to a language model.
struct Tokens {
  CountLaw prompt;
  CountLaw output;
};
void describe(Fields<Tokens>&);

struct Workload {
  Arrivals arrivals;
  ComponentRef calls;
  std::string op;            ///< operation asked of the component; empty: its usual one
  NamedValues<KeyLaw> keys;  ///< drawn per request
  BytesLaw request;
  BytesLaw response;
  std::optional<Tokens> tokens;
  NamedValues<Ratio> from;  ///< shares by region; empty: the first region
  int priority = 0;
  CallPolicy policy;
};
void describe(Fields<Workload>&);

}  // namespace windtunnel
