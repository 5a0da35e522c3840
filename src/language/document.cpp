#include "language/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "language/text_file.hpp"

namespace windtunnel {
namespace {

/// Leaves the parser after a finding that makes the rest of the text meaningless.
struct Stop {};

/// A text with the places of its bytes.
class Text {
 public:
  Text(std::string_view text, int source, Mark origin) : text_(text), source_(source), origin_(origin) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') line_starts_.push_back(i + 1);
  }

  std::string_view all() const { return text_; }
  std::string_view from(std::size_t byte) const { return text_.substr(std::min(byte, text_.size())); }

  Mark mark(std::size_t byte) const {
    byte = std::min(byte, text_.size());
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), byte);
    const std::size_t start = next == line_starts_.begin() ? 0 : *(next - 1);
    const int line = static_cast<int>(next - line_starts_.begin());
    const int column = characters(text_.substr(start, byte - start));
    if (!origin_.known()) return {source_, line + 1, column + 1};
    return {source_, origin_.line + line, line == 0 ? origin_.column + column : column + 1};
  }

  static int characters(std::string_view text) {
    return static_cast<int>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  }

 private:
  std::string_view text_;
  int source_;
  Mark origin_;
  std::vector<std::size_t> line_starts_;
};

/// The bytes from an opening quote to behind its closing one; nothing if the text ends first.
std::optional<std::size_t> quoted_length(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
      ++i;  // '' inside single quotes is one quote
    }
  }
  return std::nullopt;
}

int open_parentheses(const Node& node) {
  if (!node.is_scalar() || node.quoted) return 0;
  return static_cast<int>(std::count(node.text.begin(), node.text.end(), '(') -
                          std::count(node.text.begin(), node.text.end(), ')'));
}

/// Builds the tree from yaml-cpp's events, and finds what yaml-cpp 0.7 lets pass.
class Builder : public YAML::EventHandler {
 public:
  Builder(const Text& text, Diagnostics& diagnostics, const DocumentLimits& limits)
      : text_(text), diagnostics_(diagnostics), limits_(limits) {}

  bool seen_document() const { return documents_ > 0; }
  Node take_root() { return std::move(root_); }
  /// Where the innermost `{` or `[` that is still open stands.
  std::optional<std::size_t> open_bracket() const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame)
      if (frame->flow) return frame->byte;
    return std::nullopt;
  }
  /// The last quoted text that runs over several lines: often the quote was forgotten.
  std::optional<Mark> long_quote() const { return long_quote_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    const bool marked = text_.from(byte_of(mark)).starts_with("---");
    auto& error = diagnostics_.error(
        marked ? "E0107" : "E0106",
        marked ? "a scenario is one document" : "this line does not continue what stands above it",
        text_.mark(byte_of(mark)));
    error.help = marked ? "put the second one into a file of its own"
                        : "keys of one mapping start in the same column; a list cannot become a mapping";
    throw Stop{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    place(node, mark);
    if (!frames_.empty() && frames_.back().key) {  // yaml-cpp's mark is that of whatever comes next
      node.mark = frames_.back().key->mark;
      node.length = frames_.back().key->length;
    }
    finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = Node::scalar(value);
    node.quoted = tag != "?";
    place(node, mark);
    measure(node, mark);
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      diagnostics_.error("E0111", "an alias cannot stand inside the value that it names",
                         text_.mark(byte_of(mark)));
      throw Stop{};
    }
    finish(known->second.node, 0, known->second.values);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Node::Kind::sequence, mark, anchor, style);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Node::Kind::mapping, mark, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool flow = false;
    std::size_t byte = 0;
    std::size_t values_before = 0;
    std::optional<Node> key;           ///< of a mapping: waits for its value
    std::map<std::string, Mark> keys;  ///< of a mapping, to find duplicates
    std::optional<Node> merge;         ///< the value of `<<`
  };
  struct Anchored {
    Node node;
    std::size_t values;
  };

  static std::size_t byte_of(const YAML::Mark& mark) {
    return static_cast<std::size_t>(std::max(mark.pos, 0));
  }

  void place(Node& node, const YAML::Mark& mark) { node.mark = text_.mark(byte_of(mark)); }

  /// Finds where a scalar's own text starts and ends, and whether its quote is ever closed.
  void measure(Node& node, const YAML::Mark& mark) {
    std::size_t at = byte_of(mark);
    while (at < text_.all().size() && (text_.all()[at] == '&' || text_.all()[at] == '!')) {  // anchor, tag
      at = text_.all().find_first_of(" \n", at);
      at = std::min(text_.all().find_first_not_of(" \n", at), text_.all().size());
    }
    const std::string_view rest = text_.from(at);
    node.mark = text_.mark(at);
    std::string_view written = rest.substr(0, node.text.size());
    if (rest.starts_with('"') || rest.starts_with('\'')) {
      const auto length = quoted_length(rest);
      if (!length) {
        diagnostics_.error("E0109", "this quote is never closed", node.mark).help =
            fmt::format("end the text with {}", rest.front());
        throw Stop{};
      }
      written = rest.substr(0, *length);
      if (written.find('\n') != std::string_view::npos) long_quote_ = node.mark;
    }
    written = written.substr(0, written.find_first_of("\r\n"));
    node.length = std::max(1, Text::characters(written));
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    Frame& frame = frames_.emplace_back();
    frame.node.kind = kind;
    frame.anchor = anchor;
    frame.flow = style == YAML::EmitterStyle::Flow;
    frame.byte = byte_of(mark);
    frame.values_before = values_;
    place(frame.node, mark);
    if (static_cast<int>(frames_.size()) <= limits_.depth) return;
    diagnostics_.error("E0112", fmt::format("values are nested more than {} deep", limits_.depth),
                       frame.node.mark);
    throw Stop{};
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.merge) merge_into(frame.node, *frame.merge);
    if (frame.flow) mend_commas(frame.node);
    const std::size_t inside = values_ - frame.values_before;
    values_ = frame.values_before;
    finish(std::move(frame.node), frame.anchor, inside + 1);
  }

  /// A value is complete: count it, remember it under its anchor, give it to what it belongs to.
  void finish(Node node, YAML::anchor_t anchor, std::size_t values = 1) {
    values_ += values;
    if (values_ > limits_.values) {
      diagnostics_.error(
          "E0111", fmt::format("the file has more than {} values with its aliases expanded", limits_.values),
          node.mark);
      throw Stop{};
    }
    if (anchor != 0) anchors_.insert_or_assign(anchor, Anchored{node, values});
    if (frames_.empty()) {
      root_ = std::move(node);
    } else if (frames_.back().node.is_sequence()) {
      frames_.back().node.items.push_back(std::move(node));
    } else if (!frames_.back().key) {
      take_key(std::move(node));
    } else {
      take_member(std::move(node));
    }
  }

  void take_key(Node node) {
    if (!node.is_scalar()) {
      diagnostics_.error("E0114", fmt::format("a key is a name, not {}", describe_node(node)), node.mark);
      throw Stop{};
    }
    frames_.back().key = std::move(node);
  }

  void take_member(Node value) {
    Frame& frame = frames_.back();
    const Node key = std::move(*frame.key);
    frame.key.reset();
    const auto [known, added] = frame.keys.emplace(key.text, key.mark);
    if (!added) {
      diagnostics_.error("E0108", fmt::format("the key `{}` is given twice", key.text), key.mark, key.length)
          .notes.push_back(fmt::format("the first one is in line {}", known->second.line));
    } else if (key.text == "<<" && !key.quoted) {
      frame.merge = std::move(value);
    } else {
      frame.node.members.push_back({key.text, key.mark, std::move(value)});
    }
  }

  /// `<<: *base` or `<<: [*a, *b]`: takes over the keys that the mapping does not give itself.
  void merge_into(Node& node, const Node& merged) {
    const std::vector<Node> single{merged};
    for (const Node& base : merged.is_sequence() ? merged.items : single) {
      if (!base.is_mapping()) {
        diagnostics_.error("E0115", fmt::format("`<<` merges mappings, not {}", describe_node(base)),
                           base.mark);
        continue;
      }
      for (const Member& member : base.members)
        if (!node.find(member.key)) node.members.push_back(member);
    }
  }

  /// Inside {…} and […] a comma ends a value, also between parentheses: `{work: exp(1ms, 2)}` has two keys.
  /// Says so, and puts the pieces together again so that they cause no second message.
  void mend_commas(Node& node) {
    std::vector<Node> items;
    for (Node& item : node.items)
      if (items.empty() || !continues(items.back(), item)) items.push_back(std::move(item));
    node.items = std::move(items);
    std::vector<Member> members;
    for (Member& member : node.members)
      if (members.empty() || !continues(members.back().value, Node::scalar(member.key)))
        members.push_back(std::move(member));
    node.members = std::move(members);
  }

  /// Whether a value was cut inside its parentheses; then the piece is appended to it.
  bool continues(Node& value, const Node& piece) {
    if (open_parentheses(value) <= 0 || !piece.is_scalar()) return false;
    report_comma(value);
    value.text += " " + piece.text;
    return true;
  }

  void report_comma(const Node& at) {
    diagnostics_
        .error("E0113", "a comma ends the value here, although its parenthesis is still open", at.mark,
               at.length)
        .help =
        "separate the arguments by spaces, as in lognormal(p50=2ms p99=9ms), or quote the whole value";
  }

  const Text& text_;
  Diagnostics& diagnostics_;
  DocumentLimits limits_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  Node root_;
  int documents_ = 0;
  std::size_t values_ = 0;
  std::optional<Mark> long_quote_;
};

struct Explanation {
  std::string_view yaml;  ///< how yaml-cpp's message begins
  std::string_view message;
  std::string_view help;
};
constexpr Explanation explanations[] = {
    {"illegal map value", "a `:` where no key can stand",
     "indent keys of one mapping alike; a text that contains `: ` needs quotes"},
    {"illegal block entry", "a `- ` where no list can start", "start the list on a line of its own"},
    {"illegal map key", "a key where none can stand", "indent keys of one mapping alike"},
    {"illegal flow end", "a closing bracket that nothing opens", ""},
    {"end of map not found", "this does not continue the mapping above it",
     "indent keys of one mapping alike; a text that starts with a quote ends with it"},
    {"end of sequence not found", "this does not continue the list above it", "indent its entries alike"},
    {"the referenced anchor is not defined", "this alias names an anchor that is not defined above",
     "a text that starts with * needs quotes"},
    {"unknown token", "no value can start with this character", "put the text into quotes"},
    {"illegal tab", "a tab in the indentation", "YAML is indented with spaces"},
    {"unknown escape character", "an unknown escape in a quoted text", R"(write \\ for a backslash)"},
};

void report_syntax(const YAML::Exception& problem, const Builder& builder, const Text& text,
                   Diagnostics& diagnostics) {
  const std::size_t byte = static_cast<std::size_t>(std::max(problem.mark.pos, 0));
  const bool bracket =
      problem.msg == YAML::ErrorMsg::END_OF_MAP_FLOW || problem.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW;
  if (const auto opened = builder.open_bracket(); bracket && opened) {
    const Mark mark = text.mark(*opened);
    const Mark noticed = text.mark(byte);
    diagnostics.error("E0106", fmt::format("`{}` is never closed", text.from(*opened).front()), mark)
        .notes.push_back(fmt::format("noticed in line {}, column {}", noticed.line, noticed.column));
    return;
  }
  if (problem.msg == YAML::ErrorMsg::EOF_IN_SCALAR) {
    diagnostics.error("E0109", "the text ends inside a quote", text.mark(text.all().size()));
    return;
  }
  auto& error = diagnostics.error("E0106", "this is not YAML: " + problem.msg, text.mark(byte));
  for (const auto& known : explanations) {
    if (!problem.msg.starts_with(known.yaml)) continue;
    error.message = known.message;
    error.help = known.help;
  }
  if (const auto quote = builder.long_quote())
    error.notes.push_back(fmt::format("the quote opened in line {} closes on a later line", quote->line));
}

/// A tab in some line's indentation: YAML forbids it, and yaml-cpp's message for it depends on the context.
bool report_tabs(const Text& text, Diagnostics& diagnostics) {
  for (std::size_t at = 0; at < text.all().size();) {
    const std::string_view line = text.from(at).substr(0, text.from(at).find('\n'));
    const std::size_t tab = line.substr(0, line.find_first_not_of(" \t")).find('\t');
    if (tab != std::string_view::npos && tab < line.size()) {
      diagnostics.error("E0110", "a tab in the indentation", text.mark(at + tab)).help =
          "YAML is indented with spaces";
      return true;
    }
    at += line.size() + 1;
  }
  return false;
}

bool report_encoding(std::string_view text, int source, Diagnostics& diagnostics) {
  const auto bad = find_not_utf8(text);
  if (!bad) return false;
  const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  auto& error = diagnostics.error("E0105", utf16 ? "the file is in UTF-16" : "this is not UTF-8 text",
                                  mark_at(text, *bad, source));
  error.label = fmt::format("byte 0x{:02X}", static_cast<unsigned char>(text[*bad]));
  error.help = "save the file as UTF-8";
  return true;
}

}  // namespace

const Member* Node::find_member(std::string_view key) const {
  for (const Member& member : members)
    if (member.key == key) return &member;
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Member* member = find_member(key);
  return member ? &member->value : nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

Node Node::scalar(std::string text, Mark mark, int length) {
  Node node;
  node.kind = Kind::scalar;
  node.text = std::move(text);
  node.mark = mark;
  node.length = length;
  return node;
}

std::string describe_node(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
    case Node::Kind::scalar:
      break;
  }
  constexpr std::size_t longest = 60;
  if (node.text.size() <= longest) return fmt::format("`{}`", node.text);
  std::size_t end = longest;
  while ((node.text[end] & 0xC0) == 0x80) --end;
  return fmt::format("`{}…`", node.text.substr(0, end));
}

std::optional<Node> parse_document(std::string_view text, int source, Diagnostics& diagnostics,
                                   const DocumentLimits& limits, Mark origin) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (report_encoding(text, source, diagnostics)) return std::nullopt;
  const Text places(text, source, origin);
  Builder builder(places, diagnostics, limits);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& problem) {
    if (!report_tabs(places, diagnostics)) report_syntax(problem, builder, places, diagnostics);
    return std::nullopt;
  }
  if (!builder.seen_document()) {
    diagnostics.error("E0104", "the text is empty", places.mark(0)).help =
        "`windtunnel new NAME` starts a scenario";
    return std::nullopt;
  }
  // Duplicate keys and broken calls leave a tree: what else is wrong in it is said in the same go.
  return builder.take_root();
}

}  // namespace windtunnel
