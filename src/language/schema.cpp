#include "language/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "language/scenario.hpp"
#include "language/units.hpp"

namespace windtunnel {
namespace {

using Json = nlohmann::ordered_json;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(R"(\^$.|?*+()[]{})").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// A regular expression for a number with one of the family's units.
std::string quantity_pattern(const UnitFamily& family) {
  std::string units;
  bool bare = family.bare;
  for (const Unit& unit : family.units) {
    if (unit.name.empty()) {
      bare = true;
      continue;
    }
    if (!units.empty()) units += '|';
    units += escaped(unit.name);
    if (family.dollars) units += '|' + escaped(unit.name.substr(std::string_view("USD").size()));
  }
  std::string pattern = family.dollars ? "\\$?" : "";
  pattern += family.negative ? "[-+]?" : "\\+?";
  pattern += "[0-9][0-9_.]*([eE][-+]?[0-9]+)? *";
  if (family.scaled) pattern += "[kKMGBT]? *";
  if (!units.empty()) pattern += fmt::format("({}){}", units, bare ? "?" : "");
  return pattern;
}

Json text_matching(const std::string& pattern) {
  return {{"type", "string"}, {"pattern", "^ *" + pattern + " *$"}};
}

/// A default as an editor would insert it.
Json json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::sequence: {
      Json list = Json::array();
      for (const Node& item : node.items) list.push_back(json_of(item));
      return list;
    }
    case Node::Kind::mapping: {
      Json object = Json::object();
      for (const Member& member : node.members) object[member.key] = json_of(member.value);
      return object;
    }
    case Node::Kind::scalar:
      break;
  }
  const Json number = Json::parse(node.text, nullptr, false);
  return !node.quoted && (number.is_number() || number.is_boolean()) ? number : Json(node.text);
}

class SchemaWriter {
 public:
  explicit SchemaWriter(ComponentTypes types) : types_(types) {}

  Json write() {
    Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "windtunnel scenario"}};
    schema.update(object(object_info<Scenario>()));
    add_components();
    schema["definitions"] = std::move(definitions_);
    return schema;
  }

 private:
  static Json any_of(std::vector<Json> choices) {
    if (choices.size() == 1) return choices.front();
    return {{"anyOf", std::move(choices)}};
  }

  static Json reference(const std::string& name) { return {{"$ref", "#/definitions/" + name}}; }

  /// The name of an object's definition, made on first use.
  std::string definition(const ObjectInfo& info) {
    if (const auto known = names_.find(&info); known != names_.end()) return known->second;
    std::string name = info.name;
    std::replace(name.begin(), name.end(), ' ', '_');
    while (!taken_.insert(name).second) name += "_";
    names_.emplace(&info, name);
    Json made = object(info);
    definitions_[name] = std::move(made);
    return name;
  }

  Json object(const ObjectInfo& info) {
    Json schema{{"type", "object"}, {"description", info.about}};
    schema["properties"] = Json::object();
    add_fields(schema, info);
    schema["additionalProperties"] = false;
    return schema;
  }

  void add_fields(Json& schema, const ObjectInfo& info) {
    for (const FieldInfo& field : info.fields) {
      Json value_schema = value(field.value, field.range);
      Json property{{"description", description(field)}};
      if (field.fallback_node) property["default"] = json_of(*field.fallback_node);
      if (value_schema.contains("$ref"))
        value_schema = {{"allOf", {value_schema}}};  // draft-07 ignores siblings
      property.update(value_schema);
      schema["properties"][field.name] = std::move(property);
      if (field.required) schema["required"].push_back(field.name);
    }
  }

  static std::string description(const FieldInfo& field) {
    std::string text = field.doc;
    if (const std::string range = describe_range(field.range); !range.empty())
      text += fmt::format(" {}.", range);
    if (field.fallback) text += fmt::format(" Default: {} ({}).", *field.fallback, field.source);
    if (!field.absent.empty()) text += fmt::format(" Left out: {}.", field.absent);
    return text;
  }

  Json value(const ValueInfo& info, const Range& range) {
    std::vector<Json> choices = forms(info, range);
    if (info.none || info.kind == ValueKind::list || info.kind == ValueKind::map)
      choices.push_back({{"const", "none"}});
    return any_of(std::move(choices));
  }

  /// All the ways to write a value.
  std::vector<Json> forms(const ValueInfo& info, const Range& range) {
    switch (info.kind) {
      case ValueKind::integer:
      case ValueKind::count:
        return {number("integer", range), text_matching(quantity_pattern(count_units))};
      case ValueKind::number:
        return {number("number", range)};
      case ValueKind::flag:
        return {{{"type", "boolean"}}};
      case ValueKind::text:
        return {{{"type", {"string", "number", "boolean"}}}};
      case ValueKind::choice:
        return {words(info)};
      case ValueKind::distribution:
        return law(info);
      case ValueKind::reference:
        return {{{"type", "string"}}, reference("components/one")};
      case ValueKind::list:
        return list(info, range);
      case ValueKind::map:
        return {map_of(value(*info.element, range))};
      case ValueKind::object:
        return object_forms(info.objects.front()());
      case ValueKind::one_of:
        return chosen_forms(info);
      case ValueKind::custom:
        return custom(info);
      case ValueKind::any:
        return {Json::object()};
      case ValueKind::components:
        return {components_map()};
      default:
        return {text_matching(quantity_pattern(*info.units)), {{"const", 0}}};
    }
  }

  static Json map_of(Json element) {
    return {{"type", "object"}, {"additionalProperties", std::move(element)}};
  }

  static Json components_map() {
    Json schema = map_of(reference("components/one"));
    schema["propertyNames"] = {{"pattern", "^[A-Za-z][A-Za-z0-9_-]{0,63}$"}};
    schema["minProperties"] = 1;
    return schema;
  }

  static Json number(const char* type, const Range& range) {
    Json schema{{"type", type}};
    if (range.low) schema[range.low->inclusive ? "minimum" : "exclusiveMinimum"] = range.low->value;
    if (range.high) schema[range.high->inclusive ? "maximum" : "exclusiveMaximum"] = range.high->value;
    return schema;
  }

  static Json words(const ValueInfo& info) {
    Json schema{{"enum", Json::array()}};
    for (const ChoiceInfo& choice : info.choices) schema["enum"].push_back(choice.word);
    return schema;
  }

  static std::vector<Json> law(const ValueInfo& info) {
    std::vector<Json> choices{text_matching(R"([a-z][a-z0-9_]*\(.*\))")};
    if (!info.units) return choices;  // a law of keys
    choices.push_back(text_matching(quantity_pattern(*info.units)));
    choices.push_back(info.units->bare ? Json{{"type", "number"}, {"minimum", 0}} : Json{{"const", 0}});
    return choices;
  }

  std::vector<Json> list(const ValueInfo& info, const Range& range) {
    Json element = value(*info.element, range);
    return {{{"type", "array"}, {"items", element}}, element};
  }

  std::vector<Json> object_forms(const ObjectInfo& info) {
    std::vector<Json> choices{reference(definition(info))};
    if (const FieldInfo* word = info.find(info.word_field)) {
      std::string pattern;
      for (const ChoiceInfo& choice : word->value.choices)
        pattern += (pattern.empty() ? "" : "|") + choice.word;
      choices.push_back(
          text_matching(fmt::format(R"(({})(\(.*\))?)", pattern.empty() ? "[a-z][a-z0-9_]*" : pattern)));
    }
    if (const FieldInfo* field = info.find(info.short_field))
      for (Json& form : forms(field->value, field->range)) choices.push_back(std::move(form));
    return choices;
  }

  std::vector<Json> chosen_forms(const ValueInfo& info) {
    std::vector<Json> choices;
    std::string pattern;
    for (const auto get : info.objects) {
      const ObjectInfo& object = get();
      pattern += (pattern.empty() ? "" : "|") + object.name;
      const std::string name = definition(object);
      // An object is told by the key that bears its name, or else by `kind`.
      if (!object.find(object.name)) definitions_[name]["properties"]["kind"] = {{"const", object.name}};
      choices.push_back(reference(name));
    }
    choices.push_back(text_matching(fmt::format(R"(({})(\(.*\))?)", pattern)));
    return choices;
  }

  std::vector<Json> custom(const ValueInfo& info) {
    if (!info.element) {
      Json text = info.pattern.empty() ? Json{{"type", "string"}} : text_matching(info.pattern);
      text["description"] = info.expects;
      return {std::move(text)};
    }
    return {{{"type", "object"},
             {"description", info.expects},
             {"minProperties", 1},
             {"maxProperties", 1},
             {"additionalProperties", value(*info.element, {})}}};
  }

  /// A component's fields depend on its type.
  void add_components() {
    Json one{{"type", "object"}, {"required", {"type"}}};
    one["properties"]["type"] = {{"description", "What kind of component it is."}, {"enum", Json::array()}};
    one["allOf"] = Json::array();
    for (const ComponentType& type : types_) {
      one["properties"]["type"]["enum"].push_back(type.name());
      Json fields = object(type.info());
      fields["properties"]["type"] = {{"const", type.name()}};
      add_fields(fields, object_info<Placement>());
      definitions_["components"][type.name()] = std::move(fields);
      one["allOf"].push_back({{"if", {{"properties", {{"type", {{"const", type.name()}}}}}}},
                              {"then", reference("components/" + type.name())}});
    }
    definitions_["components"]["one"] = std::move(one);
  }

  ComponentTypes types_;
  Json definitions_ = Json::object();
  std::map<const ObjectInfo*, std::string> names_;  // looked up, never iterated
  std::set<std::string> taken_;
};

}  // namespace

std::string json_schema(ComponentTypes types) { return SchemaWriter(types).write().dump(2) + "\n"; }

}  // namespace windtunnel
