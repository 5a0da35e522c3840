// Autoscaling of replicas.
#pragma once

#include <string>

#include "language/fields.hpp"

namespace windtunnel {

enum class ScaleMetric { cpu, concurrency };
const Choices<ScaleMetric>& choices(ScaleMetric);

/// `scale: {metric: cpu, target: 60%, min: 120, max: 400, starts_in: container}`
struct Scale {
  ScaleMetric metric = ScaleMetric::cpu;
  Ratio target;
  int min = 1;
  int max = 1;
  std::string starts_in;
  Duration period;
  Duration down_window;
  Ratio tolerance;
};
void describe(Fields<Scale>& f);

}  // namespace windtunnel
