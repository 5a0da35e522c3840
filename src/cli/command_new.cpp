#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/output.hpp"

namespace windtunnel {
namespace {

constexpr const char* scenario_template = R"(# yaml-language-server: $schema=./windtunnel.schema.json
# (made by `windtunnel schema -o windtunnel.schema.json`: editors then complete and check this file)
windtunnel: 1
name: {name}

run: {{duration: 60s}}

regions:
  us-east: {{zones: [a, b, c]}}

workloads:
  web:
    arrivals: poisson(500/s)
    calls: edge
    keys: {{item: zipf(1M s=0.9)}}
    timeout: 500ms

components:
  edge: {{type: load_balancer, replicas: 2, policy: least_requests(2), to: api}}

  api:
    type: service
    instance: aws/c7i.xlarge
    replicas: 4
    concurrency: 64
    queue: 64
    do:
      - work: lognormal(p50=2ms p99=10ms)      # holds a core
      - call: items
        timeout: 200ms
        retry: {{attempts: 2, budget: 10%}}

  items:
    type: cache
    instance: aws/r7g.large
    capacity: 200k items
    ttl: 10m
    shards: 2
    copies: 2
    queue: 1000
    origin: item_db
    fetch: {{timeout: 80ms}}

  item_db:
    type: database
    instance: aws/i4i.xlarge
    replication: {{copies: 3, mode: raft}}
    queue: 1000
    read: lognormal(p50=2ms p99=15ms)
    write: lognormal(p50=4ms p99=25ms)

faults:
  - {{at: 40s, for: 5s, crash: "api[0]"}}

slo:
  - p99(web) < 100ms
  - errors(web) < 1%
  - cost < 5k USD/month
)";

class New : public Command::Action {
 public:
  explicit New(CLI::App& app) {
    app.add_option("NAME", name_, "Of the scenario; the file is NAME.yaml")->required();
    app.add_option("-o,--output", output_, "Writes it to another file (- for stdout)")->type_name("FILE");
  }

  int run(const std::string&) override {
    const std::string file = output_.empty() ? name_ + ".yaml" : output_;
    if (file != "-" && std::filesystem::exists(file)) {
      fmt::print(stderr, "error: {} exists already\n", file);
      return exit_bad_input;
    }
    if (name_.find_first_of(":#\n\"'{}[]&*!|>%@`") != std::string::npos) {
      fmt::print(stderr, "error: `{}` cannot be a name: it has characters that mean something in YAML\n",
                 name_);
      return exit_bad_input;
    }
    const std::string problem = write_output(file, fmt::format(scenario_template, fmt::arg("name", name_)));
    if (!problem.empty()) {
      fmt::print(stderr, "error: {}\n", problem);
      return exit_impossible;
    }
    if (file != "-")
      fmt::print(stderr, "{}: try `windtunnel check {}`, then `windtunnel run {}`\n", file, file, file);
    return exit_done;
  }

 private:
  std::string name_;
  std::string output_;
};

}  // namespace

Command new_command() {
  return {"new", "Starts a scenario from a template",
          [](CLI::App& app) -> std::unique_ptr<Command::Action> { return std::make_unique<New>(app); }};
}

}  // namespace windtunnel
