// Every file in tests/language/broken has one mistake or several, and beside it what the user is told. To
// take over changed messages: WINDTUNNEL_UPDATE=1 build/tests/test_language, then read the difference.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "language/toy_types.hpp"

using namespace windtunnel;

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> broken_scenarios() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(WINDTUNNEL_ROOT "/tests/language/broken"))
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

TEST_CASE("each broken scenario is refused with the messages beside it") {
  const bool update = std::getenv("WINDTUNNEL_UPDATE") != nullptr;
  const auto paths = broken_scenarios();
  CHECK(paths.size() >= 40);
  for (const auto& path : paths) {
    CAPTURE(path.filename().string());
    const Loaded loaded = load_scenario_text(read(path), path.filename().string(), toy::types);
    CHECK_FALSE(loaded.scenario);
    CHECK(loaded.diagnostics.has_errors());
    const std::string messages = render(loaded.diagnostics);
    auto expected = path;
    expected.replace_extension(".expected");
    if (update) std::ofstream(expected, std::ios::binary) << messages;
    CHECK(messages == read(expected));
  }
}

TEST_CASE("what is no readable text file is refused unread") {
  struct Case {
    const char* path;
    const char* finding;
  };
  const Case cases[] = {
      {WINDTUNNEL_ROOT "/tests/language/broken", "error[E0102]: this is a directory, not a scenario file\n"},
      {WINDTUNNEL_ROOT "/tests/language/broken/emty.yaml", "error[E0101]: there is no such file\n"},
  };
  for (const Case& c : cases) {
    const Loaded loaded = load_scenario(c.path, toy::types);
    CHECK_FALSE(loaded.scenario);
    CHECK(render(loaded.diagnostics, {DiagnosticFormat::concise}) == std::string(c.path) + ": " + c.finding);
  }
  const auto huge = std::filesystem::temp_directory_path() / "windtunnel_test_huge.yaml";
  std::ofstream(huge).close();
  std::filesystem::resize_file(huge, 100u << 20);
  const Loaded loaded = load_scenario(huge.string(), toy::types);
  CHECK(render(loaded.diagnostics, {DiagnosticFormat::concise}).find("E0103") != std::string::npos);
  std::filesystem::remove(huge);
}
