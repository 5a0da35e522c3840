// What `check` found, for people and for machines.
#pragma once

#include <string>

#include "check/check.hpp"
#include "language/diagnostic.hpp"

namespace windtunnel {

/// Counts of findings that nobody accepted.
struct ReviewCounts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t notes = 0;
  std::size_t accepted = 0;
};
ReviewCounts count(const Review& review);

/// Each finding with its line and a caret, then the ways of the workloads, then the counts. `sources` knows
/// the texts that the marks point into.
std::string review_text(const Review& review, const Diagnostics& sources, bool colour);
/// Annotations of a pull request: `::warning file=…,line=…::…`.
std::string review_github(const Review& review, const Diagnostics& sources);
/// The contract is docs/check.md.
std::string review_json(const Review& review, const Diagnostics& sources, const std::string& command,
                        const std::string& version);
/// SARIF 2.1.0 (OASIS), for code scanning; accepted findings are suppressed with their reason.
std::string review_sarif(const Review& review, const Diagnostics& sources, const std::string& version);

}  // namespace windtunnel
