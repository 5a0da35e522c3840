#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "catalog/catalog.hpp"
#include "check/check.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "report/review.hpp"
#include "report/style.hpp"
#include "version.hpp"

namespace windtunnel {
namespace {

class Check : public Command::Action {
 public:
  explicit Check(CLI::App& app) {
    scenario_.declare(app);
    app.add_option("--format", format_, "table, json, sarif or github")
        ->check(CLI::IsMember({"table", "json", "sarif", "github"}));
    app.add_option("-o,--output", output_, "Writes the findings to a file")->type_name("FILE");
    app.add_option("--fail-on", fail_on_, "The least severity that makes the exit code 1")
        ->check(CLI::IsMember({"error", "warning", "info"}));
    app.add_option("--color", color_, "always, never or auto")
        ->check(CLI::IsMember({"always", "never", "auto"}));
    app.add_flag("--no-color", no_color_, "The same as --color=never");
  }

  int run(const std::string& command_line) override {
    const Loaded loaded = scenario_.load_quietly();
    if (!loaded.scenario) {
      std::fputs(render(loaded.diagnostics, scenario_.diagnostic_style(stderr)).c_str(), stderr);
      return exit_bad_input;
    }
    const Catalog catalog;
    const Review review = check_scenario(*loaded.scenario, catalog);
    if (const std::string problem = write_output(output_, rendered(review, loaded.diagnostics, command_line));
        !problem.empty()) {
      fmt::print(stderr, "error: {}\n", problem);
      return exit_impossible;
    }
    const ReviewCounts counts = count(review);
    const bool fails = counts.errors > 0 || (counts.warnings > 0 && fail_on_ != "error") ||
                       (counts.notes > 0 && fail_on_ == "info");
    return fails ? exit_goal_missed : exit_done;
  }

 private:
  std::string rendered(const Review& review, const Diagnostics& sources,
                       const std::string& command_line) const {
    if (format_ == "json") return review_json(review, sources, command_line, version);
    if (format_ == "sarif") return review_sarif(review, sources, version);
    if (format_ == "github") return review_github(review, sources);
    ColourChoice choice = ColourChoice::automatic;
    if (color_ == "always") choice = ColourChoice::always;
    if (color_ == "never" || no_color_ || !output_.empty()) choice = ColourChoice::never;
    return review_text(review, sources, terminal_style(stdout, choice).colour);
  }

  ScenarioOptions scenario_;
  std::string format_ = "table";
  std::string output_;
  std::string fail_on_ = "warning";
  std::string color_ = "auto";
  bool no_color_ = false;
};

}  // namespace

Command check_command() {
  return {"check", "Reviews a scenario before anything runs: single points of failure, timeouts, overload",
          [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<Check>(app); }};
}

}  // namespace windtunnel
