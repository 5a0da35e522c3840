#pragma once

#include <string>

namespace CLI {
class App;
}

namespace windtunnel {

/// Shell completion from what the command line declares: bash, zsh or fish.
std::string completion_script(const CLI::App& app, const std::string& shell);

/// The manual page, in roff.
std::string man_page(const CLI::App& app, const std::string& version);

}  // namespace windtunnel
