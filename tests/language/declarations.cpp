// What every declaration of fields must keep, and what is made of declarations.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "language/reference.hpp"
#include "language/schema.hpp"
#include "language/toy_types.hpp"

using namespace windtunnel;

namespace {

void collect(const ObjectInfo& info, std::vector<const ObjectInfo*>& all);

void collect(const ValueInfo& value, std::vector<const ObjectInfo*>& all) {
  if (value.element) collect(*value.element, all);
  for (const auto get : value.objects) collect(get(), all);
}

void collect(const ObjectInfo& info, std::vector<const ObjectInfo*>& all) {
  if (std::find(all.begin(), all.end(), &info) != all.end()) return;
  all.push_back(&info);
  for (const FieldInfo& field : info.fields) collect(field.value, all);
}

std::vector<const ObjectInfo*> every_object() {
  std::vector<const ObjectInfo*> all;
  collect(object_info<Scenario>(), all);
  collect(object_info<Placement>(), all);
  for (const ComponentType& type : toy::types) collect(type.info(), all);
  return all;
}

/// Words that some YAML parsers read as booleans (YAML 1.1, bool).
const std::set<std::string> yaml_booleans{"y", "n", "yes", "no", "on", "off"};

}  // namespace

TEST_CASE("every field has a sentence, and a default, a requirement or a meaning of its absence") {
  const auto all = every_object();
  CHECK(all.size() > 30);
  for (const ObjectInfo* info : all) {
    CAPTURE(info->name);
    CHECK(info->about.ends_with('.'));
    for (const FieldInfo& field : info->fields) {
      CAPTURE(field.name);
      CHECK(field.doc.ends_with('.'));
      CHECK(field.required + field.fallback.has_value() + !field.absent.empty() == 1);
      if (field.fallback) CHECK_FALSE(field.source.empty());
      CHECK_FALSE(yaml_booleans.contains(field.name));
      for (const ChoiceInfo& choice : field.value.choices) {
        CHECK_FALSE(choice.doc.empty());
        CHECK_FALSE(yaml_booleans.contains(choice.word));
      }
    }
    for (const std::string& field : info->positional) CHECK(info->find(field));
    if (!info->word_field.empty()) CHECK(info->find(info->word_field));
    if (!info->short_field.empty()) CHECK(info->find(info->short_field));
  }
}

TEST_CASE("every default reads") {
  for (const ObjectInfo* info : every_object()) {
    for (const FieldInfo& field : info->fields) {
      if (!field.fallback_node) continue;
      CAPTURE(info->name);
      CAPTURE(field.name);
      Diagnostics diagnostics;
      Reader reader(diagnostics);
      const auto object = info->make();
      CHECK(field.read(object.get(), *field.fallback_node, reader));
      CHECK(render(diagnostics) == "");
    }
  }
}

TEST_CASE("the schema names every type and field, and where defaults come from") {
  const std::string schema = json_schema(toy::types);
  for (const char* part :
       {"\"$schema\": \"http://json-schema.org/draft-07/schema#\"", "\"const\": \"load_balancer\"",
        "\"budget_floor\"", "Tomcat's maxThreads", "\"minimum\": 1.0"})
    CHECK(schema.find(part) != std::string::npos);
}

TEST_CASE("a reference page has each field and each part") {
  const std::string page = reference_page(object_info<toy::Cache>());
  CHECK(page.starts_with("# cache\n\nKeeps answers of a slower origin.\n\n| field |"));
  CHECK(page.find("| `capacity` | a count, such as 500 or 50M, more than 0 | required | Items that fit. |") !=
        std::string::npos);
  CHECK(page.find("- `s3fifo`: three queues\n") != std::string::npos);
  CHECK(reference_page(object_info<Workload>()).find("## poisson\n") != std::string::npos);
}
