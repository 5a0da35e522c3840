#pragma once
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace windtunnel {

// What a command ends with, as documented in docs/cli.md.
inline constexpr int exit_done = 0;         ///< done, and every goal met
inline constexpr int exit_goal_missed = 1;  ///< done, but a goal was not met (or could not be decided)
inline constexpr int exit_bad_input = 2;    ///< the scenario or the command line is wrong
inline constexpr int exit_impossible = 3;   ///< it could not be done: no such device, disk full
inline constexpr int exit_interrupted = 130;

/// The command line as it was typed, for outputs that can be kept.
std::string command_line(int argc, const char* const* argv);

/// A subcommand: a function that declares its options, and one that runs it. One row of the table in
/// main.cpp.
struct Command {
  const char* name;
  const char* about;
  /// Declares options on `app` and gives what is to be run when this command was chosen.
  struct Action {
    virtual ~Action() = default;
    virtual int run(const std::string& command_line) = 0;
  };
  std::unique_ptr<Action> (*declare)(CLI::App& app);
  bool hidden = false;  ///< not in `--help`: for scripts
};

Command run_command();
Command check_command();
Command explain_command();
Command schema_command();
Command catalog_command();
Command new_command();
Command docs_command();
Command completion_command();
Command man_command();

}  // namespace windtunnel
