// How calls are spread over replicas.
#pragma once

#include "language/fields.hpp"

namespace windtunnel {

enum class BalancePolicy {
  random,
  round_robin,
  weighted,
  least_requests,
  least_connections,
  consistent_hash
};
const Choices<BalancePolicy>& choices(BalancePolicy);

/// `policy: least_requests(2)`, `balance: round_robin`
struct Balance {
  BalancePolicy kind = BalancePolicy::round_robin;
  int choices = 2;
  bool with_replacement = false;
  Duration snapshot_period;
  int virtual_nodes = 160;
  double bound = 1.25;
};
void describe(Fields<Balance>& f);

}  // namespace windtunnel
