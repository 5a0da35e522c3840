// windtunnel-calibrate: measures the GPU of this machine and writes a profile of it.

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr double kMostSeconds = 170;  // a calibration ends within three minutes

constexpr const char* kUsage =
    "Measures the NVIDIA GPU of this machine and writes a profile for windtunnel.\n"
    "\n"
    "usage: windtunnel-calibrate [--output DIR] [--name NAME] [--device N] [--quick] [--list] [--help]\n"
    "  --output DIR   where NAME.json goes (default: models/profiles)\n"
    "  --name NAME    name of the profile (default: from the device, such as h100-sxm)\n"
    "  --device N     which GPU (default: 0)\n"
    "  --quick        few sizes of each curve, in some seconds: shows that all works, too coarse to predict "
    "from\n"
    "  --list         what is measured; needs no GPU\n"
    "Exit codes: 0 done, 2 wrong command line, 3 it could not be done (no GPU, a kernel failed its check).\n";

struct Section {
  const char* name;
  const char* what;
  void (*measure)(Session&);
};

constexpr Section kSections[] = {
    {"launches", "kernel launch and graph launch latency", measure_launches},
    {"transfers", "copies on the device; to and from the host, page-locked and pageable", measure_transfers},
    {"gemm", "cuBLASLt matrix products in bf16, fp16, fp8, int8: layer shapes by 1 to 8192 tokens",
     measure_gemm},
    {"attention", "decode (paged, grouped heads, ragged lengths) and causal prefill attention",
     measure_attention},
    {"layers", "RMSNorm, LayerNorm, SiLU times up, rotary, embedding gather", measure_layers},
    {"search", "top-k and brute-force vector search", measure_search},
    {"images", "resize and normalise", measure_images},
    {"all-reduce", "sum over several GPUs by peer access", measure_all_reduce},
};

struct Options {
  std::filesystem::path output = "models/profiles";
  std::string name;
  int device = 0;
  bool quick = false, list = false, help = false;
  std::string error;
};

Options parse(int count, char** words) {
  Options options;
  for (int i = 1; i < count && options.error.empty(); ++i) {
    const std::string word = words[i];
    const bool takes_value = word == "--output" || word == "--name" || word == "--device";
    if (takes_value && i + 1 == count) {
      options.error = word + " needs a value";
    } else if (word == "--output") {
      options.output = words[++i];
    } else if (word == "--name") {
      options.name = words[++i];
    } else if (word == "--device") {
      char* end = nullptr;
      options.device = static_cast<int>(std::strtol(words[++i], &end, 10));
      if (*end != '\0' || end == words[i] || options.device < 0)
        options.error = "--device needs a number from 0";
    } else if (word == "--quick") {
      options.quick = true;
    } else if (word == "--list") {
      options.list = true;
    } else if (word == "--help" || word == "-h") {
      options.help = true;
    } else {
      options.error = "unknown option " + word;
    }
  }
  if (options.name.find('/') != std::string::npos) options.error = "--name is a name, not a path";
  return options;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// Writes beside the target first, so that a profile is there whole or not at all.
void write_profile(const MeasuredProfile& profile, const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  const std::filesystem::path target = directory / (profile.gpu + ".json");
  const std::filesystem::path partial = directory / ("." + profile.gpu + ".json." + std::to_string(getpid()));
  std::ofstream file(partial);
  file << to_json(profile);
  file.close();
  if (file) std::filesystem::rename(partial, target, failed);
  if (!file || failed) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw CannotCalibrate("cannot write " + target.string() +
                          ": name a directory that can be written with --output");
  }
  std::printf("%s\n", target.c_str());
}

/// True when every kernel gave the right result.
bool calibrate(const Options& options) {
  Session session(options.device, options.quick, kMostSeconds);
  MeasuredProfile& profile = session.profile;
  std::fprintf(stderr, "%s, driver %s, CUDA %s\n", profile.device.c_str(), profile.driver.c_str(),
               profile.cuda_runtime.c_str());
  if (!options.name.empty()) profile.gpu = options.name;
  profile.program_version = WINDTUNNEL_VERSION;
  profile.options = options.quick ? "--quick" : "";
  profile.date_utc = utc_now();
  for (const Section& section : kSections) section.measure(session);
  profile.after = read_clocks(options.device);
  profile.wall_seconds = session.elapsed_seconds();
  write_profile(profile, options.output);
  bool all_passed = true;
  for (const Check& done : profile.checks) all_passed &= done.passed;
  return all_passed;
}

int run(int count, char** words) {
  const Options options = parse(count, words);
  if (!options.error.empty()) {
    std::fprintf(stderr, "windtunnel-calibrate: %s\n\n%s", options.error.c_str(), kUsage);
    return 2;
  }
  if (options.help) {
    std::printf("%s", kUsage);
    return 0;
  }
  if (options.list) {
    for (const Section& section : kSections) std::printf("%-12s %s\n", section.name, section.what);
    return 0;
  }
  try {
    if (calibrate(options)) return 0;
    std::fprintf(
        stderr,
        "windtunnel-calibrate: a kernel gave a wrong result and was left out; the profile's \"checks\" name "
        "it: rebuild for this GPU (-DCMAKE_CUDA_ARCHITECTURES=native) and report it if it stays\n");
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "windtunnel-calibrate: %s\n", reason.what());
  }
  return 3;
}

}  // namespace

}  // namespace windtunnel::calibrate

int main(int count, char** words) { return windtunnel::calibrate::run(count, words); }
