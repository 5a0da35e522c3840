#include "language/workload.hpp"

#include <fmt/format.h>

#include <cmath>

namespace windtunnel {
namespace arrival {

void describe(Fields<Poisson>& f) {
  f.about("poisson", "Independent requests of many users: exponential gaps.");
  f.add("rate", &Poisson::rate).required().more_than("0/s").doc("Mean arrival rate.");
  f.positional({"rate"});
}

void describe(Fields<Deterministic>& f) {
  f.about("deterministic", "Evenly spaced requests.");
  f.add("rate", &Deterministic::rate).required().more_than("0/s").doc("Arrival rate.");
  f.positional({"rate"});
}

void describe(Fields<Diurnal>& f) {
  f.about("diurnal", "A sine over the day: Poisson at each moment.");
  f.add("mean", &Diurnal::mean).required().more_than("0/s").doc("Mean arrival rate over a period.");
  f.add("peak", &Diurnal::peak)
      .required()
      .more_than("0/s")
      .doc("Highest arrival rate; at most twice the mean.");
  f.add("period", &Diurnal::period).fallback("24h", "a day").more_than("0s").doc("Time from peak to peak.");
  f.add("peak_at", &Diurnal::peak_at)
      .fallback("0s", "a run starts at the peak")
      .doc("Time of the first peak.");
  f.check([](const Diurnal& law, ObjectCheck& check) {
    if (law.peak < law.mean) check.error("peak", "the peak is below the mean");
    if (law.peak.per_second > 2 * law.mean.per_second)
      check.error("peak", "a sine cannot peak above twice its mean: at night it would be negative");
  });
}

void describe(Fields<Burst>& f) {
  f.about("burst", "Poisson at a base rate, with bursts at regular times.");
  f.add("base", &Burst::base).required().doc("Arrival rate between bursts.");
  f.add("peak", &Burst::peak).required().more_than("0/s").doc("Arrival rate in a burst.");
  f.add("every", &Burst::every).required().more_than("0s").doc("Time from the start of a burst to the next.");
  f.add("for", &Burst::lasts).required().more_than("0s").doc("How long a burst lasts.");
  f.check([](const Burst& law, ObjectCheck& check) {
    if (law.lasts >= law.every) check.error("for", "a burst must be over before the next begins");
  });
}

void describe(Fields<Steps>& f) {
  f.about("steps", "Poisson at a rate that changes at given times.");
  f.add("steps", &Steps::steps).required().doc("Times with the rate from then on: `0s:10k/s 30s:50k/s`.");
  f.positional({"steps"});
  f.check([](const Steps& law, ObjectCheck& check) {
    for (std::size_t i = 1; i < law.steps.size(); ++i)
      if (law.steps[i].at <= law.steps[i - 1].at) check.error("steps", "the times must ascend");
  });
}

void describe(Fields<Mmpp>& f) {
  f.about("mmpp", "Poisson that switches at random between two rates (Markov-modulated).");
  f.add("low", &Mmpp::low).required().doc("Arrival rate in the calm state.");
  f.add("high", &Mmpp::high).required().more_than("0/s").doc("Arrival rate in the busy state.");
  f.add("low_for", &Mmpp::low_for)
      .required()
      .more_than("0s")
      .doc("Mean stay in the calm state, exponential.");
  f.add("high_for", &Mmpp::high_for)
      .required()
      .more_than("0s")
      .doc("Mean stay in the busy state, exponential.");
}

void describe(Fields<Renewal>& f) {
  f.about("renewal", "Independent gaps of any law.");
  f.add("gap", &Renewal::gap).required().doc("Time between two requests.");
  f.positional({"gap"});
}

void describe(Fields<Trace>& f) {
  f.about("trace", "Requests as they were recorded, read from a CSV file while the run goes on.");
  f.add("file", &Trace::file).required().doc("The file, relative to the scenario.");
  f.add("time", &Trace::time)
      .fallback("time", "a plain name")
      .doc("Column with the arrival time: seconds, or a date with a time.");
  f.add("unit", &Trace::unit)
      .fallback("s", "base unit")
      .doc("Unit of the times that are plain numbers: s, ms, us or ns.");
  f.add("service", &Trace::service)
      .absent("steps draw their own")
      .doc("Column with the work that a request asks for, in `unit`; taken by steps that say `traced: true`.");
  f.add("keys", &Trace::keys)
      .absent("keys are drawn")
      .doc("Columns whose values are the request's keys, by the same names.");
  f.add("request", &Trace::request).absent("the workload's `request`").doc("Column with the bytes sent.");
  f.add("response", &Trace::response)
      .absent("the workload's `response`")
      .doc("Column with the bytes returned.");
  f.add("prompt", &Trace::prompt).absent("the workload's `tokens`").doc("Column with the prompt's tokens.");
  f.add("output", &Trace::output).absent("the workload's `tokens`").doc("Column with the answer's tokens.");
  f.add("speed", &Trace::speed)
      .fallback("1x", "as recorded")
      .more_than("0x")
      .doc("Replays the trace so many times faster.");
  f.add("repeat", &Trace::repeat)
      .fallback("false", "a trace ends")
      .doc("Whether it starts again at its end.");
  f.positional({"file"});
}

void describe(Fields<Closed>& f) {
  f.about("closed", "A fixed number of users: each waits for the answer, thinks, and asks again.");
  f.add("users", &Closed::users).required().at_least("1").at_most("10M").doc("Number of users.");
  f.add("think", &Closed::think).fallback("0s", "no pause").doc("Time from an answer to the next request.");
  f.positional({"users"});
}

}  // namespace arrival

ValueInfo ValueType<arrival::RateStep>::info() {
  return {ValueKind::custom, "a time with the rate from then on, such as 30s:50k/s"};
}

bool ValueType<arrival::RateStep>::read(const Node& node, Reader& reader, arrival::RateStep& out) {
  const std::size_t colon = node.is_scalar() ? node.text.find(':') : std::string::npos;
  if (colon == std::string::npos) return reader.expected(info().expects, node), false;
  Node time = node;
  time.text.resize(colon);
  time.length = static_cast<int>(colon);
  Node rate = node;
  rate.text.erase(0, colon + 1);
  rate.mark.column += static_cast<int>(colon) + 1;
  rate.length = std::max(1, node.length - static_cast<int>(colon) - 1);
  const bool time_ok = ValueType<Duration>::read(time, reader, out.at);
  return ValueType<Rate>::read(rate, reader, out.rate) && time_ok;
}

void describe(Fields<Tokens>& f) {
  f.about("tokens", "Sizes of a request to a language model.");
  f.add("prompt", &Tokens::prompt).required().doc("Tokens of the prompt.");
  f.add("output", &Tokens::output).required().doc("Tokens of the answer.");
}

void describe(Fields<Workload>& f) {
  f.about("workload", "A kind of traffic: when requests come, what they ask for, where they come from.");
  f.add("arrivals", &Workload::arrivals).required().doc("When requests arrive.");
  f.add("calls", &Workload::calls).required().doc("The component that they go to.");
  f.add("op", &Workload::op)
      .absent("the component's usual operation")
      .doc("The operation asked for: `read`, `write`.");
  f.add("keys", &Workload::keys)
      .absent("requests have no keys")
      .doc("Names and laws of the keys that a request draws.");
  f.add("request", &Workload::request)
      .fallback("1KB", "an assumption: a small request with its headers")
      .doc("Bytes sent.");
  f.add("response", &Workload::response)
      .fallback("10KB", "an assumption: a small page of JSON")
      .doc("Bytes returned.");
  f.add("tokens", &Workload::tokens).absent("no language model is asked").doc("Tokens of prompt and answer.");
  f.add("from", &Workload::from).absent("the first region").doc("Shares of the users by region.");
  f.add("priority", &Workload::priority)
      .fallback("0", "the most urgent")
      .at_most("7")
      .doc("0 is the most urgent, 7 the least.");
  f.embed(&Workload::policy);
  f.check([](const Workload& workload, ObjectCheck& check) {
    double total = 0;
    for (const auto& [region, share] : workload.from) total += share.value;
    if (!workload.from.empty() && std::abs(total - 1) > 1e-6)
      check.error("from", fmt::format("the shares add up to {:.6g}%, not to 100%", total * 100));
  });
}

}  // namespace windtunnel
