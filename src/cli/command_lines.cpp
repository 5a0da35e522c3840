// Completion scripts and the manual page, from CLI11's introspection.
#include "cli/command_lines.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace windtunnel {
namespace {

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  std::vector<const CLI::App*> shown;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (!command->get_group().empty()) shown.push_back(command);
  }
  return shown;
}

std::vector<std::string> flags_of(const CLI::Option& option) {
  std::vector<std::string> flags;
  for (const std::string& name : option.get_snames()) flags.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flags.push_back("--" + name);
  return flags;
}

bool takes_value(const CLI::Option& option) { return option.get_type_size_max() > 0; }

/// The words that CLI::IsMember lets through, which it shows as `TEXT:{a,b}`.
std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string bash_script(const CLI::App& app) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : shown_commands(app)) {
    names += (names.empty() ? "" : " ") + command->get_name();
    std::string flags;
    std::string values;
    std::string words;
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_positional()) words += fmt::format(" {}", fmt::join(words_of(*option), " "));
      const auto own = flags_of(*option);
      for (const std::string& flag : own) flags += " " + flag;
      if (!words_of(*option).empty() && !own.empty())
        values += fmt::format("      {}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n",
                              fmt::join(own, "|"), fmt::join(words_of(*option), " "));
    }
    cases += fmt::format("    {})\n", command->get_name());
    if (!values.empty()) cases += fmt::format("      case \"$before\" in\n{}      esac\n", values);
    cases += fmt::format("      flags=\"{}\" words=\"{}\" ;;\n", flags.substr(flags.empty() ? 0 : 1), words);
  }
  return fmt::format(R"(# bash completion for windtunnel: source <(windtunnel completion bash)
_windtunnel() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" flags="" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$word"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{}  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _windtunnel windtunnel
)",
                     names, cases);
}

std::string zsh_argument(const CLI::Option& option) {
  const auto words = words_of(option);
  const std::string action = words.empty() ? "_files" : fmt::format("({})", fmt::join(words, " "));
  const std::string about = escaped(option.get_description(), "[]:'`$\"\\");
  if (option.get_positional()) return fmt::format("      '*:{}:{}'", option.get_name(), action);
  std::string lines;
  for (const std::string& flag : flags_of(option)) {
    const std::string value = takes_value(option) ? fmt::format(":value:{}", action) : "";
    lines += fmt::format("{}      \"{}[{}]{}\"", lines.empty() ? "" : " \\\n", flag, about, value);
  }
  return lines;
}

std::string zsh_script(const CLI::App& app) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : shown_commands(app)) {
    names +=
        fmt::format("    \"{}:{}\"\n", command->get_name(), escaped(command->get_description(), ":'`$\"\\"));
    std::string arguments;
    for (const CLI::Option* option : command->get_options()) arguments += " \\\n" + zsh_argument(*option);
    cases += fmt::format("    {}) _arguments{} ;;\n", command->get_name(), arguments);
  }
  return fmt::format(R"(#compdef windtunnel
# zsh completion for windtunnel: source <(windtunnel completion zsh)
_windtunnel() {{
  local -a commands
  commands=(
{})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="${{words[2]}}"
  shift words
  (( CURRENT-- ))
  case "$command" in
{}  esac
}}
compdef _windtunnel windtunnel
)",
                     names, cases);
}

std::string fish_script(const CLI::App& app) {
  std::string out = "# fish completion for windtunnel: windtunnel completion fish | source\n";
  for (const CLI::App* command : shown_commands(app)) {
    out += fmt::format("complete -c windtunnel -n __fish_use_subcommand -f -a {} -d '{}'\n",
                       command->get_name(), escaped(command->get_description(), "'\\"));
    for (const CLI::Option* option : command->get_options()) {
      const std::string where =
          fmt::format("complete -c windtunnel -n '__fish_seen_subcommand_from {}'", command->get_name());
      const auto words = words_of(*option);
      std::string line = where;
      for (const std::string& name : option->get_snames()) line += " -s " + name;
      for (const std::string& name : option->get_lnames()) line += " -l " + name;
      if (!words.empty())
        line += fmt::format(" -x -a '{}'", fmt::join(words, " "));
      else if (takes_value(*option) && !option->get_positional())
        line += " -r";
      if (line == where) continue;
      out += line + fmt::format(" -d '{}'\n", escaped(option->get_description(), "'\\"));
    }
  }
  return out;
}

std::string roff(std::string_view text) {
  // Character by character: what roff would take for itself, and the one sign beyond ASCII that descriptions
  // use.
  std::string out = escaped(text, "\\");
  for (std::size_t at; (at = out.find("…")) != std::string::npos;)
    out.replace(at, std::string_view("…").size(), "...");
  std::string plain;
  for (const char c : out) plain += c == '-' ? std::string("\\-") : std::string(1, c);
  return plain.starts_with('.') || plain.starts_with('\'') ? "\\&" + plain : plain;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "zsh") return zsh_script(app);
  if (shell == "fish") return fish_script(app);
  return bash_script(app);
}

std::string man_page(const CLI::App& app, const std::string& version) {
  std::string out = fmt::format(".TH WINDTUNNEL 1 \"\" \"windtunnel {}\"\n.SH NAME\nwindtunnel \\- {}\n",
                                version, roff(app.get_description()));
  out += ".SH SYNOPSIS\n.B windtunnel\n.I command\n[\\fIoptions\\fR] [\\fIFILE\\fR]\n.SH COMMANDS\n";
  for (const CLI::App* command : shown_commands(app)) {
    out += fmt::format(".SS {}\n{}.\n", roff(command->get_name()), roff(command->get_description()));
    for (const CLI::Option* option : command->get_options()) {
      std::string head;
      for (const std::string& flag : flags_of(*option))
        head += (head.empty() ? "" : ", ") + fmt::format("\\fB{}\\fR", roff(flag));
      if (option->get_positional()) head = fmt::format("\\fI{}\\fR", roff(option->get_name()));
      out += fmt::format(".TP\n{}\n{}\n", head, roff(option->get_description()));
    }
  }
  out +=
      ".SH EXIT STATUS\n.TP\n0\ndone, and every goal met\n.TP\n1\ndone, but a goal was not met, or check "
      "found something\n.TP\n2\n"
      "the scenario or the command line is wrong\n.TP\n3\nit could not be done\n.TP\n130\ninterrupted\n";
  return out;
}

}  // namespace windtunnel
