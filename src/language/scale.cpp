#include "language/scale.hpp"

namespace windtunnel {

const Choices<ScaleMetric>& choices(ScaleMetric) {
  static const Choices<ScaleMetric> words = {
      {"cpu", ScaleMetric::cpu, "share of the replicas' cores in use"},
      {"concurrency", ScaleMetric::concurrency, "share of the replicas' concurrency slots in use"}};
  return words;
}

void describe(Fields<Scale>& f) {
  const std::string hpa = "Kubernetes HorizontalPodAutoscaler";
  f.about("scale", "Replicas follow the load, as the Kubernetes HorizontalPodAutoscaler does it.");
  f.add("metric", &Scale::metric).fallback("cpu", hpa + "'s usual resource metric").doc("What is held at the target.");
  f.add("target", &Scale::target).required().more_than("0%").at_most("100%").doc("Utilization to hold, mean over replicas.");
  f.add("min", &Scale::min).fallback("1", hpa + ", minReplicas").at_least("1").doc("Fewest replicas.");
  f.add("max", &Scale::max).required().at_least("1").doc("Most replicas.");
  f.add("starts_in", &Scale::starts_in)
      .fallback("container", "the catalog's start-up times")
      .doc("Time until a new replica serves: a duration, or a kind of the catalog (container, vm, …).");
  f.add("period", &Scale::period).fallback("15s", hpa + ", sync period").more_than("0s").doc("Time between decisions.");
  f.add("down_window", &Scale::down_window)
      .fallback("300s", hpa + ", stabilization window for scaling down")
      .doc("Scaling down goes to the highest need within this time.");
  f.add("tolerance", &Scale::tolerance).fallback("10%", hpa + ", tolerance").doc("Deviation from the target that is left alone.");
}

}  // namespace windtunnel
