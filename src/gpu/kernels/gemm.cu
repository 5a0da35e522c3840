// Matrix products through cuBLASLt, with the algorithm that its heuristic puts first, as frameworks do.

#include <cublasLt.h>

#include <cmath>
#include <optional>

#include "gpu/kernels/element.hpp"
#include "gpu/kernels/grids.hpp"
#include "gpu/kernels/session.cuh"

namespace windtunnel::calibrate {

namespace {

constexpr std::size_t kWorkspaceBytes = std::size_t{64} << 20;

void check(cublasStatus_t status, const char* what) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw CannotCalibrate(std::string(what) + " failed: " + cublasLtGetStatusString(status) +
                          "; is the cuBLASLt that is loaded the one of this CUDA toolkit?");
}
#define WINDTUNNEL_CUBLAS(call) check((call), #call)

struct ElementKind {
  const char* name;
  Fill fill;
  cudaDataType_t input, output, scale;
  cublasComputeType_t compute;
  std::size_t input_bytes, output_bytes;
};

constexpr ElementKind kKinds[] = {
    {"bf16", Fill::kBf16, CUDA_R_16BF, CUDA_R_16BF, CUDA_R_32F, CUBLAS_COMPUTE_32F, 2, 2},
    {"fp16", Fill::kFp16, CUDA_R_16F, CUDA_R_16F, CUDA_R_32F, CUBLAS_COMPUTE_32F, 2, 2},
    {"fp8", Fill::kFp8, CUDA_R_8F_E4M3, CUDA_R_16BF, CUDA_R_32F, CUBLAS_COMPUTE_32F, 1, 2},
    {"int8", Fill::kInt8, CUDA_R_8I, CUDA_R_32I, CUDA_R_32I, CUBLAS_COMPUTE_32I, 1, 4},
};

/// One element of a matrix in any of the kinds, widened.
double widened(const unsigned char* data, std::size_t index, cudaDataType_t type) {
  std::uint16_t half = 0;
  switch (type) {
    case CUDA_R_16BF:
      memcpy(&half, data + 2 * index, 2);
      return static_cast<double>(to_float(Bf16{half}));
    case CUDA_R_16F: {
      memcpy(&half, data + 2 * index, 2);
      const int exponent = half >> 10 & 31;
      const double fraction = (half & 1023) / 1024.0;
      const double size = exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15);
      return half & 0x8000 ? -size : size;
    }
    case CUDA_R_8F_E4M3: {
      const int exponent = data[index] >> 3 & 15;
      const double fraction = (data[index] & 7) / 8.0;
      const double size = exponent == 0 ? std::ldexp(fraction, -6) : std::ldexp(1 + fraction, exponent - 7);
      return data[index] & 0x80 ? -size : size;
    }
    case CUDA_R_8I:
      return static_cast<signed char>(data[index]);
    default: {
      std::int32_t word = 0;
      memcpy(&word, data + 4 * index, 4);
      return word;
    }
  }
}

class LtHandle {
 public:
  LtHandle() { WINDTUNNEL_CUBLAS(cublasLtCreate(&handle_)); }
  ~LtHandle() { cublasLtDestroy(handle_); }
  LtHandle(const LtHandle&) = delete;
  LtHandle& operator=(const LtHandle&) = delete;
  cublasLtHandle_t get() const { return handle_; }

 private:
  cublasLtHandle_t handle_ = nullptr;
};

/// out[m][n] = x[m][k] · w[n][k]ᵀ, all row by row: for cuBLASLt's column order that is outᵀ = (wᵀ)ᵀ · xᵀ, the
/// "TN" form which fp8 and int8 tensor cores require.
class Gemm {
 public:
  Gemm(const LtHandle& handle, const ElementKind& kind, int m, int n, int k)
      : handle_(handle), kind_(kind), w_(kind.input, k, n), x_(kind.input, k, m), out_(kind.output, n, m) {
    WINDTUNNEL_CUBLAS(cublasLtMatmulDescCreate(&operation_, kind.compute, kind.scale));
    set(CUBLASLT_MATMUL_DESC_TRANSA, static_cast<std::int32_t>(CUBLAS_OP_T));
    if (kind.input == CUDA_R_8F_E4M3) set(CUBLASLT_MATMUL_DESC_FAST_ACCUM, static_cast<std::int8_t>(1));
    cublasLtMatmulPreference_t preference = nullptr;
    WINDTUNNEL_CUBLAS(cublasLtMatmulPreferenceCreate(&preference));
    WINDTUNNEL_CUBLAS(cublasLtMatmulPreferenceSetAttribute(
        preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &kWorkspaceBytes, sizeof kWorkspaceBytes));
    int found = 0;
    const cublasStatus_t status =
        cublasLtMatmulAlgoGetHeuristic(handle.get(), operation_, w_.layout, x_.layout, out_.layout,
                                       out_.layout, preference, 1, &choice_, &found);
    cublasLtMatmulPreferenceDestroy(preference);
    supported_ = status == CUBLAS_STATUS_SUCCESS && found > 0;
  }
  ~Gemm() { cublasLtMatmulDescDestroy(operation_); }
  Gemm(const Gemm&) = delete;
  Gemm& operator=(const Gemm&) = delete;

  bool supported() const { return supported_; }

  void launch(const void* w, const void* x, void* out, const DeviceMemory& workspace,
              cudaStream_t stream) const {
    const float one = 1;
    const float zero = 0;
    const std::int32_t integer_one = 1;
    const std::int32_t integer_zero = 0;
    const bool integer = kind_.scale == CUDA_R_32I;
    WINDTUNNEL_CUBLAS(cublasLtMatmul(
        handle_.get(), operation_, integer ? static_cast<const void*>(&integer_one) : &one, w, w_.layout, x,
        x_.layout, integer ? static_cast<const void*>(&integer_zero) : &zero, out, out_.layout, out,
        out_.layout, &choice_.algo, workspace.as<void>(), kWorkspaceBytes, stream));
  }

 private:
  struct Layout {
    Layout(cudaDataType_t type, int rows, int columns) {
      WINDTUNNEL_CUBLAS(cublasLtMatrixLayoutCreate(&layout, type, static_cast<std::uint64_t>(rows),
                                                   static_cast<std::uint64_t>(columns), rows));
    }
    ~Layout() { cublasLtMatrixLayoutDestroy(layout); }
    Layout(const Layout&) = delete;
    Layout& operator=(const Layout&) = delete;
    cublasLtMatrixLayout_t layout = nullptr;
  };

  template <class T>
  void set(cublasLtMatmulDescAttributes_t attribute, T value) {
    WINDTUNNEL_CUBLAS(cublasLtMatmulDescSetAttribute(operation_, attribute, &value, sizeof value));
  }

  const LtHandle& handle_;
  const ElementKind& kind_;
  Layout w_, x_, out_;
  cublasLtMatmulDesc_t operation_ = nullptr;
  cublasLtMatmulHeuristicResult_t choice_{};
  bool supported_ = false;
};

/// One kind of element: memory for the measurements, and the curve.
class GemmMeasurement {
 public:
  GemmMeasurement(Session& session, const ElementKind& kind) : session_(session), kind_(kind) {}

  void run() {
    session_.refill_inputs(kind_.fill);
    if (!verify()) return;
    const auto shapes = gemm_shapes(session_.quick);
    const auto tokens = token_grid(session_.quick);
    std::size_t expected = 0;
    for (const GemmShape& shape : shapes)
      for (const int m : tokens) expected += m <= shape.most_tokens;
    Curve& curve = session_.start_curve(
        {"gemm", kind_.name, "cuBLASLt, first heuristic", {"m", "n", "k"}, {}}, expected);
    for (const GemmShape& shape : shapes)
      for (const int m : tokens)
        if (m <= shape.most_tokens && !session_.out_of_time()) measure(curve, m, shape.n, shape.k);
  }

 private:
  /// Some kernels take token counts in multiples of 16 only: engines then pad, and so does this.
  std::optional<int> padded_tokens(int m, int n, int k) const {
    if (Gemm(handle_, kind_, m, n, k).supported()) return m;
    const int padded = (m + 15) / 16 * 16;
    if (Gemm(handle_, kind_, padded, n, k).supported()) return padded;
    return std::nullopt;
  }

  void measure(Curve& curve, int m, int n, int k) {
    const auto tokens = padded_tokens(m, n, k);
    if (!tokens) return;
    const Gemm gemm(handle_, kind_, *tokens, n, k);
    const std::size_t weight_bytes = kind_.input_bytes * static_cast<std::size_t>(n) * k;
    const std::size_t weight_room = (weight_bytes + 255) / 256 * 256;
    const std::size_t input_bytes = kind_.input_bytes * static_cast<std::size_t>(*tokens) * k;
    const std::size_t output_bytes = kind_.output_bytes * static_cast<std::size_t>(*tokens) * n;
    if (weight_room + input_bytes > session_.inputs().bytes() || output_bytes > session_.outputs().bytes())
      return;
    const Rotation in(session_.inputs(), weight_room + input_bytes);
    const Rotation out(session_.outputs(), output_bytes);
    const Spread seconds = session_.time_on_device([&](cudaStream_t stream, int i) {
      const auto* w = in.at<unsigned char>(i);
      gemm.launch(w, w + weight_room, out.at<void>(i), workspace_, stream);
    });
    const double moved = kind_.input_bytes * (1.0 * n * k + 1.0 * m * k) + kind_.output_bytes * 1.0 * m * n;
    session_.add_point(curve, {{1.0 * m, 1.0 * n, 1.0 * k}, seconds, 2.0 * m * n * k, moved});
  }

  /// A small product against sums on the CPU: that rows, columns and types are where they are said to be.
  bool verify() {
    constexpr int kM = 48;
    constexpr int kN = 64;
    constexpr int kK = 128;
    const Gemm gemm(handle_, kind_, kM, kN, kK);
    const std::string name = std::string("cuBLASLt gemm ") + kind_.name;
    if (!gemm.supported()) {
      session_.profile.notes.push_back(name + ": this GPU or this cuBLASLt does not offer it");
      return false;
    }
    const std::size_t w_bytes = kind_.input_bytes * kN * kK;
    const std::size_t x_bytes = kind_.input_bytes * kM * kK;
    const DeviceMemory result = poisoned(kind_.output_bytes * kM * kN);
    const auto* w = session_.inputs().as<unsigned char>();
    gemm.launch(w, w + w_bytes, result.as<void>(), workspace_, session_.stream());
    WINDTUNNEL_CUDA(cudaStreamSynchronize(session_.stream()));
    std::vector<unsigned char> input(w_bytes + x_bytes);
    WINDTUNNEL_CUDA(cudaMemcpy(input.data(), w, input.size(), cudaMemcpyDeviceToHost));
    const auto output = to_host<unsigned char>(result);
    double difference = 0;
    double size = 0;
    for (int m = 0; m < kM; ++m)
      for (int n = 0; n < kN; ++n) {
        double sum = 0;
        for (int k = 0; k < kK; ++k)
          sum += widened(input.data(), static_cast<std::size_t>(n) * kK + k, kind_.input) *
                 widened(input.data() + w_bytes, static_cast<std::size_t>(m) * kK + k, kind_.input);
        const double error = widened(output.data(), static_cast<std::size_t>(m) * kN + n, kind_.output) - sum;
        difference += error * error;
        size += sum * sum;
      }
    return session_.accept(name, std::sqrt(difference / size), 0.01);
  }

  Session& session_;
  const ElementKind& kind_;
  LtHandle handle_;
  DeviceMemory workspace_{kWorkspaceBytes};
};

}  // namespace

void measure_gemm(Session& session) {
  const std::size_t version = cublasLtGetVersion();  // 13.0.2 is 130002
  session.profile.cublaslt = std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) +
                             "." + std::to_string(version % 100);
  for (const ElementKind& kind : kKinds) GemmMeasurement(session, kind).run();
  session.refill_inputs(Fill::kBf16);
}

}  // namespace windtunnel::calibrate
