#include "language/component.hpp"

namespace windtunnel {

const ComponentType* find_type(ComponentTypes types, std::string_view name) {
  for (const ComponentType& type : types)
    if (type.name() == name) return &type;
  return nullptr;
}

const Choices<DataKind>& choices(DataKind) {
  static const Choices<DataKind> words = {
      {"ordinary", DataKind::ordinary, "may be kept and sent anywhere"},
      {"personal", DataKind::personal, "may not leave its jurisdiction (see `regions`), says `check`"}};
  return words;
}

void describe(Fields<Placement>& f) {
  f.about("component", "Fields that every component has.");
  f.add("replicas", &Placement::replicas)
      .fallback("1", "the smallest")
      .at_least("1")
      .at_most("100k")
      .doc("Identical copies.");
  f.add("instance", &Placement::instance)
      .absent("costs nothing unless `price` says so")
      .doc("The machine of each replica, a name of the catalog.");
  f.add("cores", &Placement::cores)
      .absent("the instance's vCPUs; else the `concurrency` of a service; else 1")
      .at_least("1")
      .doc("Cores of each replica.");
  f.add("zones", &Placement::zones)
      .absent("all zones of the first region")
      .doc("Where the replicas stand, in turns: `region/zone`, or `region` for all of its zones.");
  f.add("price", &Placement::price).absent("the instance's").doc("Price of each replica.");
  f.add("balance", &Placement::balance)
      .absent("by turns")
      .doc("How its callers spread their calls over the replicas.");
  f.add("scale", &Placement::scale)
      .absent("the number of replicas stays")
      .doc("Autoscaling of the replicas.");
  f.add("key", &Placement::key)
      .absent("the key named like the component, or the first")
      .doc("The workloads' key that its entries have.");
  f.add("data", &Placement::data)
      .fallback("ordinary", "an assumption: nothing personal")
      .doc("What it keeps and answers with.");
  f.add("about", &Placement::about).absent("nothing to add").doc("What it is there for, for the report.");
}

}  // namespace windtunnel
