#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command.hpp"
#include "cli/command_lines.hpp"
#include "cli/output.hpp"
#include "version.hpp"

namespace windtunnel {
namespace {

class Completion : public Command::Action {
 public:
  explicit Completion(CLI::App& app) : app_(*app.get_parent()) {
    app.add_option("SHELL", shell_, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }
  int run(const std::string&) override {
    return write_output("", completion_script(app_, shell_)).empty() ? exit_done : exit_impossible;
  }

 private:
  const CLI::App& app_;
  std::string shell_;
};

class Man : public Command::Action {
 public:
  explicit Man(CLI::App& app) : app_(*app.get_parent()) {}
  int run(const std::string&) override {
    return write_output("", man_page(app_, version)).empty() ? exit_done : exit_impossible;
  }

 private:
  const CLI::App& app_;
};

}  // namespace

Command completion_command() {
  return {
      "completion", "Prints shell completion: source <(windtunnel completion bash)",
      [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<Completion>(app); }};
}

Command man_command() {
  return {"man", "Prints the manual page: windtunnel man | man -l -",
          [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<Man>(app); }};
}

}  // namespace windtunnel
