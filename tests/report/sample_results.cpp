#include "report/sample_results.hpp"

#include <cmath>

namespace windtunnel::samples {
namespace {

Estimate within(double value, double arm) { return {value, value - arm, value + arm}; }

ErrorCounts errors(std::uint64_t timeout, std::uint64_t refused, double offered) {
  ErrorCounts counts;
  counts.count = {timeout, refused, 0, 0};
  counts.ratio = {static_cast<double>(timeout) / offered, static_cast<double>(refused) / offered, 0, 0};
  return counts;
}

struct Row {
  const char* name;
  const char* type;
  double replicas;
  const char* resource;
  double utilization, arrivals, queue, wait, wait_p99, service, cost;
};

ComponentResult component(const Row& row) {
  ComponentResult c;
  c.name = row.name;
  c.type = row.type;
  c.replicas = row.replicas;
  c.utilization_ratio = within(row.utilization, row.utilization / 100);
  c.busiest_resource = row.resource;
  if (*row.resource)
    c.resources = {{row.resource, c.utilization_ratio, row.replicas, within(row.queue, row.queue / 20)}};
  c.arrivals_per_second = within(row.arrivals, row.arrivals / 500);
  c.queue_length = within(row.queue, row.queue / 20);
  c.wait_mean_seconds = within(row.wait, row.wait / 30);
  c.wait_p99_seconds = within(row.wait_p99, row.wait_p99 / 15);
  c.service_mean_seconds = within(row.service, row.service / 100);
  c.cost_usd_per_month = row.cost;
  return c;
}

std::vector<ComponentResult> recommendation_components() {
  const Row rows[] = {
      {"edge", "load_balancer", 4, "", Estimate::kNone, 100'012, 0, 0, 0, 0.0001, Estimate::kNone},
      {"feed_api", "service", 160, "cores", 0.58, 100'012, 3.1, 0.00004, 0.0011, 0.0019, 83'400},
      {"user_features", "feature_store", 24, "cores", 0.41, 100'008, 0.9, 0.00001, 0.0002, 0.0004, 14'800},
      {"user_db", "database", 144, "connections", 0.33, 8'102, 0.2, 0.00003, 0.0009, 0.0021, 21'300},
      {"retrieval", "service", 60, "cores", 0.62, 100'007, 6.4, 0.00007, 0.0021, 0.0088, 31'200},
      {"item_index", "vector_store", 24, "cores", 0.55, 100'007, 4.2, 0.00005, 0.0014, 0.0061, 19'700},
      {"ranker", "model_server", 16, "gpu", 0.82, 100'003, 241, 0.0024, 0.0187, 0.0312, 41'234},
      {"item_features", "cache", 12, "cores", 0.38, 100'006, 0.4, 0.000004, 0.0001, 0.0012, 2'366},
      {"popular_items", "cache", 1, "cores", 0.002, 11.9, 0, 0, 0, 0.0001, Estimate::kNone},
  };
  std::vector<ComponentResult> components;
  for (const Row& row : rows) components.push_back(component(row));
  components[2].metrics = {{"hit_ratio", within(0.919, 0.0004)}, {"staleness_seconds", within(2.31, 0.05)}};
  components[3].metrics = {{"stale_reads_ratio", {0.0031, 0.0024, 0.0040}}};
  components[6].metrics = {{"batch_size", within(96.4, 0.4)},
                           {"batch_wait_seconds", within(0.00112, 0.00001)},
                           {"power_watts", within(412, 3)}};
  components[7].metrics = {{"hit_ratio", within(0.9731, 0.0002)}};
  components[6].errors = errors(12, 0, 6e6);
  components[4].errors = errors(0, 3, 6e6);
  return components;
}

WorkloadResult home_feed() {
  WorkloadResult w;
  w.name = "home_feed";
  w.offered_per_second = within(100'012, 180);
  w.goodput_per_second = within(100'009.5, 180);
  w.error_ratio = {2.5e-6, 1.4e-6, 4.1e-6};
  w.errors = errors(12, 3, 6e6);
  w.mean_seconds = within(0.0614, 0.0003);
  w.quantile_seconds = {within(0.0521, 0.0002), within(0.1043, 0.0011), within(0.1312, 0.0019),
                        Estimate{0.183, 0.179, 0.1868}, Estimate{0.2714, 0.2591, 0.3022}};
  w.max_seconds = 0.3987;
  w.samples = 5'999'000;
  w.unfinished = 6'112;
  w.quality = within(0.9998, 0.00003);
  w.stale_ratio = within(0.0027, 0.0004);
  w.breakdown = {{"ranker", 0.41, 0.63, 0.0214, 0.1153},        {"retrieval", 0.24, 0.14, 0.0125, 0.0256},
                 {"user_features", 0.11, 0.09, 0.0057, 0.0165}, {"network", 0.15, 0.05, 0.0078, 0.0092},
                 {"item_index", 0.05, 0.06, 0.0026, 0.011},     {"feed_api", 0.036, 0.027, 0.0019, 0.0049},
                 {"user_db", 0.004, 0.003, 0.0002, 0.0005}};
  return w;
}

CostResult recommendation_cost() {
  CostResult cost;
  cost.total_usd_per_month = 214'000;
  cost.per_million_requests_usd = 0.81;
  cost.lines = {
      {"feed_api", "aws/c7i.4xlarge", 160, 521.25, 83'400, "aws.amazon.com/ec2/pricing", "2025-05-01"},
      {"ranker", "aws/p5.48xlarge", 2, 20'617, 41'234, "aws.amazon.com/ec2/pricing", "2025-05-01"},
      {"retrieval", "aws/c7i.4xlarge", 60, 520, 31'200, "aws.amazon.com/ec2/pricing", "2025-05-01"},
      {"user_db", "aws/i4i.2xlarge", 144, 147.92, 21'300, "aws.amazon.com/ec2/pricing", "2025-05-01"},
      {"item_index", "aws/r7g.2xlarge", 24, 820.83, 19'700, "aws.amazon.com/ec2/pricing", ""},
      {"user_features", "aws/r7g.2xlarge", 24, 616.67, 14'800, "aws.amazon.com/ec2/pricing", ""},
      {"network", "egress between zones", 236'600, 0.01, 2'366, "aws.amazon.com/ec2/pricing", ""}};
  cost.not_priced = {"edge", "popular_items"};
  return cost;
}

WorkloadSeries course(const std::string& workload, int periods, double level) {
  WorkloadSeries series{workload, {}, {}, {}, {}, {}};
  for (int second = 0; second < periods; ++second) {
    const bool cut = second >= 30 && second < 40;
    const bool crashed = second >= 45 && second < 50;
    const double ripple = 1 + 0.004 * ((second * 7) % 5 - 2);
    series.offered_per_second.push_back(level * ripple);
    series.goodput_per_second.push_back(level * ripple * (cut ? 0.87 : 1));
    series.error_ratio.push_back(cut ? 0.13 : 0);
    series.p50_seconds.push_back(second == 0 ? Estimate::kNone : 0.052 * ripple);
    series.p99_seconds.push_back(second == 0 ? Estimate::kNone
                                             : (cut       ? 0.4
                                                : crashed ? 0.31
                                                          : 0.175) *
                                                   ripple);
  }
  return series;
}

TracedRequest slow_request() {
  TracedRequest request{"home_feed", 33.201, 0.2714, "ok", {}};
  request.spans = {
      {"feed_api", 17, -1, 0, 0.0004, 0.0011, 0.271, 0.2714, "ok", true},
      {"user_features", 3, 0, 0.0023, 0.0026, 0, 0.0241, 0.0244, "ok", false},
      {"user_db", 41, 1, 0.0027, 0.003, 0.0008, 0.0231, 0.0234, "ok", false},
      {"retrieval", 22, 0, 0.0023, 0.0026, 0.0031, 0.0611, 0.0614, "ok", true},
      {"item_index", 4, 3, 0.0102, 0.0105, 0.0002, 0.0551, 0.0554, "ok", true},
      {"ranker", 2, 0, 0.0619, 0.0622, 0.0871, 0.2401, 0.2404, "ok", true},
      {"popular_items", 0, 0, 0.1819, 0.1822, 0, 0.1829, 0.1832, "failed", false},
  };
  return request;
}

}  // namespace

Result rich() {
  Result r;
  r.version = "0.1.0";
  r.command =
      "windtunnel run scenarios/recommendation_100k.yaml --seed 42 --replications 5 --set ranker.replicas=16";
  r.scenario = {"Personalized recommendations at 100K requests/s",
                "scenarios/recommendation_100k.yaml",
                "8a1c9c0b5e0f4e1f6f6c2f6f0a7d6b9a4d3f1a52b8a7e2a0d9a3f0f9f3c1d2e4",
                "more_gpus",
                {{"ranker.replicas", "16"}}};
  r.run = {42, 5, 60, 3.2, true, 412'345'678, 21.4, 512'000'000, "9f3c51d2a0b7e644", false};
  r.verdict = Verdict::pass;
  r.slo = {{"p99(home_feed) < 200ms", {0.183, 0.179, 0.1868}, 0.2, "seconds", true, Verdict::pass, ""},
           {"errors(home_feed) < 0.1%", {2.5e-6, 1.4e-6, 4.1e-6}, 0.001, "ratio", true, Verdict::pass, ""},
           {"cost < 300k USD/month", {214'000}, 300'000, "usd_per_month", true, Verdict::pass, ""}};
  r.workloads = {home_feed()};
  r.components = recommendation_components();
  r.cost = recommendation_cost();
  r.bottleneck = {"ranker", "gpu", 0.82};
  r.findings = {"popular_items is called by 0.01% of the requests: its figures rest on 714 calls",
                "ranker waits 1.1 ms for full batches that it rarely fills above 97 of 128"};
  r.series_step_seconds = 1;
  r.series = {course("home_feed", 60, 100'000)};
  r.faults = {{30, 40, "partition us-east/a | us-east/b"},
              {45, 50, "crash ranker[0..3]"},
              {58, Estimate::kNone, "crash user_db[7]"}};
  r.slow_requests = {slow_request()};
  return r;
}

Result minimal() {
  Result r;
  r.version = "0.1.0";
  r.command = "windtunnel run shop.yaml";
  r.scenario.file = "shop.yaml";
  r.run = {1, 1, 60, 1.5, true, 241'032, 0.021, 21'000'000, "00d1e5a6c3b2f714", false};
  WorkloadResult web;
  web.name = "web";
  web.offered_per_second = within(801.3, 6.9);
  web.goodput_per_second = within(801.3, 6.9);
  web.error_ratio = {0, 0, 0.00008};
  web.mean_seconds = within(0.0232, 0.0004);
  web.quantile_seconds = {
      within(0.0171, 0.0003), within(0.0503, 0.0013), within(0.0642, 0.002), within(0.0951, 0.0046), {}};
  web.max_seconds = 0.1923;
  web.samples = 46'874;
  web.unfinished = 19;
  web.quality = {1, 1, 1};
  r.workloads = {web};
  r.components = {
      component({"api", "service", 2, "workers", 0.752, 801.3, 2.1, 0.0026, 0.031, 0.015, Estimate::kNone})};
  r.components[0].queue_length = {2.1, 1.7, 2.6};
  r.bottleneck = {"api", "workers", 0.752};
  return r;
}

Result partial() {
  Result r = minimal();
  r.run.partial = true;
  r.run.simulated_seconds = 2.3;
  r.run.warmup_seconds = 0;
  r.run.warmup_detected = false;
  r.verdict = Verdict::inconclusive;
  r.slo = {{"p99(web) < 200ms",
            {},
            0.2,
            "seconds",
            true,
            Verdict::inconclusive,
            "a p99 needs some 5,000 answers, 61 came; at this rate a run of 7 s has enough"}};
  WorkloadResult& web = r.workloads[0];
  web.samples = 61;
  web.offered_per_second = {26.5};
  web.goodput_per_second = {26.5};
  web.error_ratio = {0};
  web.mean_seconds = {0.0219, 0.0158, 0.031};
  web.quantile_seconds = {Estimate{0.0164, 0.0102, 0.0241}, {}, {}, {}, {}};
  web.max_seconds = 0.0712;
  WorkloadResult batch;
  batch.name = "nightly";
  batch.offered_per_second = {0};
  batch.goodput_per_second = {0};
  r.workloads.push_back(batch);
  r.findings = {"the run was interrupted after 2.3 s of 60 s: no figure here is final"};
  return r;
}

Result inconclusive() {
  Result r = rich();
  r.scenario.variant.clear();
  r.scenario.overrides.clear();
  r.verdict = Verdict::fail;
  r.slo = {
      {"p99(home_feed) < 185ms",
       {0.183, 0.179, 0.1868},
       0.185,
       "seconds",
       true,
       Verdict::inconclusive,
       "the interval straddles the limit; some 12 more replications would settle it (--replications 17)"},
      {"errors(checkout) < 0.1%", {0.0132, 0.0121, 0.0144}, 0.001, "ratio", true, Verdict::fail, ""},
      {"goodput(checkout) > 400/s", within(412, 9), 400, "per_second", false, Verdict::pass, ""}};
  WorkloadResult checkout = home_feed();
  checkout.name = "checkout";
  checkout.offered_per_second = within(417.5, 9);
  checkout.goodput_per_second = within(412, 9);
  checkout.error_ratio = {0.0132, 0.0121, 0.0144};
  checkout.errors = errors(301, 27, 25'050);
  checkout.quantile_seconds[4] = {};
  checkout.samples = 24'722;
  checkout.unfinished = 0;
  checkout.breakdown.resize(3);
  r.workloads.push_back(checkout);
  r.series.push_back(course("checkout", 60, 417));
  return r;
}

Result crowded(int components, int workloads, const std::string& name) {
  Result r = inconclusive();
  const std::vector<ComponentResult> some = r.components;
  const WorkloadResult workload = r.workloads[0];
  r.scenario.name += " " + name;
  for (SloResult& goal : r.slo) goal.goal += name;
  r.components.clear();
  for (int i = 0; i < components; ++i) {
    r.components.push_back(some[static_cast<std::size_t>(i) % some.size()]);
    r.components.back().name = name + std::to_string(i);
  }
  r.workloads.clear();
  r.series.clear();
  for (int i = 0; i < workloads; ++i) {
    r.workloads.push_back(workload);
    r.workloads.back().name = name + std::to_string(i);
    for (BreakdownLine& line : r.workloads.back().breakdown) line.component = name + line.component;
    r.series.push_back(course(r.workloads.back().name, 300, 1e5));
  }
  for (CostLine& line : r.cost.lines) line.component = line.item = name + line.item;
  r.bottleneck.component = name + "6";
  r.bottleneck.resource = name;
  r.findings.push_back(name + name + name + name);
  for (int i = 0; i < 40; ++i) r.faults.push_back({i * 7.0, i * 7.0 + 3, "crash " + name});
  return r;
}

}  // namespace windtunnel::samples
