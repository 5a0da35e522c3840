#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "catalog/catalog.hpp"
#include "cli/command.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "report/csv.hpp"
#include "report/json.hpp"
#include "report/markdown.hpp"
#include "report/progress.hpp"
#include "report/terminal.hpp"
#include "simulation/runner.hpp"
#include "version.hpp"

namespace windtunnel {
namespace {

class Run : public Command::Action {
 public:
  explicit Run(CLI::App& app) {
    scenario_.declare(app);
    scenario_.declare_run(app);
    app.add_option("--format", format_, "table, json, markdown or csv")
        ->check(CLI::IsMember({"table", "json", "markdown", "csv"}));
    app.add_option("-o,--output", output_, "Writes the answer to a file")->type_name("FILE");
    app.add_option("--threads", threads_, "Threads for replications (default: all cores); figures do not depend on it");
    app.add_flag("--quiet", quiet_, "No progress bar");
    app.add_option("--color", color_, "always, never or auto")->check(CLI::IsMember({"always", "never", "auto"}));
    app.add_flag("--no-color", no_color_, "The same as --color=never");
  }

  int run(const std::string& command_line) override {
    const std::optional<Scenario> scenario = scenario_.load();
    if (!scenario) return exit_bad_input;

    const Catalog catalog;
    ProgressBar bar(stderr, quiet_);
    RunControl control;
    control.stop = &interrupt_flag();
    control.threads = threads_;
    control.progress = [&](double done, const std::string& text) { bar.update(done, text); };
    RunOutcome outcome = run_scenario(*scenario, catalog, control);
    bar.clear();
    if (!outcome.problem.empty()) {
      fmt::print(stderr, "error: {}\n", outcome.problem);
      return exit_bad_input;
    }
    Result& result = outcome.result;
    result.version = version;
    result.command = command_line;
    if (const std::string problem = write_output(output_, rendered(result)); !problem.empty()) {
      fmt::print(stderr, "error: {}\n", problem);
      return exit_impossible;
    }
    if (result.run.partial) return exit_interrupted;
    return result.verdict == Verdict::pass ? exit_done : exit_goal_missed;
  }

 private:
  std::string rendered(const Result& result) const {
    if (format_ == "json") return json_report(result);
    if (format_ == "markdown") return markdown_report(result);
    if (format_ == "csv") return csv_report(result);
    ColourChoice choice = ColourChoice::automatic;
    if (color_ == "always") choice = ColourChoice::always;
    if (color_ == "never" || no_color_ || !output_.empty()) choice = ColourChoice::never;
    return terminal_report(result, terminal_style(stdout, choice));
  }

  ScenarioOptions scenario_;
  std::string format_ = "table";
  std::string output_;
  std::string color_ = "auto";
  bool no_color_ = false;
  bool quiet_ = false;
  int threads_ = 0;
};

}  // namespace

Command run_command() {
  return {"run", "Simulates a scenario and prints the answer",
          [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<Run>(app); }};
}

}  // namespace windtunnel
