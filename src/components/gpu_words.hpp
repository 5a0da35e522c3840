#pragma once
#include "gpu/dnn_batch.hpp"
#include "gpu/precision.hpp"
#include "language/value_type.hpp"

namespace windtunnel {

const Choices<Precision>& choices(Precision);
const Choices<DnnRuntime>& choices(DnnRuntime);

}  // namespace windtunnel
