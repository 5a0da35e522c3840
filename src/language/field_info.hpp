// What is known of a field besides its C++ type. Loading, messages, `explain`, the JSON Schema and the
// reference pages all read this one description.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "language/diagnostic.hpp"
#include "language/document.hpp"

namespace windtunnel {

class Reader;
class ObjectCheck;
struct UnitFamily;
struct ObjectInfo;

/// The name of a component, where one is expected. A component written in place (`online: {type: …}`)
/// is named by its path, e.g. `user_features.online`.
struct ComponentRef {
  std::string name;
  Mark mark;
};
using ReferenceVisitor = std::function<void(const std::string& path, const ComponentRef&)>;

enum class ValueKind {
  duration,
  rate,
  bytes,
  bandwidth,
  ratio,
  factor,
  count,
  money,
  money_rate,
  size_price,
  integer,
  number,
  flag,
  text,
  choice,
  distribution,
  reference,
  list,
  map,
  object,
  one_of,
  custom,
  any,
  components,
};

struct ChoiceInfo {
  std::string word;
  std::string doc;
};

/// What a value may look like.
struct ValueInfo {
  ValueKind kind = ValueKind::text;
  std::string expects;  ///< for messages and pages, with an example: "a duration, such as `5ms`"
  std::vector<ChoiceInfo> choices = {};
  std::shared_ptr<const ValueInfo> element = nullptr;  ///< of a list or a map
  std::vector<const ObjectInfo& (*)()> objects = {};   ///< an object's one, one_of's many
  std::string pattern = {};           ///< of a custom value's text: a regular expression, for editors
  const UnitFamily* units = nullptr;  ///< of a quantity or a law
  bool none = false;                  ///< may be `none`
};

/// What a value may look like, in words, with the choices that there are.
std::string describe_value(const ValueInfo& value);

/// One end of a range, in base units, and as it was declared ("1ms").
struct Bound {
  double value = 0;
  bool inclusive = true;
  std::string text;
};
struct Range {
  std::optional<Bound> low;
  std::optional<Bound> high;
  bool empty() const { return !low && !high; }
};
/// "1 or more", "more than 0 and at most 1"; empty for no range.
std::string describe_range(const Range& range);

struct FieldInfo {
  std::string name;
  std::string doc;  ///< one sentence
  ValueInfo value;
  bool required = false;
  std::optional<std::string> fallback;  ///< the default, as one would write it
  std::optional<Node> fallback_node;
  std::string source;  ///< where the default comes from
  std::string absent;  ///< what leaving it out means, where there is no default
  Range range;

  std::function<bool(void* object, const Node&, Reader&)> read;
  std::function<void(const void* object, std::vector<double>&)> measure;  ///< its numbers, for the range
  std::function<void(const void* object, const std::string& path, const ReferenceVisitor&)> visit;
};

/// The description of a struct whose fields stand in a mapping.
struct ObjectInfo {
  std::string name;   ///< the word for it in files and pages: `cache`, `poisson`
  std::string about;  ///< one or two sentences
  std::vector<FieldInfo> fields;
  std::vector<std::string> positional;  ///< fields taken, in order, by the bare arguments of `name(a b)`
  std::string word_field;               ///< takes the word before the parenthesis: `policy: lru` → kind
  std::string short_field;              ///< takes a value that is not a mapping: `retry: 2` → attempts
  std::vector<std::function<void(const void* object, ObjectCheck&)>> checks;
  std::function<std::shared_ptr<void>()> make;

  const FieldInfo* find(std::string_view field) const;
  std::vector<std::string> field_names() const;
};

/// Reads a mapping (or one of the short forms) into an object; false if it has errors. Keys in `also`
/// belong to somebody else and are left alone.
bool load_object(const ObjectInfo& info, const Node& node, Reader& reader, void* object,
                 const std::vector<std::string>& also = {});

/// The two halves of it, for a mapping that holds the fields of several objects.
bool load_fields(const ObjectInfo& info, const Node& mapping, Reader& reader, void* object);
bool report_unknown_keys(const Node& mapping, const std::vector<std::string>& known, std::string_view owner,
                         Reader& reader);

/// Visits every component reference inside an object, with its path from `path` on.
void for_each_reference(const ObjectInfo& info, const void* object, const std::string& path,
                        const ReferenceVisitor& visit);

/// The mapping that a short form stands for: `least_requests(2)` → {kind: least_requests, choices: 2}.
/// Nothing (with a diagnostic) where it is malformed.
std::optional<Node> expand_short_form(const ObjectInfo& info, const Node& node, Reader& reader);

}  // namespace windtunnel
