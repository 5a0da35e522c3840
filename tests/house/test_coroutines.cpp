// GCC 12 lays out a coroutine's frame wrongly when a condition awaits (docs/kernel.md): none may.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

namespace fs = std::filesystem;

namespace {

bool awaits_in_condition(const std::string& text) {
  static const std::regex keyword(R"(\b(if|while|switch)\s*\()");
  for (std::sregex_iterator at(text.begin(), text.end(), keyword), end; at != end; ++at) {
    const auto start = static_cast<std::size_t>(at->position() + at->length());
    std::size_t stop = start;
    for (int open = 1; open > 0 && stop < text.size(); ++stop)
      open += (text[stop] == '(') - (text[stop] == ')');
    if (text.substr(start, stop - start).find("co_await") != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("no condition awaits") {
  CHECK(awaits_in_condition("if (!co_await within(limit, call())) return;"));
  CHECK(awaits_in_condition("while ((x + f(g(1))) < co_await next())"));
  CHECK_FALSE(awaits_in_condition("if (wanted(f(1))) reply = co_await call();"));
  CHECK_FALSE(awaits_in_condition("while (open()) { co_await sleep(1); }"));
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(WINDTUNNEL_ROOT) / "src")) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp") continue;
    std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    if (text.str().find("co_await") == std::string::npos) continue;
    CHECK_MESSAGE(!awaits_in_condition(text.str()), entry.path().string());
  }
}
