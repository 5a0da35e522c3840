#include "language/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "language/checksum.hpp"
#include "language/names_check.hpp"
#include "language/override.hpp"
#include "language/suggest.hpp"
#include "language/text_file.hpp"

namespace windtunnel {
namespace {

constexpr std::size_t most_components = 10'000;

/// Names stand in paths, streams, goals and outputs: letters, digits, `_` and `-`, beginning with a letter.
bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::isalpha(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), fits);
}

std::vector<std::string> type_names(ComponentTypes types) {
  std::vector<std::string> names;
  for (const ComponentType& type : types) names.push_back(type.name());
  return names;
}

/// Reads one document's tree into a scenario.
class Loader {
 public:
  Loader(ComponentTypes types, Loaded& loaded, Scenario& scenario, const std::string& directory)
      : types_(types), diagnostics_(loaded.diagnostics), scenario_(scenario), reader_(loaded.diagnostics) {
    reader_.directory = directory;
    reader_.take_component = [this](const std::string& name, const Node& node) {
      take_component(name, node);
    };
  }

  void load(Node root) {
    scenario_.root = std::move(root);
    check_section_names("components");
    check_section_names("workloads");
    check_section_names("variants");
    load_object(object_info<Scenario>(), scenario_.root, reader_, &scenario_);
    check_not_empty("components");
    check_not_empty("workloads");
    if (!names_.empty()) check_names(scenario_, names_, diagnostics_);
  }

 private:
  void check_section_names(std::string_view section) {
    const Node* node = scenario_.root.find(section);
    if (!node) return;
    for (const Member& member : node->members) {
      if (is_name(member.key)) continue;
      diagnostics_
          .error("E0311", fmt::format("`{}` cannot be a name", member.key), member.key_mark,
                 static_cast<int>(std::max<std::size_t>(1, member.key.size())))
          .help = "a name has letters, digits, `_` and `-`, begins with a letter and is at most 64 long";
    }
  }

  void check_not_empty(std::string_view section) {
    const Member* member = scenario_.root.find_member(section);
    if (!member || !member->value.is_mapping() || !member->value.members.empty()) return;
    diagnostics_.error("E0202", fmt::format("`{}` is empty", section), member->key_mark,
                       static_cast<int>(section.size()));
  }

  /// Called by the reader for each component, those written in place included.
  void take_component(const std::string& name, const Node& node) {
    names_.push_back(name);
    if (names_.size() > most_components) {
      if (names_.size() == most_components + 1)
        diagnostics_.error("E0111", fmt::format("there are more than {} components", most_components),
                           node.mark);
      return;
    }
    const ComponentType* type = type_of(name, node);
    if (!type) return;
    const std::size_t index = scenario_.components.size();
    scenario_.components.emplace_back();  // before those inside it
    ComponentSpec spec;
    spec.name = name;
    spec.type = type->name();
    spec.mark = node.mark;
    spec.node = node;
    spec.info = &type->info();
    read_fields(spec, node);
    scenario_.components[index] = std::move(spec);
  }

  void read_fields(ComponentSpec& spec, const Node& node) {
    const ObjectInfo& common = object_info<Placement>();
    std::vector<std::string> known{"type"};
    for (const ObjectInfo* info : {spec.info, &common})
      for (const FieldInfo& field : info->fields) known.push_back(field.name);
    report_unknown_keys(node, known, spec.type, reader_);
    load_fields(common, node, reader_, &spec.placement);
    const std::shared_ptr<void> data = spec.info->make();
    load_fields(*spec.info, node, reader_, data.get());
    spec.data = data;
  }

  const ComponentType* type_of(const std::string& name, const Node& node) {
    if (!node.is_mapping()) {
      diagnostics_.error("E0204",
                         fmt::format("expected a component, `{{type: …}}`, found {}", describe_node(node)),
                         node.mark, node.length);
      return nullptr;
    }
    const Node* type = node.find("type");
    if (!type || !type->is_scalar()) {
      diagnostics_
          .error("E0302", fmt::format("`{}` does not say its `type`", name), type ? type->mark : node.mark)
          .help = suggestion("", type_names(types_));
      return nullptr;
    }
    const ComponentType* found = find_type(types_, type->text);
    if (!found)
      diagnostics_
          .error("E0303", fmt::format("there is no component type `{}`", type->text), type->mark,
                 type->length)
          .help = suggestion(type->text, type_names(types_));
    return found;
  }

  ComponentTypes types_;
  Diagnostics& diagnostics_;
  Scenario& scenario_;
  Reader reader_;
  std::vector<std::string> names_;
};

/// The changes of a variant, each with the place in the file where it stands.
std::vector<Override> changes_of(const Node& variant) {
  std::vector<Override> changes;
  for (const Member& member : variant.members) changes.push_back({member.key, member.key_mark, member.value});
  return changes;
}

/// Applies one variant for real, and each of the others to a copy: their paths must be right too.
void apply_variants(Node& root, const std::string& chosen, const std::vector<std::string>& top_keys,
                    Diagnostics& diagnostics) {
  const Node none;
  const Node* section = root.find("variants");
  const Node variants = section ? *section : none;
  std::vector<std::string> names;
  const Node base = root;
  for (const Member& variant : variants.members) {
    names.push_back(variant.key);
    if (!variant.value.is_mapping()) {
      diagnostics.error("E0204",
                        fmt::format("the variant `{}` is a mapping from paths to values", variant.key),
                        variant.value.mark, variant.value.length);
      continue;
    }
    Node copy = base;
    Node& target = variant.key == chosen ? root : copy;
    for (const Override& change : changes_of(variant.value))
      apply_override(target, change, top_keys, diagnostics);
  }
  if (chosen.empty() || variants.find(chosen)) return;
  const int source = diagnostics.add_source("--variant", chosen);
  diagnostics
      .error("E0310", fmt::format("there is no variant `{}`", chosen), {source, 1, 1},
             static_cast<int>(chosen.size()))
      .help = names.empty() ? "the scenario has none" : suggestion(chosen, names);
}

void apply_overrides(Node& root, const LoadOptions& options, Scenario& scenario, Diagnostics& diagnostics) {
  const std::vector<std::string> top_keys = object_info<Scenario>().field_names();
  apply_variants(root, options.variant, top_keys, diagnostics);
  scenario.variant = options.variant;
  for (const std::string& text : options.overrides) {
    const auto change = parse_override(text, "--set", diagnostics);
    if (!change || !apply_override(root, *change, top_keys, diagnostics)) continue;
    scenario.overrides.emplace_back(change->path, text.substr(text.find('=') + 1));
  }
}

void load(std::string_view text, int source, const std::string& name, ComponentTypes types,
          const LoadOptions& options, Loaded& loaded) {
  auto root = parse_document(text, source, loaded.diagnostics);
  if (!root) return;
  if (!root->is_mapping()) {
    loaded.diagnostics
        .error("E0204", fmt::format("a scenario is a mapping, not {}", describe_node(*root)), root->mark,
               root->length)
        .help = "it begins with `workloads:` and `components:`; keys end with a colon and a space";
    return;
  }
  Scenario scenario;
  scenario.file = name;
  scenario.sha256 = sha256(text);
  apply_overrides(*root, options, scenario, loaded.diagnostics);
  const std::string directory = std::filesystem::path(name).parent_path().string();
  Loader(types, loaded, scenario, directory.empty() ? "." : directory).load(std::move(*root));
  if (scenario.name.empty()) scenario.name = std::filesystem::path(name).stem().string();
  if (!loaded.diagnostics.has_errors()) loaded.scenario = std::move(scenario);
}

}  // namespace

Loaded load_scenario(const std::string& path, ComponentTypes types, const LoadOptions& options) {
  Loaded loaded;
  if (const auto file = read_text_file(path, DocumentLimits{}.bytes, loaded.diagnostics))
    load(file->text, file->source, path, types, options, loaded);
  return loaded;
}

Loaded load_scenario_text(std::string_view text, const std::string& name, ComponentTypes types,
                          const LoadOptions& options) {
  Loaded loaded;
  const int source = loaded.diagnostics.add_source(name, std::string(text));
  load(text, source, name, types, options, loaded);
  return loaded;
}

}  // namespace windtunnel
