#include "language/call_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace windtunnel {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

std::size_t skip_name(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_letter(text[at])) return at;
  while (at < text.size() && is_name_part(text[at])) ++at;
  return at;
}

Parsed<CallText> problem(std::string message, std::string help, std::size_t offset) {
  return {std::nullopt, std::move(message), std::move(help), offset};
}

// The text with commas between arguments turned into single spaces.
std::string without_commas(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ',') {
      result += text[i];
      continue;
    }
    while (!result.empty() && result.back() == ' ') result.pop_back();
    if (i + 1 < text.size() && !is_space(text[i + 1])) result += ' ';
  }
  return result;
}

constexpr std::string_view comma_rule = "a comma would end the value inside YAML's {…}";

Parsed<CallText> comma_problem(std::string_view text, std::size_t offset) {
  return problem(fmt::format("arguments are separated by spaces, not by commas: {}", comma_rule),
                 fmt::format("write {}", without_commas(text)), offset);
}

Parsed<CallText> unclosed_problem(std::string_view text, std::size_t open) {
  return problem(fmt::format("`{}` has no closing parenthesis", text),
                 fmt::format("arguments are separated by spaces: {}", comma_rule), open);
}

// Where the matching parenthesis of the one at `open` stands, or npos.
std::size_t closing_parenthesis(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

// The end of a run of characters without a space outside of parentheses.
std::size_t skip_word(std::string_view text, std::size_t at, std::size_t end) {
  int depth = 0;
  for (; at < end && (depth > 0 || !is_space(text[at])); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')') --depth;
  }
  return at;
}

Parsed<CallText> spaced_equals_problem(std::string_view text, std::size_t at) {
  return problem("no spaces around `=`", "write key=value", text.find('=', at));
}

// Reads the arguments between the parentheses into the call; a problem, or nothing.
std::optional<Parsed<CallText>> read_arguments(std::string_view text, std::size_t begin, std::size_t end,
                                               CallText& call) {
  for (std::size_t at = skip_spaces(text, begin); at < end; at = skip_spaces(text, at)) {
    Argument argument;
    argument.key_at = at;
    std::size_t word_end = skip_word(text, at, end);
    const std::size_t name_end = skip_name(text, at);
    if (name_end < word_end && text[name_end] == '=') {
      argument.key = text.substr(at, name_end - at);
      at = name_end + 1;
      if (at == word_end) return spaced_equals_problem(text, name_end);
    } else if (text[at] == '=') {
      return spaced_equals_problem(text, at);
    } else if (text[word_end - 1] == ':' && word_end - at > 1) {
      argument.key = text.substr(at, word_end - 1 - at);
      argument.is_labelled = true;
      at = skip_spaces(text, word_end);
      if (at >= end) {
        return problem(fmt::format("nothing follows `{}:`", argument.key), "", argument.key_at);
      }
      word_end = skip_word(text, at, end);
    }
    argument.offset = at;
    argument.text = text.substr(at, word_end - at);
    at = word_end;
    for (const Argument& other : call.arguments) {
      if (argument.key.empty() || argument.is_labelled || other.key != argument.key) continue;
      return problem(fmt::format("`{}` is given twice", argument.key), "", argument.key_at);
    }
    call.arguments.push_back(std::move(argument));
  }
  return std::nullopt;
}

}  // namespace

bool looks_like_call(std::string_view text) {
  const std::size_t start = skip_spaces(text, 0);
  const std::size_t name_end = skip_name(text, start);
  return name_end > start && name_end < text.size() && text[name_end] == '(';
}

Parsed<CallText> parse_call(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  CallText call;
  call.offset = skip_spaces(text, 0);
  const std::string_view whole = text.substr(call.offset);
  const std::size_t name_end = skip_name(text, call.offset);
  if (name_end == call.offset) {
    return problem(
        whole.empty() ? "a name is missing" : fmt::format("`{}` does not begin with a name", whole), "",
        call.offset);
  }
  call.name = text.substr(call.offset, name_end - call.offset);
  call.end = text.size();
  if (name_end == text.size()) return parsed(std::move(call));
  if (text[name_end] != '(') {
    return problem(fmt::format("`{}` is neither a name nor a name with arguments in parentheses", whole), "",
                   name_end);
  }
  call.has_parentheses = true;
  const std::size_t close = closing_parenthesis(text, name_end);
  if (close == std::string_view::npos) return unclosed_problem(whole, name_end);
  if (close + 1 != text.size()) {
    return problem(fmt::format("unexpected `{}` behind the closing parenthesis", text.substr(close + 1)), "",
                   close + 1);
  }
  const std::size_t comma = text.find(',', name_end);
  const bool decimal = comma != std::string_view::npos && text[comma - 1] >= '0' && text[comma - 1] <= '9' &&
                       text[comma + 1] >= '0' && text[comma + 1] <= '9';
  if (comma != std::string_view::npos && !decimal) return comma_problem(whole, comma);
  if (auto wrong = read_arguments(text, name_end + 1, close, call)) return *wrong;
  return parsed(std::move(call));
}

const Argument* ArgumentReader::take(std::string_view key) {
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i] || key.empty() || call_.arguments[i].key != key || call_.arguments[i].is_labelled) continue;
    taken_[i] = true;
    return &call_.arguments[i];
  }
  return nullptr;
}

const Argument* ArgumentReader::take_positional() {
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i] || !call_.arguments[i].key.empty()) continue;
    taken_[i] = true;
    return &call_.arguments[i];
  }
  return nullptr;
}

const Argument* ArgumentReader::take_either(std::string_view key) {
  const Argument* named = take(key);
  return named != nullptr ? named : take_positional();
}

std::optional<double> ArgumentReader::read(const Argument* argument, const UnitFamily& family) {
  if (argument == nullptr) return std::nullopt;
  const Parsed<double> number = parse_with_unit(argument->text, family);
  if (number) return *number;
  fail_at(number.message, number.help, argument->offset + number.offset);
  return std::nullopt;
}

std::optional<double> ArgumentReader::read_positive(const Argument* argument, const UnitFamily& family) {
  const std::optional<double> number = read(argument, family);
  if (!number || *number > 0.0) return number;
  const std::string_view what = argument->key.empty() ? std::string_view(argument->text) : argument->key;
  fail(fmt::format("`{}` must be above 0", what), "", argument);
  return std::nullopt;
}

std::optional<double> ArgumentReader::read_count(const Argument* argument) {
  const std::optional<double> number = read_positive(argument, count_units);
  if (!number || *number == std::floor(*number)) return number;
  fail(fmt::format("`{}` is not a whole number", argument->text), "", argument);
  return std::nullopt;
}

void ArgumentReader::fail(std::string message, std::string help, const Argument* at) {
  fail_at(std::move(message), std::move(help), at != nullptr ? at->key_at : call_.offset);
}

void ArgumentReader::fail_at(std::string message, std::string help, std::size_t offset) {
  if (failed_) return;
  failed_ = true;
  message_ = std::move(message);
  help_ = std::move(help);
  offset_ = offset;
}

void ArgumentReader::finish(std::string_view usage) {
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i]) continue;
    const Argument& argument = call_.arguments[i];
    fail(fmt::format("`{}` takes no argument `{}`", call_.name,
                     argument.key.empty() ? argument.text : argument.key),
         fmt::format("write it like {}", usage), &argument);
  }
}

}  // namespace windtunnel
