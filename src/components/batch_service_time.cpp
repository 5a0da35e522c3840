#include "components/batch_service_time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace windtunnel {

void describe(Fields<AffineServiceTime>& f) {
  f.about("service", "How long a batch takes: a time for the batch and one for each of its items.");
  f.add("base", &AffineServiceTime::base).required().doc("Time of a batch, whatever its size.");
  f.add("per_item", &AffineServiceTime::per_item)
      .fallback("0ms", "the batch takes as long, whatever its size")
      .doc("Further time for each item in it.");
  f.shorthand("base");
}

ValueInfo ValueType<BatchServiceTime>::info() {
  return {ValueKind::custom,
          "times of batches: {base: 1ms, per_item: 50us}, or by size {1: 2ms, 8: 5ms}, or a law such as 2ms"};
}

namespace {

bool is_table(const Node& node) {
  return node.is_mapping() && !node.members.empty() && !node.members.front().key.empty() &&
         node.members.front().key.front() >= '0' && node.members.front().key.front() <= '9';
}

bool read_points(const Node& node, Reader& reader, std::vector<std::pair<double, double>>& points) {
  bool ok = true;
  for (const Member& member : node.members) {
    const Reader::Within within(reader, member.key);
    Duration time;
    const Parsed<Count> items = parse_count(member.key);
    if (!items || items->value < 1) {
      const Node key = Node::scalar(member.key, member.key_mark, static_cast<int>(member.key.size()));
      reader.error("E0208", fmt::format("`{}` is not a number of items", member.key), key);
      ok = false;
    } else if (ValueType<Duration>::read(member.value, reader, time)) {
      points.emplace_back(items->value, time.seconds);
    } else {
      ok = false;
    }
  }
  std::sort(points.begin(), points.end());
  return ok;
}

}  // namespace

bool ValueType<BatchServiceTime>::read(const Node& node, Reader& reader, BatchServiceTime& out) {
  if (is_table(node)) return read_points(node, reader, out.points);
  return load_object(object_info<AffineServiceTime>(), node, reader, &out.affine);
}

}  // namespace windtunnel
