#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "cli/command.hpp"
#include "language/suggest.hpp"
#include "version.hpp"

namespace windtunnel {
namespace {

/// The subcommands in the order of `--help`.
std::vector<Command> commands() {
  return {run_command(),    check_command(),      explain_command(), catalog_command(), new_command(),
          schema_command(), completion_command(), man_command(),     docs_command()};
}

/// CLI11 says what is wrong; the nearest name that it knows is said besides.
int report_parse_error(CLI::App& app, const CLI::ParseError& error, const char* asked) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  fmt::print(stderr, "windtunnel: {}\n", error.what());
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  const bool is_command = asked && std::find(names.begin(), names.end(), asked) != names.end();
  if (asked && !is_command) {
    if (const auto near = nearest_name(asked, names))
      fmt::print(stderr, "  did you mean `windtunnel {}`?\n", *near);
  }
  fmt::print(stderr, "  see `windtunnel{} --help`\n", is_command ? " " + std::string(asked) : "");
  return exit_bad_input;
}

int main(int argc, char** argv) {
  CLI::App app("A wind tunnel for system designs: what an architecture will do before it is built.",
               "windtunnel");
  app.set_version_flag("--version", std::string("windtunnel ") + version);
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, std::unique_ptr<Command::Action>>> actions;
  for (const Command& command : commands()) {
    CLI::App* subcommand = app.add_subcommand(command.name, command.about);
    if (command.hidden) subcommand->group("");
    actions.emplace_back(subcommand, command.declare(*subcommand));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_parse_error(app, error, argc > 1 ? argv[1] : nullptr);
  }
  for (const auto& [subcommand, action] : actions) {
    if (subcommand->parsed()) return action->run(command_line(argc, argv));
  }
  return exit_bad_input;
}

}  // namespace

std::string command_line(int argc, const char* const* argv) {
  std::string line = "windtunnel";
  for (int index = 1; index < argc; ++index) {
    const std::string word = argv[index];
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n'\"\\$`*?[]{}()<>|&;#!") == std::string::npos;
    std::string quoted;
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += " " + (plain ? word : "'" + quoted + "'");
  }
  return line;
}

}  // namespace windtunnel

int main(int argc, char** argv) {
  try {
    return windtunnel::main(argc, argv);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "windtunnel: out of memory\n");
    return windtunnel::exit_impossible;
  } catch (const std::exception& error) {
    fmt::print(stderr, "windtunnel: {}\n", error.what());
    return windtunnel::exit_impossible;
  }
}
