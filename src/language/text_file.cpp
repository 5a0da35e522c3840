#include "language/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "language/quantity.hpp"
#include "language/suggest.hpp"

namespace windtunnel {
namespace {

/// "did you mean `shop.yaml`?", from the files beside the one that is missing.
std::string similar_file(const std::filesystem::path& path) {
  std::error_code failed;
  std::vector<std::string> names;
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  for (std::filesystem::directory_iterator it(folder, failed), end; !failed && it != end;
       it.increment(failed)) {
    if (names.size() == 1000) break;
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const auto near = nearest_name(path.filename().string(), names);
  return near ? fmt::format("did you mean `{}`?", (path.parent_path() / *near).string()) : std::string();
}

/// The length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none.
/// Table 3-7 of the Unicode Standard: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : (lead & 0xF0) == 0xE0        ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

std::optional<std::size_t> find_not_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0 || c == 0x7F || (c < 0x20 && c != '\t' && c != '\n' && c != '\r')) return at;
    at += length;
  }
  return std::nullopt;
}

Mark mark_at(std::string_view text, std::size_t byte, int source) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const auto characters = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start),
                                        before.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return {source, static_cast<int>(lines) + 1, static_cast<int>(characters) + 1};
}

std::optional<TextFile> read_text_file(const std::string& path, std::size_t limit_bytes,
                                       Diagnostics& diagnostics) {
  const auto refuse = [&](std::string code, std::string message, std::string help) {
    const int source = diagnostics.add_source(path, "");
    diagnostics.error(std::move(code), std::move(message), Mark{source, 0, 0}).help = std::move(help);
    return std::nullopt;
  };
  const auto too_large = [&] {
    return refuse("E0103", fmt::format("the file is larger than {}", to_text(Bytes{double(limit_bytes)})),
                  "a scenario is a short text; large data belong into trace files");
  };
  std::error_code failed;
  const auto status = std::filesystem::status(path, failed);
  if (status.type() == std::filesystem::file_type::not_found)
    return refuse("E0101", "there is no such file", similar_file(path));
  if (std::filesystem::is_directory(status))
    return refuse("E0102", "this is a directory, not a scenario file", "name a .yaml file in it");
  if (std::filesystem::is_regular_file(status)) {
    const auto size = std::filesystem::file_size(path, failed);
    if (!failed && size > limit_bytes) return too_large();
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  TextFile file;
  file.text.resize(limit_bytes + 1);
  in.read(file.text.data(), static_cast<std::streamsize>(file.text.size()));
  if (!in.is_open() || in.bad())
    return refuse("E0101", fmt::format("the file cannot be read: {}", std::strerror(errno)), "");
  file.text.resize(static_cast<std::size_t>(in.gcount()));
  if (file.text.size() > limit_bytes) return too_large();
  file.source = diagnostics.add_source(path, file.text);
  return file;
}

}  // namespace windtunnel
