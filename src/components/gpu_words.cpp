#include "components/gpu_words.hpp"

namespace windtunnel {

const Choices<Precision>& choices(Precision) {
  static const Choices<Precision> words = {
      {"fp32", Precision::kFp32, "32-bit floating point"}, {"bf16", Precision::kBf16, "16-bit, wide range"},
      {"fp16", Precision::kFp16, "16-bit, fine steps"},    {"fp8", Precision::kFp8, "8-bit floating point"},
      {"int8", Precision::kInt8, "8-bit integers"},        {"int4", Precision::kInt4, "4-bit weights"}};
  return words;
}

const Choices<DnnRuntime>& choices(DnnRuntime) {
  static const Choices<DnnRuntime> words = {
      {"eager", DnnRuntime::kEager, "a framework launches kernel after kernel from the host"},
      {"compiled", DnnRuntime::kCompiled, "an engine built ahead or a CUDA graph: no launches in between"}};
  return words;
}

}  // namespace windtunnel
