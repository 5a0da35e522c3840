#include "language/balance.hpp"

namespace windtunnel {

const Choices<BalancePolicy>& choices(BalancePolicy) {
  static const Choices<BalancePolicy> words = {
      {"random", BalancePolicy::random, "any, all equally likely"},
      {"round_robin", BalancePolicy::round_robin, "by turns"},
      {"weighted", BalancePolicy::weighted,
       "by turns in proportion to weights (smooth weighted round robin, as nginx)"},
      {"least_requests", BalancePolicy::least_requests,
       "the one with the fewest requests outstanding among `choices` drawn at random (Mitzenmacher 1996)"},
      {"least_connections", BalancePolicy::least_connections,
       "the one with the fewest requests outstanding of all, of equals the one least recently used (as "
       "HAProxy)"},
      {"consistent_hash", BalancePolicy::consistent_hash,
       "by the call's key, on a ring with bounded loads (Mirrokni et al. 2018)"}};
  return words;
}

void describe(Fields<Balance>& f) {
  f.about("balance", "How calls are spread over replicas.");
  f.add("kind", &Balance::kind)
      .fallback("round_robin", "the default of nginx, HAProxy and Envoy")
      .doc("The policy.");
  f.add("choices", &Balance::choices)
      .fallback("2", "power of two choices, Mitzenmacher 1996; Envoy's default")
      .at_least("1")
      .at_most("16")
      .doc("Replicas drawn by `least_requests`.");
  f.add("with_replacement", &Balance::with_replacement)
      .fallback("false", "nginx's `random two` draws distinct servers")
      .doc("Whether the draws may hit the same replica twice.");
  f.add("snapshot_period", &Balance::snapshot_period)
      .fallback("0s", "load figures are always fresh")
      .doc("Load figures are refreshed this often and stale in between (herding).");
  f.add("virtual_nodes", &Balance::virtual_nodes)
      .fallback("160", "Ketama: 160 points per server")
      .at_least("1")
      .doc("Points of each replica on the ring of `consistent_hash`.");
  f.add("bound", &Balance::bound)
      .fallback("1.25", "Mirrokni, Thorup, Zadimoghaddam 2018; HAProxy's hash-balance-factor")
      .at_least("0")
      .doc("Most load of a replica as a multiple of the mean, in `consistent_hash`; 0 for no bound.");
  f.check([](const Balance& balance, ObjectCheck& check) {
    if (balance.bound > 0 && balance.bound <= 1)
      check.error("bound", "a bound must be above 1, or 0 for none: not all can stay below the mean");
  });
  f.word("kind");
  f.positional({"choices"});
}

}  // namespace windtunnel
