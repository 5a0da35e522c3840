#include "report/json_writer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace windtunnel {
namespace {

constexpr std::size_t line_width = 160;

std::string scalar(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string on_one_line(const OrderedJson& value) {
  if (!value.is_structured()) return scalar(value);
  std::string out(1, value.is_object() ? '{' : '[');
  for (const auto& [key, item] : value.items()) {
    if (out.size() > 1) out += ", ";
    if (value.is_object()) out += scalar(OrderedJson(key)) + ": ";
    out += on_one_line(item);
  }
  out += value.is_object() ? '}' : ']';
  return out;
}

bool is_plain_list(const OrderedJson& value) {
  return value.is_array() &&
         std::none_of(value.begin(), value.end(), [](const OrderedJson& v) { return v.is_structured(); });
}

void write(const OrderedJson& value, std::size_t indent, std::size_t used, std::string& out) {
  if (!value.is_structured() || value.empty() || is_plain_list(value)) {
    out += on_one_line(value);
    return;
  }
  if (std::string line = on_one_line(value); used + line.size() <= line_width) {
    out += line;
    return;
  }
  const std::string margin(indent + 1, ' ');
  out += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    out += first ? "\n" : ",\n";
    first = false;
    const std::string name = value.is_object() ? scalar(OrderedJson(key)) + ": " : "";
    out += margin + name;
    write(item, indent + 1, margin.size() + name.size(), out);
  }
  out += '\n';
  out.append(indent, ' ');
  out += value.is_object() ? '}' : ']';
}

}  // namespace

OrderedJson json_number(double value) {
  constexpr double exact = 9007199254740992.0;  // 2^53: every whole number below is a double
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::fabs(value) < exact) return static_cast<std::int64_t>(value);
  return value;
}

std::string json_text(const OrderedJson& value) {
  std::string out;
  write(value, 0, 0, out);
  return out + "\n";
}

}  // namespace windtunnel
