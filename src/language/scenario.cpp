#include "language/scenario.hpp"

namespace windtunnel {

ValueInfo ValueType<AutoDuration>::info() { return {ValueKind::custom, "`auto` or a duration, such as 5s"}; }

bool ValueType<AutoDuration>::read(const Node& node, Reader& reader, AutoDuration& out) {
  if (node.is_scalar() && node.text == "auto") return out.time.reset(), true;
  Duration time;
  if (!ValueType<Duration>::read(node, reader, time)) return false;
  return out.time = time, true;
}

void describe(Fields<RunOptions>& f) {
  f.about("run", "How long to simulate, and how exactly.");
  f.add("duration", &RunOptions::duration)
      .fallback("60s", "a minute of traffic")
      .more_than("0s")
      .at_most("1y")
      .doc("Simulated time, the warm-up included.");
  f.add("warmup", &RunOptions::warmup)
      .fallback("auto", "detected by MSER-5, White, Simulation 69(6) 1997")
      .doc("Simulated time at the start that does not count.");
  f.add("precision", &RunOptions::precision)
      .absent("the whole duration is simulated")
      .more_than("0%")
      .less_than("100%")
      .doc("Ends the run when the 95% interval of each goal is this narrow, relative to its value.");
  f.add("replications", &RunOptions::replications)
      .fallback("1", "intervals come from batches of one run")
      .at_least("1")
      .at_most("10k")
      .doc("Independent runs.");
  f.add("seed", &RunOptions::seed)
      .fallback("1", "any number will do")
      .doc("Where chance starts: the same seed, the same run.");
  f.add("max_in_flight", &RunOptions::max_in_flight)
      .fallback("300k", "at most about a gigabyte of memory, in overload")
      .at_least("1")
      .doc("Requests in the system at most; beyond it new ones are refused and the run says so.");
}

void describe(Fields<Region>& f) {
  f.about("region", "A place with zones; times between regions come from the catalog.");
  f.add("zones", &Region::zones).fallback("[a]", "one zone").doc("Names of its zones.");
  f.add("jurisdiction", &Region::jurisdiction)
      .absent("one of its own")
      .doc("Whose law holds there, such as `eu`; regions with the same word may share personal data.");
  f.shorthand("zones");
}

void describe(Fields<NetworkLink>& f) {
  f.about("link", "Overrides the catalog's figures between two places, both ways.");
  f.add("between", &NetworkLink::between).required().doc("Two places: `region` or `region/zone`.");
  f.add("rtt", &NetworkLink::rtt).absent("the catalog's").doc("Round-trip time.");
  f.add("bandwidth", &NetworkLink::bandwidth)
      .absent("the catalog's")
      .more_than("0bps")
      .doc("Bandwidth of one call.");
  f.add("loss", &NetworkLink::loss)
      .fallback("0%", "a healthy network")
      .at_most("100%")
      .doc("Share of messages lost.");
  f.add("egress", &NetworkLink::egress).absent("the catalog's").doc("Price of the data sent.");
  f.check([](const NetworkLink& link, ObjectCheck& check) {
    if (link.between.size() != 2) check.error("between", "a link is between two places");
  });
}

void describe(Fields<NetworkOptions>& f) {
  f.about("network", "Distances and costs of messages, where they differ from the catalog's.");
  f.add("same_zone_rtt", &NetworkOptions::same_zone_rtt)
      .absent("the catalog's; without `regions:` no distance is known and none is simulated")
      .doc("Round-trip time within a zone.");
  f.add("cross_zone_rtt", &NetworkOptions::cross_zone_rtt)
      .absent("the catalog's")
      .doc("Round-trip time between zones of a region.");
  f.add("bandwidth", &NetworkOptions::bandwidth)
      .absent("transmission takes no time")
      .more_than("0bps")
      .doc("Bandwidth that one call gets.");
  f.add("connect_timeout", &NetworkOptions::connect_timeout)
      .fallback("1s", "the first retransmission of a SYN comes after 1 s, RFC 6298 section 2")
      .more_than("0s")
      .doc("How long a caller waits for somebody who does not answer at all until it counts as unreachable.");
  f.add("links", &NetworkOptions::links).absent("the catalog's distances").doc("Overrides between two places.");
}

void describe(Fields<Decision>& f) {
  f.about("decision", "A decision to record, with the evidence of its variants.");
  f.add("title", &Decision::title).required().doc("What was decided.");
  f.add("compare", &Decision::compare)
      .absent("no variant is run")
      .doc("Variants that it was weighed against.");
  f.add("because", &Decision::because).required().doc("Why.");
}

void describe(Fields<Accepted>& f) {
  f.about("accepted finding", "A finding of `check` that the authors live with.");
  f.add("rule", &Accepted::rule).required().doc("The rule's id.");
  f.add("of", &Accepted::of).absent("wherever it is found").doc("The component or workload.");
  f.add("because", &Accepted::because).required().doc("Why it is acceptable.");
}

ValueInfo ValueType<std::vector<ComponentSpec>>::info() {
  return {ValueKind::components, "a mapping from names to components, `api: {type: service, …}`"};
}

bool ValueType<std::vector<ComponentSpec>>::read(const Node& node, Reader& reader,
                                                 std::vector<ComponentSpec>&) {
  if (!node.is_mapping()) return reader.expected(info().expects, node), false;
  for (const Member& member : node.members) {
    const Reader::Within within(reader, member.key);
    if (reader.take_component) reader.take_component(member.key, member.value);
  }
  return true;
}

void describe(Fields<Scenario>& f) {
  f.about("", "An architecture, its traffic, its failures and what it must achieve.");
  f.add("windtunnel", &Scenario::language)
      .fallback("1", "the only version")
      .at_least("1")
      .at_most("1")
      .doc("Version of the language.");
  f.add("name", &Scenario::name).absent("the file's name").doc("A title.");
  f.add("about", &Scenario::about).absent("nothing to add").doc("What it is, for the report.");
  f.add("run", &Scenario::run).fallback("{}", "see its fields").doc("How long to simulate, and how exactly.");
  f.add("regions", &Scenario::regions)
      .absent("one place without distances")
      .doc("Regions with their zones; the first one is home.");
  f.add("network", &Scenario::network)
      .fallback("{}", "the catalog's figures")
      .doc("Distances and costs of messages.");
  f.add("workloads", &Scenario::workloads).required().doc("The traffic.");
  f.add("components", &Scenario::components).required().doc("The parts of the architecture.");
  f.add("faults", &Scenario::faults).absent("nothing goes wrong").doc("What goes wrong, and when.");
  f.add("slo", &Scenario::slos)
      .absent("no goals")
      .doc("Goals: `p99(home_feed) < 200ms`, `cost < 300k USD/month`.");
  f.add("variants", &Scenario::variants).absent("no variants").doc("Named changes: paths with their values.");
  f.add("decisions", &Scenario::decisions).absent("none are recorded").doc("Decisions to record.");
  f.add("prices", &Scenario::prices)
      .absent("the catalog's")
      .doc("Prices of instances that replace the catalog's.");
  f.add("accept", &Scenario::accept)
      .absent("every finding is shown")
      .doc("Findings of `check` to live with.");
  f.add("search", &Scenario::search)
      .absent("nothing to search")
      .doc("Fields that `size` may change, with their values.");
  f.add("jobs", &Scenario::jobs).absent("no jobs").doc("Batch jobs and bulk transfers.");
}

const ComponentSpec* Scenario::find_component(std::string_view wanted) const {
  for (const ComponentSpec& component : components)
    if (component.name == wanted) return &component;
  return nullptr;
}

}  // namespace windtunnel
