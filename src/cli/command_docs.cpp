#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "check/rule.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "components/registry.hpp"
#include "language/reference.hpp"
#include "language/scenario.hpp"

namespace windtunnel {
namespace {

constexpr const char* note =
    "<!-- Made by `windtunnel docs DIR` from the declarations in the code: change them, not this. -->\n\n";

const char* word(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

std::string rules_page() {
  std::string out =
      "# Rules of `windtunnel check`\n\nSilence one with `accept: [{rule: WT001, of: api, because: …}]`.\n\n"
      "| rule | severity | what | why it matters | how to mend it |\n|---|---|---|---|---|\n";
  for (const Rule* rule : all_rules())
    out += fmt::format("| {} | {} | {} | {} | {} |\n", rule->id, word(rule->severity), rule->name, rule->why,
                       rule->mend);
  return out;
}

/// The reference pages, for scripts/docs and the test that holds them current.
class Docs : public Command::Action {
 public:
  explicit Docs(CLI::App& app) { app.add_option("DIR", directory_, "Where the pages go")->required(); }

  int run(const std::string&) override {
    std::error_code failed;
    std::filesystem::create_directories(directory_, failed);
    std::string index =
        "# Reference\n\n- [scenario](scenario.md): a file's sections\n- [component](component.md): what "
        "every component has\n- [rules](rules.md): what `check` looks for\n";
    bool ok = write("scenario", reference_page(object_info<Scenario>())) &&
              write("component", reference_page(object_info<Placement>())) && write("rules", rules_page());
    for (const ComponentType& type : component_types()) {
      const ObjectInfo& info = type.info();
      index += fmt::format("- [{}]({}.md): {}\n", info.name, info.name, info.about);
      ok = ok && write(info.name, reference_page(info));
    }
    ok = ok && write("README", index);
    return ok ? exit_done : exit_impossible;
  }

 private:
  bool write(const std::string& name, const std::string& page) const {
    const std::string problem = write_output(directory_ + "/" + name + ".md", note + page);
    if (!problem.empty()) fmt::print(stderr, "error: {}\n", problem);
    return problem.empty();
  }

  std::string directory_;
};

}  // namespace

Command docs_command() {
  return {"docs", "Writes the reference pages",
          [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<Docs>(app); },
          true};
}

}  // namespace windtunnel
