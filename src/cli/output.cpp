#include "cli/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <unistd.h>

namespace windtunnel {

std::string write_output(const std::string& file, const std::string& text) {
  if (file.empty() || file == "-") {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    // A reader that has seen enough (head) closes the pipe: that is no error.
    return written || errno == EPIPE ? "" : std::string("cannot write to stdout: ") + std::strerror(errno);
  }
  const std::string temporary = file + ".part" + std::to_string(getpid());
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    const std::string reason = std::strerror(errno);
    std::remove(temporary.c_str());
    return "cannot write " + file + ": " + reason;
  }
  std::error_code problem;
  std::filesystem::rename(temporary, file, problem);
  if (!problem) return "";
  std::remove(temporary.c_str());
  return "cannot write " + file + ": " + problem.message();
}

}  // namespace windtunnel
