#include "catalog/operations.hpp"

#include "catalog/units_of_tables.hpp"

namespace windtunnel {

std::vector<FailureRate> read_failures(TableReader& rows) {
  std::vector<FailureRate> failures;
  while (rows.next()) {
    FailureRate& failure = failures.emplace_back();
    failure.name = rows.text("name");
    failure.what = rows.text("what");
    failure.mtbf_seconds = scaled(rows.number_if_any("mtbf_hours"), kSecondsPerHour);
    failure.mttr_seconds = scaled(rows.number_if_any("mttr_hours"), kSecondsPerHour);
    failure.scope = rows.text("scope");
    failure.origin = rows.origin();
    failure.notes = rows.text_or_empty("notes");
    if (!failure.mtbf_seconds && !failure.mttr_seconds) rows.problem("neither a rate nor a duration");
  }
  return failures;
}

std::vector<PowerFigure> read_power_figures(TableReader& rows) {
  std::vector<PowerFigure> figures;
  while (rows.next()) {
    PowerFigure& figure = figures.emplace_back();
    figure.name = rows.text("name");
    figure.metric = rows.text("metric");
    figure.value = rows.number("value");
    figure.unit = rows.text("unit");
    figure.origin = rows.origin();
  }
  return figures;
}

}  // namespace windtunnel
