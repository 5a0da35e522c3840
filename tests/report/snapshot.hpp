#pragma once

#include <string>

/// What an output looked like when a person last approved it stands in tests/report/expected/NAME.
/// To approve a change: UPDATE_SNAPSHOTS=1 build/tests/test_report, then read the difference with git.
namespace windtunnel {

/// The approved text; empty where there is none. With UPDATE_SNAPSHOTS=1 writes `text` and returns it.
std::string approved(const std::string& name, const std::string& text);

}  // namespace windtunnel
