#include "simulation/trace_file.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

#include "catalog/csv.hpp"
#include "kernel/random.hpp"
#include "simulation/calendar_time.hpp"

namespace windtunnel {
namespace {

/// One column of the file and how its figures become base units.
struct Column {
  std::optional<std::size_t> index;
  double number(const CsvReader& csv) const {
    const std::optional<double> value = number_of(csv.field(*index));
    return value.value_or(std::nan(""));
  }
};

class TraceProcess : public ArrivalProcess {
 public:
  TraceProcess(const arrival::Trace& law, std::string file_name, const KeyColumns& keys)
      : law_(law), file_name_(std::move(file_name)), key_columns_(keys) {}

  /// Opens the file (again) at its first row; false with the problem where it has not what the law names.
  bool open(std::string& problem) {
    file_ = std::ifstream(file_name_);
    if (!file_) return problem = file_name_ + ": cannot be opened", false;
    csv_.emplace(file_);
    const auto find = [&](const std::string& name, Column& column) {
      if (name.empty()) return true;
      column.index = csv_->column(name);
      if (!column.index) problem = file_name_ + ":1: there is no column `" + name + "`";
      return column.index.has_value();
    };
    if (!find(law_.time, time_) || !find(law_.request, request_) || !find(law_.response, response_) ||
        !find(law_.prompt, prompt_) || !find(law_.output, output_) || !find(law_.service, service_)) {
      return false;
    }
    keys_.clear();
    for (const auto& [name, space] : key_columns_) {
      keys_.emplace_back(Column{}, space);
      if (!find(name, keys_.back().first)) return false;
    }
    return true;
  }

  /// Reads the whole file once: every line must be usable, and times must not go back.
  bool check(std::string& problem) {
    Arrival arrival;
    std::size_t rows = 0;
    double before = -1;
    while (read(arrival, problem)) {
      if (++rows == 1) first_ = absolute_;
      if (absolute_ < before) {
        problem = place() + "the time goes back; sort the trace by its column `" + law_.time + "`";
        return false;
      }
      before = absolute_;
    }
    length_ = before - first_;
    if (problem.empty() && rows == 0) problem = file_name_ + ": has no rows";
    // The gap from the last arrival to the first of the next round is the mean one.
    if (rows > 1) length_ += length_ / static_cast<double>(rows - 1);
    return problem.empty();
  }

  bool next(Arrival& arrival) override {
    std::string problem;
    if (!read(arrival, problem)) {
      if (!law_.repeat || length_ <= 0 || !open(problem) || !read(arrival, problem)) return false;
      shift_ += length_;
    }
    arrival.time = to_nanoseconds((absolute_ - first_ + shift_) / law_.speed.value);
    return true;
  }

 private:
  std::string place() const { return file_name_ + ":" + std::to_string(csv_->line()) + ": "; }

  /// One row; false at the end of the file, or with a problem.
  bool read(Arrival& arrival, std::string& problem) {
    if (!csv_->next()) {
      if (csv_->error()) {
        problem = file_name_ + ":" + std::to_string(csv_->error()->line) + ": " + csv_->error()->message;
      }
      return false;
    }
    const std::optional<double> time = seconds_of(csv_->field(*time_.index), law_.unit);
    if (!time) {
      problem =
          place() + "`" + std::string(csv_->field(*time_.index)) + "` is not a time in " + law_.unit;
      return false;
    }
    absolute_ = *time;
    return amount(request_, arrival.request_bytes, problem) &&
           amount(response_, arrival.response_bytes, problem) &&
           amount(prompt_, arrival.tokens_in, problem) && amount(output_, arrival.tokens_out, problem) &&
           service(arrival, problem) && keys(arrival);
  }

  template <class Number>
  bool amount(const Column& column, Number& out, std::string& problem) const {
    if (!column.index) return true;
    const double value = column.number(*csv_);
    if (!(value >= 0)) {
      problem = place() + "`" + std::string(csv_->field(*column.index)) + "` is not a number of 0 or more";
      return false;
    }
    out = static_cast<Number>(value);
    return true;
  }
  bool service(Arrival& arrival, std::string& problem) const {
    if (!service_.index) return true;
    const std::optional<double> seconds = seconds_of(csv_->field(*service_.index), law_.unit);
    if (!seconds) {
      problem =
          place() + "`" + std::string(csv_->field(*service_.index)) + "` is not a time in " + law_.unit;
      return false;
    }
    arrival.service_seconds = *seconds;
    return true;
  }
  bool keys(Arrival& arrival) const {
    for (const auto& [column, space] : keys_) {
      arrival.keys[static_cast<std::size_t>(space)] = hash_name(csv_->field(*column.index));
      arrival.keys_given |= 1u << space;
    }
    return true;
  }

  const arrival::Trace& law_;
  std::string file_name_;
  const KeyColumns& key_columns_;
  std::ifstream file_;
  std::optional<CsvReader> csv_;
  Column time_, request_, response_, prompt_, output_, service_;
  std::vector<std::pair<Column, int>> keys_;
  double absolute_ = 0;  // time of the present row, as the file counts
  double first_ = 0;
  double length_ = 0;
  double shift_ = 0;  // of the present round, where the trace repeats
};

}  // namespace

std::unique_ptr<ArrivalProcess> open_trace(const arrival::Trace& law, const std::string& directory,
                                           const KeyColumns& keys, std::string& problem) {
  const std::string file = std::filesystem::path(directory) / law.file;
  auto trace = std::make_unique<TraceProcess>(law, file, keys);
  if (!trace->open(problem) || !trace->check(problem) || !trace->open(problem)) return nullptr;
  return trace;
}

}  // namespace windtunnel
