#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "language/explain.hpp"

namespace windtunnel {
namespace {

class Explain : public Command::Action {
 public:
  explicit Explain(CLI::App& app) {
    scenario_.declare(app);
    app.add_option("-o,--output", output_, "Writes it to a file")->type_name("FILE");
  }

  int run(const std::string&) override {
    const std::optional<Scenario> scenario = scenario_.load();
    if (!scenario) return exit_bad_input;
    const std::string problem = write_output(output_, explain(*scenario));
    if (problem.empty()) return exit_done;
    fmt::print(stderr, "error: {}\n", problem);
    return exit_impossible;
  }

 private:
  ScenarioOptions scenario_;
  std::string output_;
};

}  // namespace

Command explain_command() {
  return {"explain", "Prints a scenario with every default filled in, and where each comes from",
          [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<Explain>(app); }};
}

}  // namespace windtunnel
