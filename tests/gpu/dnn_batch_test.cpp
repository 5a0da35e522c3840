// Batch times of networks that answer in one pass.

#include "gpu/dnn_batch.hpp"

#include <doctest/doctest.h>

#include "catalog/catalog.hpp"

using namespace windtunnel;

namespace {

const Catalog& catalog() {
  static const Catalog the_catalog;
  return the_catalog;
}

DnnBatchTime batch_time(const char* gpu, const char* model, DnnRuntime runtime = DnnRuntime::kCompiled) {
  return DnnBatchTime(Accelerator(*catalog().find_gpu(gpu)), *catalog().find_dnn_model(model),
                      Precision::kFp16, runtime);
}

}  // namespace

TEST_CASE("measured points: linear between, the last slope beyond") {
  const DnnBatchTime time({{8, 9e-3}, {1, 2e-3}, {16, 17e-3}});
  CHECK(time.seconds(1) == doctest::Approx(2e-3));
  CHECK(time.seconds(4.5) == doctest::Approx(5.5e-3));
  CHECK(time.seconds(32) == doctest::Approx(33e-3));
  CHECK(time.throughput(8) == doctest::Approx(8 / 9e-3));
  CHECK(DnnBatchTime({{4, 8e-3}}).seconds(8) == doctest::Approx(16e-3));
}

TEST_CASE("Triton's Inception: two measured points predict the other concurrencies of the batching server") {
  // triton-inference-server/server @ 06151b8b, docs/user_guide/optimization.md: dynamic batching, one
  // instance, closed loop of N. In a closed loop half of the users wait while the other half is served: X(N)
  // = N / (S(⌊N/2⌋) + S(⌈N/2⌉)). S(2) and S(4) from N = 4 and 8.
  const DnnBatchTime time({{2, 4 / 165.2 / 2}, {4, 8 / 272.0 / 2}});
  struct {
    int users;
    double measured;
  } const cases[] = {{5, 194.4}, {6, 217.6}, {7, 249.8}};
  for (const auto& c : cases) {
    const double x = c.users / (time.seconds(c.users / 2) + time.seconds((c.users + 1) / 2));
    CHECK(x == doctest::Approx(c.measured).epsilon(0.05));
  }
}

TEST_CASE("every network of the catalog has a time that grows with the batch and keeps to the data sheet") {
  for (const char* gpu : {"h100-sxm", "l4", "t4"})
    for (const DnnModel& model : catalog().dnn_models()) {
      CAPTURE(model.name);
      const Accelerator accelerator(*catalog().find_gpu(gpu));
      const DnnBatchTime time(accelerator, model, Precision::kFp16, DnnRuntime::kCompiled);
      double before = 0;
      for (const double batch : {1.0, 2.0, 7.0, 64.0, 1000.0, 5000.0}) {
        const double seconds = time.seconds(batch);
        CHECK(seconds >= before);
        CHECK(seconds >=
              batch * model.flops.value_or(0) / peak_flops(accelerator.gpu(), Precision::kFp16) * 0.999);
        before = seconds;
      }
      CHECK(time.throughput(64) > time.throughput(1));
    }
}

TEST_CASE("a published throughput is scaled by what binds the network") {
  // ResNet-50: 3729.86 images/s on an RTX 3090 (936 GB/s); ViT-B/16: 1572.08 (71 TFLOPS).
  CHECK(batch_time("h100-sxm", "resnet50").throughput(1024) ==
        doctest::Approx(3729.86 * 3350 / 936).epsilon(0.01));
  CHECK(batch_time("h100-sxm", "vit-base-patch16-224").throughput(1024) ==
        doctest::Approx(1572.08 * 989 / 71).epsilon(0.01));
}

TEST_CASE("a framework's launches bound small batches, and not large ones") {
  const auto eager = batch_time("h100-sxm", "resnet50", DnnRuntime::kEager);
  const auto compiled = batch_time("h100-sxm", "resnet50", DnnRuntime::kCompiled);
  CHECK(eager.seconds(1) == doctest::Approx(170 * 9e-6));
  CHECK(compiled.seconds(1) < eager.seconds(1) / 3);
  CHECK(eager.seconds(512) == doctest::Approx(compiled.seconds(512)));
}
