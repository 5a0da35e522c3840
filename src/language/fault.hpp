// What goes wrong, and when.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "language/fields.hpp"

namespace windtunnel {

/// What a fault strikes: `ranker`, `ranker[3]`, `ranker[0..3]`, `ranker[*]`, `any ranker`, `us-east`,
/// `us-east/a`. Names are resolved when the whole scenario is known.
struct FaultTarget {
  enum class Kind { component, region, zone };
  Kind kind = Kind::component;
  std::string name;          ///< of the component or the region
  std::string zone;          ///< where kind is zone
  std::optional<int> first;  ///< replicas first to last; absent: all of them
  std::optional<int> last;
  bool any = false;  ///< one replica, drawn at random each time
  Mark mark;
  std::string text;
};
template <>
struct ValueType<FaultTarget> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, FaultTarget&);
  static void measure(const FaultTarget&, std::vector<double>&) {}
};

struct Fault {
  std::optional<Duration> at;
  std::optional<Duration> every;  ///< at random, with this mean time between
  std::optional<Duration> lasts;  ///< absent: to the end of the run
  // Exactly one of these four is given.
  std::vector<FaultTarget> crash;
  std::vector<FaultTarget> slow;
  std::vector<std::vector<FaultTarget>> partition;  ///< sides that cannot reach each other
  std::vector<std::vector<FaultTarget>> lossy;      ///< sides between which messages are lost
  std::optional<Factor> by;                         ///< of slow: so many times slower
  std::optional<Ratio> loss;                        ///< of lossy
};
void describe(Fields<Fault>&);

}  // namespace windtunnel
