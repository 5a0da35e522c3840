#pragma once

#include <span>
#include <string_view>

namespace windtunnel {

/// A text file of the repository that the build put into the binary (cmake/embed.cmake).
struct EmbeddedFile {
  std::string_view name;  ///< without folder: "gpus.csv"
  std::string_view text;
};

/// The tables under models/, in alphabetical order.
std::span<const EmbeddedFile> embedded_models();

}  // namespace windtunnel
