#include "report/snapshot.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace windtunnel {

std::string approved(const std::string& name, const std::string& text) {
  const std::string path = std::string(WINDTUNNEL_ROOT) + "/tests/report/expected/" + name;
  const char* update = std::getenv("UPDATE_SNAPSHOTS");
  if (update && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return text;
  }
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

}  // namespace windtunnel
