// How values of each C++ type are read from a node: the quantities, words, references and containers.
// A type of one's own joins by a specialisation of ValueType, an enum by a function `choices`, a struct
// by a function `describe` (fields.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "language/field_info.hpp"
#include "language/quantity.hpp"
#include "language/reader.hpp"

namespace windtunnel {

/// The words of an enum: `const Choices<Policy>& choices(Policy);` beside the enum.
template <class E>
struct Choice {
  std::string word;
  E value;
  std::string doc;
};
template <class E>
using Choices = std::vector<Choice<E>>;

/// The word of an enum's value.
template <class E>
std::string word_of(E value) {
  for (const auto& choice : choices(value))
    if (choice.value == value) return choice.word;
  return "?";
}

/// For each type: `info()`, `read(node, reader, value)`; where it has numbers, `measure(value, out)`;
/// where it holds references, `visit(value, path, visitor)`.
template <class T>
struct ValueType;

/// A type whose value is one scalar without references inside.
struct PlainValue {
  static void visit(const auto&, const std::string&, const ReferenceVisitor&) {}
};

#define WINDTUNNEL_QUANTITY(Type, member)                                                     \
  template <>                                                                                 \
  struct ValueType<Type> : PlainValue {                                                       \
    static ValueInfo info();                                                                  \
    static bool read(const Node&, Reader&, Type&);                                            \
    static void measure(const Type& v, std::vector<double>& out) { out.push_back(v.member); } \
  };
WINDTUNNEL_QUANTITY(Duration, seconds)
WINDTUNNEL_QUANTITY(Rate, per_second)
WINDTUNNEL_QUANTITY(Bytes, bytes)
WINDTUNNEL_QUANTITY(Bandwidth, bytes_per_second)
WINDTUNNEL_QUANTITY(Ratio, value)
WINDTUNNEL_QUANTITY(Factor, value)
WINDTUNNEL_QUANTITY(Count, value)
WINDTUNNEL_QUANTITY(Money, usd)
WINDTUNNEL_QUANTITY(MoneyRate, usd_per_hour)
WINDTUNNEL_QUANTITY(SizePrice, usd_per_byte)
#undef WINDTUNNEL_QUANTITY

template <>
struct ValueType<int> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, int&);
  static void measure(int v, std::vector<double>& out) { out.push_back(v); }
};
template <>
struct ValueType<double> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, double&);
  static void measure(double v, std::vector<double>& out) { out.push_back(v); }
};
template <>
struct ValueType<bool> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, bool&);
  static void measure(bool, std::vector<double>&) {}
};
template <>
struct ValueType<std::string> : PlainValue {
  static ValueInfo info();
  static bool read(const Node&, Reader&, std::string&);
  static void measure(const std::string&, std::vector<double>&) {}
};
/// Any value, kept as it stands: for sections that are read later by whoever understands them.
template <>
struct ValueType<Node> : PlainValue {
  static ValueInfo info();
  static bool read(const Node& node, Reader&, Node& out) { return out = node, true; }
  static void measure(const Node&, std::vector<double>&) {}
};
template <>
struct ValueType<ComponentRef> {
  static ValueInfo info();
  static bool read(const Node&, Reader&, ComponentRef&);
  static void measure(const ComponentRef&, std::vector<double>&) {}
  static void visit(const ComponentRef& ref, const std::string& path, const ReferenceVisitor& visitor) {
    visitor(path, ref);
  }
};

/// Reads a word out of a table; the error names the nearest.
std::optional<std::size_t> read_choice(const Node&, Reader&, const std::vector<ChoiceInfo>&);

/// A default's text as a node; a declaration that does not parse is a broken program.
Node node_of_default(const std::string& text);

template <class E>
requires std::is_enum_v<E>
struct ValueType<E> : PlainValue {
  static ValueInfo info() {
    ValueInfo info{ValueKind::choice, "a word"};
    for (const auto& choice : choices(E{})) info.choices.push_back({choice.word, choice.doc});
    return info;
  }
  static bool read(const Node& node, Reader& reader, E& out) {
    const auto index = read_choice(node, reader, info().choices);
    if (index) out = choices(E{})[*index].value;
    return index.has_value();
  }
  static void measure(E, std::vector<double>&) {}
};

/// Whether a node is the plain word `none`.
bool is_none(const Node&);

/// An optional value: left out or `none`.
template <class T>
struct ValueType<std::optional<T>> {
  static ValueInfo info() {
    ValueInfo info = ValueType<T>::info();
    info.none = true;
    return info;
  }
  static bool read(const Node& node, Reader& reader, std::optional<T>& out) {
    if (is_none(node)) return out.reset(), true;
    T value{};
    const bool ok = ValueType<T>::read(node, reader, value);
    if (ok) out = std::move(value);
    return ok;
  }
  static void measure(const std::optional<T>& v, std::vector<double>& out) {
    if (v) ValueType<T>::measure(*v, out);
  }
  static void visit(const std::optional<T>& v, const std::string& path, const ReferenceVisitor& visitor) {
    if (v) ValueType<T>::visit(*v, path, visitor);
  }
};

/// `[3]`, as a step of a path.
std::string index_step(std::size_t index);

/// A list; one value stands for a list of one.
template <class T>
struct ValueType<std::vector<T>> {
  static ValueInfo info() {
    ValueInfo info{ValueKind::list, "a list"};
    info.element = std::make_shared<const ValueInfo>(ValueType<T>::info());
    return info;
  }
  static bool read(const Node& node, Reader& reader, std::vector<T>& out) {
    out.clear();
    if (is_none(node)) return true;
    if (!node.is_sequence()) {
      out.emplace_back();
      return ValueType<T>::read(node, reader, out.back());
    }
    bool ok = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Reader::Within within(reader, index_step(i));
      out.emplace_back();
      ok = ValueType<T>::read(node.items[i], reader, out.back()) && ok;
    }
    return ok;
  }
  static void measure(const std::vector<T>& v, std::vector<double>& out) {
    for (const T& item : v) ValueType<T>::measure(item, out);
  }
  static void visit(const std::vector<T>& v, const std::string& path, const ReferenceVisitor& visitor) {
    for (std::size_t i = 0; i < v.size(); ++i) ValueType<T>::visit(v[i], path + index_step(i), visitor);
  }
};

/// Named values, in the order of the file.
template <class T>
using NamedValues = std::vector<std::pair<std::string, T>>;

template <class T>
struct ValueType<NamedValues<T>> {
  static ValueInfo info() {
    ValueInfo info{ValueKind::map, "a mapping from names to values"};
    info.element = std::make_shared<const ValueInfo>(ValueType<T>::info());
    return info;
  }
  static bool read(const Node& node, Reader& reader, NamedValues<T>& out) {
    out.clear();
    if (is_none(node)) return true;
    if (!node.is_mapping()) return reader.expected("a mapping from names to values", node), false;
    bool ok = true;
    for (const Member& member : node.members) {
      const Reader::Within within(reader, member.key);
      out.emplace_back(member.key, T{});
      ok = ValueType<T>::read(member.value, reader, out.back().second) && ok;
    }
    return ok;
  }
  static void measure(const NamedValues<T>& v, std::vector<double>& out) {
    for (const auto& [name, item] : v) ValueType<T>::measure(item, out);
  }
  static void visit(const NamedValues<T>& v, const std::string& path, const ReferenceVisitor& visitor) {
    for (const auto& [name, item] : v) ValueType<T>::visit(item, path + "." + name, visitor);
  }
};

/// The value under a name, or null.
template <class T>
const T* find_named(const NamedValues<T>& values, std::string_view name) {
  for (const auto& [key, value] : values)
    if (key == name) return &value;
  return nullptr;
}

}  // namespace windtunnel
