#include "language/override.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "language/suggest.hpp"

namespace windtunnel {
namespace {

struct Segment {
  std::string key;                   ///< empty where it is an index
  std::optional<std::size_t> index;  ///< of `do[0]`
  std::size_t offset = 0;            ///< in the path
};

/// `a.do[0].call` as a, do, [0], call; nothing if it is malformed.
std::optional<std::vector<Segment>> split(std::string_view path) {
  std::vector<Segment> segments;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t begin = at;
    if (path[at] == '[') {
      const std::size_t close = path.find(']', at);
      if (close == std::string_view::npos) return std::nullopt;
      std::size_t index = 0;
      const char* end = path.data() + close;
      const auto [read, failed] = std::from_chars(path.data() + at + 1, end, index);
      if (failed != std::errc() || read != end) return std::nullopt;
      segments.push_back({"", index, begin});
      at = close + 1;
    } else {
      at = std::min(path.find_first_of(".[", at), path.size());
      if (at == begin) return std::nullopt;
      segments.push_back({std::string(path.substr(begin, at - begin)), std::nullopt, begin});
    }
    if (at < path.size() && path[at] == '.' && ++at == path.size()) return std::nullopt;
  }
  return segments.empty() ? std::nullopt : std::optional(std::move(segments));
}

std::vector<std::string> keys_of(const Node* node) {
  std::vector<std::string> keys;
  if (node)
    for (const Member& member : node->members) keys.push_back(member.key);
  return keys;
}

/// Walks down a path, making the mappings that are not there yet.
class Walk {
 public:
  Walk(const Override& change, Diagnostics& diagnostics) : change_(change), diagnostics_(diagnostics) {}

  Node* step(Node& node, const Segment& segment) {
    return segment.index ? into_list(node, segment) : into_mapping(node, segment);
  }

  std::nullptr_t refuse(const Segment& segment, std::string message, std::string help) {
    Mark mark = change_.path_mark;
    mark.column += static_cast<int>(segment.offset);
    const int length = segment.index ? 3 : static_cast<int>(segment.key.size());
    diagnostics_.error("E0308", std::move(message), mark, length).help = std::move(help);
    return nullptr;
  }

 private:
  Node* into_list(Node& node, const Segment& segment) {
    if (node.is_sequence() && *segment.index < node.items.size()) return &node.items[*segment.index];
    return refuse(segment, fmt::format("there is no entry [{}] here", *segment.index),
                  node.is_sequence()
                      ? fmt::format("the list has {} entries, counted from 0", node.items.size())
                      : "this is not a list");
  }

  Node* into_mapping(Node& node, const Segment& segment) {
    if (node.is_null()) node.kind = Node::Kind::mapping;
    if (!node.is_mapping())
      return refuse(segment,
                    fmt::format("`{}` stands inside {}, which has no keys", segment.key, describe_node(node)),
                    "set the whole value instead");
    if (Node* found = node.find(segment.key)) return found;
    Mark mark = change_.path_mark;
    mark.column += static_cast<int>(segment.offset);
    node.members.push_back({segment.key, mark, Node{}});
    return &node.members.back().value;
  }

  const Override& change_;
  Diagnostics& diagnostics_;
};

/// Where a path begins: the document itself, its components or its workloads.
Node* starting_point(Node& root, const std::vector<Segment>& segments,
                     const std::vector<std::string>& top_keys, Walk& walk) {
  const std::string& first = segments.front().key;
  if (std::find(top_keys.begin(), top_keys.end(), first) != top_keys.end()) return &root;
  std::vector<std::string> names;
  for (const char* section : {"components", "workloads"}) {
    Node* node = root.find(section);
    if (node && node->find(first)) return node;
    for (std::string& name : keys_of(node)) names.push_back(std::move(name));
  }
  names.insert(names.end(), top_keys.begin(), top_keys.end());
  return walk.refuse(segments.front(), fmt::format("there is no `{}` in this scenario", first),
                     suggestion(first, names));
}

}  // namespace

std::optional<Override> parse_override(std::string_view text, const std::string& name,
                                       Diagnostics& diagnostics) {
  const int source = diagnostics.add_source(name, std::string(text));
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    diagnostics.error("E0309", "an override is `path=value`", {source, 1, 1}, static_cast<int>(text.size()))
        .help = "as in `--set ranker.replicas=24`";
    return std::nullopt;
  }
  Override change{std::string(text.substr(0, equals)), {source, 1, 1}, {}};
  const std::string_view value = text.substr(equals + 1);
  const Mark place{source, 1, static_cast<int>(equals) + 2};
  if (value.find_first_not_of(' ') == std::string_view::npos) {
    diagnostics.error("E0309", fmt::format("`{}` is given no value", change.path), place);
    return std::nullopt;
  }
  auto node = parse_document(value, source, diagnostics, {}, place);
  if (!node) return std::nullopt;
  change.value = std::move(*node);
  return change;
}

bool apply_override(Node& root, const Override& change, const std::vector<std::string>& top_keys,
                    Diagnostics& diagnostics) {
  const auto segments = split(change.path);
  Walk walk(change, diagnostics);
  if (!segments || segments->front().index) {
    diagnostics
        .error("E0308", fmt::format("`{}` is not a path", change.path), change.path_mark,
               static_cast<int>(change.path.size()))
        .help = "names with dots between them, and [0] for entries of lists: `api.do[0].work`";
    return false;
  }
  Node* node = starting_point(root, *segments, top_keys, walk);
  for (std::size_t i = 0; node && i < segments->size(); ++i) node = walk.step(*node, (*segments)[i]);
  if (!node) return false;
  *node = change.value;
  return true;
}

}  // namespace windtunnel
