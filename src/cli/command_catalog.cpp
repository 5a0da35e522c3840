#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "catalog/catalog.hpp"
#include "catalog/similar.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "report/catalog_table.hpp"

namespace windtunnel {
namespace {

class ShowCatalog : public Command::Action {
 public:
  explicit ShowCatalog(CLI::App& app) {
    app.add_option("TABLE", table_, "instances, gpus, …; without it the tables that there are");
    app.add_option("NAME", name_, "Only rows whose name contains this");
    app.add_option("--format", format_, "table, csv, markdown or json")
        ->check(CLI::IsMember({"table", "csv", "markdown", "json"}));
    app.add_option("-o,--output", output_, "Writes it to a file")->type_name("FILE");
  }

  int run(const std::string&) override {
    const Catalog catalog;
    if (table_.empty()) return write(list_of(catalog));
    std::optional<TableView> view = catalog.table(table_);
    if (!view) {
      fmt::print(stderr, "error: the catalog has no table `{}`\n", table_);
      const auto near = similar_names(table_, catalog.table_names(), 1);
      if (!near.empty()) fmt::print(stderr, "  did you mean `windtunnel catalog {}`?\n", near.front());
      return exit_bad_input;
    }
    if (!name_.empty()) {
      std::erase_if(view->rows,
                    [&](const auto& row) { return row.front().find(name_) == std::string::npos; });
    }
    if (format_ == "csv") return write(catalog_csv(*view));
    if (format_ == "markdown") return write(catalog_markdown(*view));
    if (format_ == "json") return write(catalog_json(*view));
    return write(catalog_text(*view));
  }

 private:
  static std::string list_of(const Catalog& catalog) {
    std::string out;
    for (const std::string& name : catalog.table_names())
      out += fmt::format("{:<20} {} rows\n", name, catalog.table(name)->rows.size());
    return out;
  }

  int write(const std::string& text) const {
    const std::string problem = write_output(output_, text);
    if (problem.empty()) return exit_done;
    fmt::print(stderr, "error: {}\n", problem);
    return exit_impossible;
  }

  std::string table_;
  std::string name_;
  std::string format_ = "table";
  std::string output_;
};

}  // namespace

Command catalog_command() {
  return {
      "catalog", "Lists the names that scenarios may use, with figures and sources",
      [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<ShowCatalog>(app); }};
}

}  // namespace windtunnel
