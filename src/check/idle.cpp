// How long an answer takes when nothing else is going on.
#include <algorithm>
#include <limits>

#include "check/flow.hpp"
#include "components/cache.hpp"
#include "components/cdn.hpp"
#include "components/database.hpp"
#include "components/distribution_functions.hpp"
#include "components/external_api.hpp"
#include "components/feature_store.hpp"
#include "components/load_balancer.hpp"
#include "components/model_server.hpp"
#include "components/service.hpp"
#include "components/vector_store.hpp"
#include "gpu/accelerator.hpp"
#include "gpu/dnn_batch.hpp"

namespace windtunnel {
namespace {

double median(const Distribution& law) { return quantile(law, 0.5); }

class Idle {
 public:
  explicit Idle(const Design& design) : design_(design) {}

  double call(const CallSite& call) {
    const ComponentSpec* caller = call.from_workload ? nullptr : design_.scenario.find_component(call.caller);
    const bool inside = caller && fields_if<FeatureStoreFields>(*call.callee);  // a library of its caller
    return (caller && !inside ? round_trip(*caller, *call.callee) : 0) + answer(*call.callee, call);
  }

 private:
  /// Between the nearest places of two components.
  double round_trip(const ComponentSpec& a, const ComponentSpec& b) const {
    double nearest = std::numeric_limits<double>::infinity();
    for (const Place& here : design_.places_of(a)) {
      for (const Place& there : design_.places_of(b)) nearest = std::min(nearest, round_trip(here, there));
    }
    return nearest < std::numeric_limits<double>::infinity() ? nearest : 0;
  }

  double round_trip(const Place& a, const Place& b) const {
    const NetworkOptions& options = design_.scenario.network;
    for (const NetworkLink& link : options.links) {
      const auto names = [](const std::string& name, const Place& place) {
        return name == place.region || name == place.name();
      };
      const bool fits = (names(link.between[0], a) && names(link.between[1], b)) ||
                        (names(link.between[0], b) && names(link.between[1], a));
      if (fits && link.rtt) return median(*link.rtt);
    }
    if (a.region != b.region) {
      const auto rtt = design_.catalog.rtt(a.region, b.region);
      return rtt ? rtt->seconds : 0;
    }
    const auto& law = a.zone == b.zone ? options.same_zone_rtt : options.cross_zone_rtt;
    if (law) return median(*law);
    return a.zone == b.zone ? design_.catalog.same_zone_rtt().seconds
                            : design_.catalog.cross_zone_rtt().seconds;
  }

  double answer(const ComponentSpec& component, const CallSite& call) {
    constexpr int deepest = 64;
    if (++depth_ > deepest) return --depth_, 0;  // a circle by chance
    const double seconds = answer_of(component, call);
    --depth_;
    return seconds;
  }

  double answer_of(const ComponentSpec& component, const CallSite& call) {
    if (const auto* service = fields_if<ServiceFields>(component))
      return until_reply(component, service->steps);
    if (const auto* balancer = fields_if<LoadBalancerFields>(component)) {
      return median(balancer->overhead) + fastest_target(component);
    }
    if (fields_if<FeatureStoreFields>(component)) {
      const auto calls = design_.calls_of(component.name);
      return calls.empty() ? 0 : this->call(*calls.front());
    }
    if (const auto* cache = fields_if<CacheFields>(component)) return median(cache->hit_time);  // a hit
    if (const auto* cdn = fields_if<CdnFields>(component)) return median(cdn->hit_time);
    if (const auto* api = fields_if<ExternalApiFields>(component)) return median(api->latency);
    if (const auto* database = fields_if<DatabaseFields>(component)) {
      const Operation operation = call.write ? Operation::write : Operation::read;
      const auto& law = call.write ? database->write : database->read;
      return law ? median(*law) : median(default_law(database->kind, operation));
    }
    if (const auto* server = fields_if<ModelServerFields>(component)) return pass(*server, call);
    if (const auto* store = fields_if<VectorStoreFields>(component))
      return store->search ? median(*store->search) : 0;
    return 0;
  }

  double fastest_target(const ComponentSpec& balancer) {
    double fastest = std::numeric_limits<double>::infinity();
    for (const CallSite* target : design_.calls_of(balancer.name)) fastest = std::min(fastest, call(*target));
    return fastest < std::numeric_limits<double>::infinity() ? fastest : 0;
  }

  double pass(const ModelServerFields& server, const CallSite& call) const {
    const double items = std::min(call.items, static_cast<double>(server.batch.max));
    if (server.service && server.service->points.empty()) {
      return median(server.overhead) + median(server.service->affine.base) +
             items * server.service->affine.per_item.seconds;
    }
    if (server.service) return median(server.overhead) + DnnBatchTime(server.service->points).seconds(items);
    const Gpu* gpu = design_.catalog.find_gpu(server.gpu.value_or(""));
    const DnnModel* model = design_.catalog.find_dnn_model(server.model.value_or(""));
    if (!gpu || !model) return 0;
    const DnnBatchTime time(Accelerator(*gpu), *model, server.precision, server.runtime);
    return median(server.overhead) + time.seconds(items);
  }

  double until_reply(const ComponentSpec& service, const Steps& steps) {
    double total = 0;
    for (const Step& step : steps) {
      if (std::holds_alternative<ReplyStep>(step.action)) break;
      total += time_of(service, step);
    }
    return total;
  }

  double all(const ComponentSpec& service, const Steps& steps) {
    double total = 0;
    for (const Step& step : steps) total += time_of(service, step);
    return total;
  }

  double time_of(const ComponentSpec& service, const Step& step) {
    if (const auto* work = std::get_if<WorkStep>(&step.action)) return median(work->time);
    if (const auto* wait = std::get_if<WaitStep>(&step.action)) return median(wait->time);
    if (const auto* parallel = std::get_if<ParallelStep>(&step.action))
      return joined(service, parallel->parallel);
    if (const auto* repeat = std::get_if<RepeatStep>(&step.action))
      return mean(repeat->times) * all(service, repeat->steps);
    if (const auto* choose = std::get_if<ChooseStep>(&step.action)) {
      double total = 0;
      for (const Branch& branch : choose->branches) total += branch.share.value * all(service, branch.steps);
      return total;
    }
    if (const auto* call_step = std::get_if<CallStep>(&step.action)) {
      for (const CallSite* site : design_.calls_of(service.name)) {
        if (site->step == call_step && !site->is_fallback) return call(*site);
      }
    }
    return 0;
  }

  /// The slowest of the branches that are waited for.
  double joined(const ComponentSpec& service, const Parallel& parallel) {
    std::vector<double> branches;
    for (const Steps& branch : parallel.of) branches.push_back(all(service, branch));
    std::sort(branches.begin(), branches.end());
    const std::size_t need =
        static_cast<std::size_t>(parallel.need.value_or(static_cast<int>(branches.size())));
    const double seconds =
        branches.empty() ? 0 : branches[std::min(need, branches.size()) - (need > 0 ? 1 : 0)];
    return parallel.best_effort ? std::min(seconds, parallel.best_effort->seconds) : seconds;
  }

  const Design& design_;
  int depth_ = 0;
};

}  // namespace

double Design::idle_seconds(const CallSite& call) const { return Idle(*this).call(call); }

}  // namespace windtunnel
