#pragma once

#include <string>

#include "catalog/catalog.hpp"

namespace windtunnel {

/// A table of the catalog: aligned columns and the sources below; empty columns are left out.
std::string catalog_text(const TableView& table);
std::string catalog_csv(const TableView& table);
std::string catalog_markdown(const TableView& table);
std::string catalog_json(const TableView& table);

}  // namespace windtunnel
