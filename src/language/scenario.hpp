// A whole scenario as plain structs: what the rest of the program works on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "language/component.hpp"
#include "language/fault.hpp"
#include "language/slo.hpp"
#include "language/step.hpp"
#include "language/workload.hpp"

namespace windtunnel {

/// `auto`, or a time.
struct AutoDuration {
  std::optional<Duration> time;
};
template <>
struct ValueType<AutoDuration> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, AutoDuration&);
  static void measure(const AutoDuration&, std::vector<double>&) {}
};

struct RunOptions {
  Duration duration;
  AutoDuration warmup;
  std::optional<Ratio> precision;  ///< stop when the intervals of the goals are as narrow as this
  int replications = 0;
  int seed = 0;
  Count max_in_flight;  ///< requests at most in the system; beyond it the run stops and says so
};
void describe(Fields<RunOptions>&);

struct Region {
  std::vector<std::string> zones;
  std::optional<std::string> jurisdiction;
};
void describe(Fields<Region>&);

/// Overrides the catalog's figures between two places (`region` or `region/zone`), both ways.
struct NetworkLink {
  std::vector<std::string> between;
  std::optional<DurationLaw> rtt;
  std::optional<Bandwidth> bandwidth;
  Ratio loss;
  std::optional<SizePrice> egress;
};
void describe(Fields<NetworkLink>&);

/// `network:`: what messages cost where the catalog is not to be asked.
struct NetworkOptions {
  std::optional<DurationLaw> same_zone_rtt;
  std::optional<DurationLaw> cross_zone_rtt;
  std::optional<Bandwidth> bandwidth;
  Duration connect_timeout;  ///< until somebody who does not answer at all counts as unreachable
  std::vector<NetworkLink> links;
};
void describe(Fields<NetworkOptions>&);

/// A decision to be recorded, with the variants that it was weighed against.
struct Decision {
  std::string title;
  std::vector<std::string> compare;
  std::string because;
};
void describe(Fields<Decision>&);

/// A finding of `check` that its authors live with.
struct Accepted {
  std::string rule;
  std::string of;  ///< component or workload; empty: wherever it is found
  std::string because;
};
void describe(Fields<Accepted>&);

/// Components are handed to the reader one by one: their fields depend on their type.
template <>
struct ValueType<std::vector<ComponentSpec>> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, std::vector<ComponentSpec>&);
  static void measure(const std::vector<ComponentSpec>&, std::vector<double>&) {}
};

struct Scenario {
  int language = 0;
  std::string name;
  std::string about;
  RunOptions run;
  NamedValues<Region> regions;
  NetworkOptions network;
  NamedValues<Workload> workloads;
  std::vector<ComponentSpec>
      components;  ///< in the order of the file, those written in place after their owner
  std::vector<Fault> faults;
  std::vector<Slo> slos;
  NamedValues<Node> variants;
  std::vector<Decision> decisions;
  NamedValues<MoneyRate> prices;
  std::vector<Accepted> accept;
  Node search;  ///< read by `size`
  Node jobs;    ///< read by the jobs room

  std::string file;
  std::string sha256;                                          ///< of the file's bytes
  std::string variant;                                         ///< the one that was applied; empty: none
  std::vector<std::pair<std::string, std::string>> overrides;  ///< path and value of each --set
  Node root;                                                   ///< the document, overrides applied

  const ComponentSpec* find_component(std::string_view wanted) const;
  const Workload* find_workload(std::string_view wanted) const { return find_named(workloads, wanted); }
};
void describe(Fields<Scenario>&);

}  // namespace windtunnel
