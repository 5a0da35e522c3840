// How many replicas the HorizontalPodAutoscaler wants: the cases of Kubernetes' own test of its replica
// calculator (pkg/controller/podautoscaler/replica_calculator_test.go at commit 00067268), in cores of one
// requested per pod.
#include <doctest/doctest.h>

#include <string>

#include "simulation/autoscaler.hpp"

using namespace windtunnel;

TEST_CASE("replicas wanted agree with Kubernetes") {
  struct {
    std::string name;
    ReplicaLoad load;
    double target;
    int wanted;
  } const cases[] = {
      {"ScaleUp", {3, 3, 0.3 + 0.5 + 0.7}, 0.3, 5},
      {"ScaleUpUnreadyLessScale", {3, 2, 0.5 + 0.7, 1}, 0.3, 4},
      {"ScaleUpUnreadyNoScale", {3, 1, 0.4, 2}, 0.3, 3},
      {"ScaleUpIgnoresFailedPods", {2, 2, 0.5 + 0.7}, 0.3, 4},
      {"ScaleDown", {5, 5, 0.1 + 0.3 + 0.5 + 0.25 + 0.25}, 0.5, 3},
      {"ScaleDownIncludeUnreadyPods", {5, 3, 0.1 + 0.3 + 0.5, 2}, 0.5, 2},
      {"ScaleDownExcludeUnscheduledPods", {5, 1, 0.1, 4}, 0.5, 1},
      {"Tolerance", {3, 3, 3 * (1.01 + 1.03 + 1.02) / (0.9 + 1.0 + 1.1)}, 1, 3},
      {"SuperfluousMetrics", {4, 4, 4 + 9.5 + 3 + 7}, 1, 24},
      {"MissingMetrics", {4, 2, 0.4 + 0.095, 0, 2}, 1, 3},
      {"MissingMetricsNoChangeEq", {2, 1, 1, 0, 1}, 1, 2},
      {"MissingMetricsNoChangeGt", {2, 1, 1.9, 0, 1}, 1, 2},
      {"MissingMetricsNoChangeLt", {2, 1, 0.6, 0, 1}, 1, 2},
      {"MissingMetricsUnreadyChange", {3, 1, 0.45, 1, 1}, 0.5, 3},
      {"MissingMetricsUnreadyScaleUp", {3, 1, 2, 1, 1}, 0.5, 4},
      {"MissingMetricsUnreadyScaleDown", {4, 2, 0.1 + 0.1, 1, 1}, 0.5, 3},
  };
  for (const auto& one : cases) {
    CAPTURE(one.name);
    CHECK(replicas_wanted(one.load, one.target, 0.1) == one.wanted);
  }
}
