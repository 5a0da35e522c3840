#include "language/fault.hpp"

#include <charconv>

namespace windtunnel {
namespace {

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// The replicas in `[3]`, `[0..3]`, `[*]`; false where it is none of these.
bool read_range(std::string_view text, FaultTarget& out) {
  if (!text.ends_with(']')) return false;
  text.remove_suffix(1);
  if (text == "*") return true;
  const std::size_t dots = text.find("..");
  out.first = whole_number(text.substr(0, dots));
  out.last = dots == std::string_view::npos ? out.first : whole_number(text.substr(dots + 2));
  return out.first && out.last && *out.first <= *out.last;
}

}  // namespace

ValueInfo ValueType<FaultTarget>::info() {
  return {
      ValueKind::custom,
      "a component (`ranker`, `ranker[0..3]`, `any ranker`), a region (`us-east`) or a zone (`us-east/a`)"};
}

bool ValueType<FaultTarget>::read(const Node& node, Reader& reader, FaultTarget& out) {
  if (!node.is_scalar() || node.text.empty()) return reader.expected(info().expects, node), false;
  out.mark = node.mark;
  out.text = node.text;
  std::string_view text = node.text;
  if (text.starts_with("any ")) {
    out.any = true;
    text.remove_prefix(4);
  }
  const std::size_t bracket = text.find('[');
  out.name = text.substr(0, bracket);
  if (bracket != std::string_view::npos && !read_range(text.substr(bracket + 1), out)) {
    reader.error_inside("E0208", "this is no range of replicas", node, node.text.find('['), node.text.size())
        .help = "write `name[3]`, `name[0..3]` or `name[*]`, counting from 0";
    return false;
  }
  const std::size_t slash = out.name.find('/');
  if (slash != std::string::npos && bracket == std::string_view::npos && !out.any) {
    out.kind = FaultTarget::Kind::zone;
    out.zone = out.name.substr(slash + 1);
    out.name.resize(slash);
  }
  return true;
}

void describe(Fields<Fault>& f) {
  f.about("fault", "Something that goes wrong: a crash, a slow part, a partition, a lossy link.");
  f.add("at", &Fault::at).absent("at random, see `every`").doc("When it begins.");
  f.add("every", &Fault::every)
      .absent("once")
      .more_than("0s")
      .doc("Mean time between failures, exponential.");
  f.add("for", &Fault::lasts).absent("to the end of the run").more_than("0s").doc("How long it lasts.");
  f.add("crash", &Fault::crash)
      .absent("nothing crashes")
      .doc("Components, zones or regions that stop and lose their memory.");
  f.add("slow", &Fault::slow).absent("nothing slows down").doc("Components whose work takes longer.");
  f.add("by", &Fault::by)
      .absent("see `slow`")
      .at_least("1x")
      .doc("How many times longer the work of `slow` takes.");
  f.add("partition", &Fault::partition).absent("no partition").doc("Sides that cannot reach each other.");
  f.add("lossy", &Fault::lossy).absent("no loss").doc("Sides between which messages are lost.");
  f.add("loss", &Fault::loss)
      .absent("see `lossy`")
      .more_than("0%")
      .at_most("100%")
      .doc("Share of messages lost between the sides of `lossy`.");
  f.check([](const Fault& fault, ObjectCheck& check) {
    const int kinds =
        !fault.crash.empty() + !fault.slow.empty() + !fault.partition.empty() + !fault.lossy.empty();
    if (kinds != 1) check.error("", "a fault is one of `crash`, `slow`, `partition` and `lossy`");
    if (fault.at.has_value() == fault.every.has_value())
      check.error("at", "a fault has either `at` or `every`");
    if (fault.every && !fault.lasts)
      check.error("every", "a fault that comes again needs `for`: how long it lasts");
    if (fault.slow.empty() == fault.by.has_value()) check.error("by", "`slow` and `by` go together");
    if (fault.lossy.empty() == fault.loss.has_value()) check.error("loss", "`lossy` and `loss` go together");
    if (fault.partition.size() == 1) check.error("partition", "a partition has at least two sides");
    if (fault.lossy.size() == 1) check.error("lossy", "a lossy link has two sides");
  });
}

}  // namespace windtunnel
