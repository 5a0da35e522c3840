// Texts that look like a call: `lognormal(p50=2ms p99=9ms)`, `least_requests(2)`, `trace(file.csv speed=2x)`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/parsed.hpp"
#include "language/units.hpp"

namespace windtunnel {

/// One argument, its text not yet read: `9ms` of `p99=9ms`, `exp(1ms)` of `90%: exp(1ms)`.
struct Argument {
  std::string key;           ///< empty where there is none
  std::string text;          ///< may itself be a call
  std::size_t offset = 0;    ///< of the text within the whole, in bytes
  std::size_t key_at = 0;    ///< of the key, or else of the text
  bool is_labelled = false;  ///< `key: text` rather than `key=text`
};

struct CallText {
  std::string name;
  std::vector<Argument> arguments;
  std::size_t offset = 0;        ///< of the name
  std::size_t end = 0;           ///< one behind the last character
  bool has_parentheses = false;  ///< `trace` is a call without them
};

/// Whether the text begins like `name(`, so that what is wrong with it is wrong with a call.
bool looks_like_call(std::string_view text);

/// Reads `name`, or `name(…)` with arguments between spaces; arguments in parentheses of their own stay text.
/// Errors: no name, parentheses that do not match, something behind them, a comma between arguments (which
/// would end the value inside YAML's {…}), spaces around `=`, a key given twice.
Parsed<CallText> parse_call(std::string_view text);

/// Takes the arguments of a call one by one, and remembers the first thing that is wrong with them.
class ArgumentReader {
 public:
  explicit ArgumentReader(const CallText& call) : call_(call), taken_(call.arguments.size(), false) {}

  /// The argument with this key, or null; null from then on.
  const Argument* take(std::string_view key);
  /// The next argument without a key, or null.
  const Argument* take_positional();
  /// The argument with this key, or else the next one without a key.
  const Argument* take_either(std::string_view key);

  /// A number with its unit; nothing where the argument is null or wrong.
  std::optional<double> read(const Argument* argument, const UnitFamily& family);
  /// The same, and it must be above zero.
  std::optional<double> read_positive(const Argument* argument, const UnitFamily& family);
  /// The same, and it must be above zero and whole.
  std::optional<double> read_count(const Argument* argument);

  /// Notes a problem, at an argument or at the name.
  void fail(std::string message, std::string help, const Argument* at = nullptr);
  void fail_at(std::string message, std::string help, std::size_t offset);
  bool failed() const { return failed_; }

  /// Every argument must have been taken by now; `usage` says what fits, as an example.
  void finish(std::string_view usage);

  /// The first problem as a result.
  template <class Value>
  Parsed<Value> problem() const {
    return {std::nullopt, message_, help_, offset_};
  }

 private:
  const CallText& call_;
  std::vector<bool> taken_;
  bool failed_ = false;
  std::string message_;
  std::string help_;
  std::size_t offset_ = 0;
};

}  // namespace windtunnel
