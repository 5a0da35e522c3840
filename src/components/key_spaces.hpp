#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/keys.hpp"

namespace windtunnel {

/// The names under the workloads' `keys:` (user, item) as indices, and each workload's law for each of them.
/// Workloads that name the same space share its keys.
class KeySpaces {
 public:
  /// The index of a name, made if new.
  int add(std::string_view name);
  void set_law(int workload, int space, KeySampler law);

  int size() const { return static_cast<int>(names_.size()); }
  const std::string& name(int space) const { return names_[static_cast<std::size_t>(space)]; }
  /// -1 where there is no such name.
  int find(std::string_view name) const;
  /// The space whose name is a word of `text` (`item_features` → item), the first where there are several.
  int find_in_name(std::string_view text) const;

  /// Null where the workload does not draw keys of this space.
  const KeySampler* law(int workload, int space) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::optional<KeySampler>>> laws_;  // [workload][space]
};

}  // namespace windtunnel
