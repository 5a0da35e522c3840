#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "components/registry.hpp"
#include "language/schema.hpp"

namespace windtunnel {
namespace {

class Schema : public Command::Action {
 public:
  explicit Schema(CLI::App& app) {
    app.add_option("-o,--output", output_, "Writes it to a file")->type_name("FILE");
  }

  int run(const std::string&) override {
    const std::string problem = write_output(output_, json_schema(component_types()));
    if (problem.empty()) return exit_done;
    fmt::print(stderr, "error: {}\n", problem);
    return exit_impossible;
  }

 private:
  std::string output_;
};

}  // namespace

Command schema_command() {
  return {"schema", "Prints the JSON Schema of scenarios, for editors",
          [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<Schema>(app); }};
}

}  // namespace windtunnel
