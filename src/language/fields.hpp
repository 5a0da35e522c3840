// Declares the fields of a struct, once:
//
//   struct CacheFields { Count capacity; std::optional<Duration> ttl; int shards; ComponentRef origin; };
//
//   void describe(Fields<CacheFields>& f) {
//     f.about("cache", "A cache in front of a slower origin.");
//     f.add("capacity", &CacheFields::capacity).required().more_than("0").doc("Items that fit.");
//     f.add("ttl", &CacheFields::ttl).absent("items live until evicted").doc("How long an item lives.");
//     f.add("shards", &CacheFields::shards).fallback("1", "the smallest").at_least("1").doc("Parts.");
//     f.check([](const CacheFields& c, ObjectCheck& check) { … });
//   }
//
// `describe` stands beside the struct, in its namespace. A field is required, has a fallback, or says
// what its absence means.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

#include "language/value_type.hpp"

namespace windtunnel {

template <class T>
const ObjectInfo& object_info();

/// Completes one field's description.
template <class Value>
class FieldBuilder {
 public:
  explicit FieldBuilder(FieldInfo& info) : info_(info) {}

  FieldBuilder& doc(std::string sentence) { return info_.doc = std::move(sentence), *this; }
  FieldBuilder& required() { return info_.required = true, *this; }
  /// The default as one would write it in a file, and where it comes from.
  FieldBuilder& fallback(std::string text, std::string source);
  FieldBuilder& absent(std::string meaning) { return info_.absent = std::move(meaning), *this; }

  FieldBuilder& at_least(std::string text) { return info_.range.low = bound(text, true), *this; }
  FieldBuilder& more_than(std::string text) { return info_.range.low = bound(text, false), *this; }
  FieldBuilder& at_most(std::string text) { return info_.range.high = bound(text, true), *this; }
  FieldBuilder& less_than(std::string text) { return info_.range.high = bound(text, false), *this; }

 private:
  static Bound bound(const std::string& text, bool inclusive);
  FieldInfo& info_;
};

template <class T>
class Fields {
 public:
  explicit Fields(ObjectInfo& info) : info_(info) {}

  void about(std::string name, std::string sentence) {
    info_.name = std::move(name);
    info_.about = std::move(sentence);
  }

  template <class Value, class Owner>
  FieldBuilder<Value> add(std::string name, Value Owner::*member) {
    assert(!info_.find(name));
    FieldInfo& field = info_.fields.emplace_back();
    field.name = std::move(name);
    field.value = ValueType<Value>::info();
    field.read = [member](void* object, const Node& node, Reader& reader) {
      return ValueType<Value>::read(node, reader, static_cast<T*>(object)->*member);
    };
    field.measure = [member](const void* object, std::vector<double>& out) {
      ValueType<Value>::measure(static_cast<const T*>(object)->*member, out);
    };
    field.visit = [member](const void* object, const std::string& path, const ReferenceVisitor& visitor) {
      ValueType<Value>::visit(static_cast<const T*>(object)->*member, path, visitor);
    };
    return FieldBuilder<Value>(field);
  }

  /// Takes over all fields of a part, at the same level: `f.embed(&CallStep::policy)`.
  template <class Part, class Owner>
  void embed(Part Owner::*member) {
    const ObjectInfo& part = object_info<Part>();
    for (FieldInfo field : part.fields) {
      assert(!info_.find(field.name));
      field.read = [member, read = field.read](void* object, const Node& node, Reader& reader) {
        return read(&(static_cast<T*>(object)->*member), node, reader);
      };
      field.measure = [member, measure = field.measure](const void* object, std::vector<double>& out) {
        measure(&(static_cast<const T*>(object)->*member), out);
      };
      field.visit = [member, visit = field.visit](const void* object, const std::string& path,
                                                  const ReferenceVisitor& visitor) {
        visit(&(static_cast<const T*>(object)->*member), path, visitor);
      };
      info_.fields.push_back(std::move(field));
    }
    for (const auto& check : part.checks)
      info_.checks.push_back([member, check](const void* object, ObjectCheck& where) {
        check(&(static_cast<const T*>(object)->*member), where);
      });
  }

  /// `name(a b)`: the fields that bare arguments fill, in order. A list as the last takes all that remain.
  void positional(std::vector<std::string> fields) { info_.positional = std::move(fields); }
  /// `word(a b)`: the word itself fills this field.
  void word(std::string field) { info_.word_field = std::move(field); }
  /// A value that is no mapping fills this field.
  void shorthand(std::string field) { info_.short_field = std::move(field); }

  /// What must hold between fields; runs when each of them was read without error.
  template <class Check>
  void check(Check check) {
    info_.checks.push_back(
        [check](const void* object, ObjectCheck& where) { check(*static_cast<const T*>(object), where); });
  }

 private:
  ObjectInfo& info_;
};

/// The description of a struct, made on first use.
template <class T>
const ObjectInfo& object_info() {
  static const ObjectInfo info = [] {
    ObjectInfo made;
    Fields<T> fields(made);
    describe(fields);
    made.make = [] { return std::static_pointer_cast<void>(std::make_shared<T>()); };
    return made;
  }();
  return info;
}

/// Structs: whatever has no meaning of its own above has a `describe`.
template <class T>
struct ValueType {
  static ValueInfo info() {
    ValueInfo info{ValueKind::object, "a mapping"};
    info.objects.push_back(&object_info<T>);
    return info;
  }
  static bool read(const Node& node, Reader& reader, T& out) {
    return load_object(object_info<T>(), node, reader, &out);
  }
  static void measure(const T&, std::vector<double>&) {}
  static void visit(const T& value, const std::string& path, const ReferenceVisitor& visitor) {
    for_each_reference(object_info<T>(), &value, path, visitor);
  }
};

/// Which of several described structs a node is: by the word before the parenthesis, by `kind:`, or by the
/// key that bears the struct's name. Reports and gives nothing when it is none of them.
std::optional<std::size_t> choose_object(const std::vector<const ObjectInfo& (*)()>&, const Node&, Reader&);

/// One of several structs: `arrivals: poisson(100k/s)`, `{kind: poisson, rate: 100k/s}`, `{work: 5ms}`.
template <class... T>
struct ValueType<std::variant<T...>> {
  using Variant = std::variant<T...>;
  static ValueInfo info() {
    ValueInfo info{ValueKind::one_of, "one of several forms"};
    (info.objects.push_back(&object_info<T>), ...);
    return info;
  }
  static bool read(const Node& node, Reader& reader, Variant& out) {
    const auto index = choose_object(info().objects, node, reader);
    return index && read_as(*index, node, reader, out, std::index_sequence_for<T...>{});
  }
  static void measure(const Variant&, std::vector<double>&) {}
  static void visit(const Variant& value, const std::string& path, const ReferenceVisitor& visitor) {
    std::visit([&]<class V>(const V& v) { ValueType<V>::visit(v, path, visitor); }, value);
  }

 private:
  template <std::size_t... I>
  static bool read_as(std::size_t index, const Node& node, Reader& reader, Variant& out,
                      std::index_sequence<I...>) {
    bool ok = false;
    const std::vector<std::string> kind{"kind"};
    ((index == I ? void(ok = load_object(object_info<T>(), node, reader, &out.template emplace<I>(), kind))
                 : void()),
     ...);
    return ok;
  }
};

template <class Value>
FieldBuilder<Value>& FieldBuilder<Value>::fallback(std::string text, std::string source) {
  info_.fallback_node = node_of_default(text);
  info_.fallback = std::move(text);
  info_.source = std::move(source);
  return *this;
}

template <class Value>
Bound FieldBuilder<Value>::bound(const std::string& text, bool inclusive) {
  Diagnostics none;
  Reader reader(none);
  Value value{};
  std::vector<double> numbers;
  [[maybe_unused]] const bool ok = ValueType<Value>::read(node_of_default(text), reader, value);
  ValueType<Value>::measure(value, numbers);
  assert(ok && numbers.size() == 1);
  return {numbers.empty() ? 0 : numbers.front(), inclusive, text};
}

}  // namespace windtunnel
