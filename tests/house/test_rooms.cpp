// The house's plan, held against the code: a room includes only what src/CMakeLists.txt lets it use.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path root = WINDTUNNEL_ROOT;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

using Uses = std::map<std::string, std::set<std::string>>;

/// The rooms and what each may use: what USES names, and what those use in turn.
Uses declared_rooms() {
  const std::string text = text_of(root / "src/CMakeLists.txt");
  const std::regex room(R"(windtunnel_room\((\w+)([^)]*)\))");
  Uses rooms;
  for (std::sregex_iterator at(text.begin(), text.end(), room), end; at != end; ++at) {
    std::istringstream words((*at)[2].str());
    std::set<std::string>& uses = rooms[(*at)[1].str()];
    bool inside = false;
    for (std::string word; words >> word;) {
      if (word == "USES") {
        inside = true;
      } else if (word == "LIBRARIES" || word == "PUBLIC_LIBRARIES") {
        inside = false;
      } else if (inside) {
        uses.insert(word);
      }
    }
  }
  for (bool grew = true; grew;) {
    grew = false;
    for (auto& [name, uses] : rooms) {
      for (const std::string& used : std::set<std::string>(uses)) {
        for (const std::string& further : rooms[used]) grew = uses.insert(further).second || grew;
      }
    }
  }
  return rooms;
}

std::vector<fs::path> sources_of(const std::string& room) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root / "src" / room)) {
    const std::string extension = entry.path().extension();
    if (extension == ".hpp" || extension == ".cpp" || extension == ".cu" || extension == ".cuh") {
      files.push_back(entry.path());
    }
  }
  return files;
}

}  // namespace

TEST_CASE("no room uses itself through others") {
  const Uses rooms = declared_rooms();
  REQUIRE(rooms.size() > 8);
  for (const auto& [name, uses] : rooms) {
    INFO("room ", name);
    CHECK_FALSE(uses.contains(name));
  }
}

TEST_CASE("a room includes only itself and what it may use") {
  const Uses rooms = declared_rooms();
  const std::regex include(R"(#include \"([a-z_]+)/)");
  for (const auto& [name, uses] : rooms) {
    if (!fs::exists(root / "src" / name)) continue;
    for (const fs::path& file : sources_of(name)) {
      const std::string text = text_of(file);
      for (std::sregex_iterator at(text.begin(), text.end(), include), end; at != end; ++at) {
        const std::string used = (*at)[1].str();
        INFO(file.lexically_relative(root).string(), " includes ", used, "/");
        if (rooms.contains(used)) CHECK((used == name || uses.contains(used)));
      }
    }
  }
}

TEST_CASE("every folder of src is a declared room, the command line, or a part of a room") {
  const Uses rooms = declared_rooms();
  for (const auto& entry : fs::directory_iterator(root / "src")) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename();
    INFO("src/", name);
    CHECK((rooms.contains(name) || name == "cli"));
  }
}
